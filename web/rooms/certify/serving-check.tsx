import { useState } from 'react';
import { type CertificateDetailView, type ServingView, servingView } from '../../../src/certify/contract.ts';
import { ask, problemOf } from '../../app/api.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import { Button, Card, ProblemView, SelectField, type ShownProblem, StatusMark, Time } from '../../ui/index.ts';

/** Asks what a viewer asks before it shows a result, and shows the whole answer. */
export function ServingCheck({ certificate }: { certificate: CertificateDetailView }) {
  const [siteId, setSiteId] = useState(certificate.sites[0]?.siteId ?? '');
  const [answer, setAnswer] = useState<{ site: string; given: ServingView }>();
  const [problem, setProblem] = useState<ShownProblem>();
  const [isBusy, setIsBusy] = useState(false);
  const site = certificate.sites.find((one) => one.siteId === siteId);
  const question = () => {
    if (site === undefined) return;
    setIsBusy(true);
    setProblem(undefined);
    ask('/api/v1/certify/serving-check', servingView, {
      search: { modelVersion: site.modelVersionId, site: site.siteId },
    })
      .then(
        (given) => setAnswer({ site: site.name, given }),
        (failure: unknown) => setProblem(problemOf(failure)),
      )
      .finally(() => setIsBusy(false));
  };
  return (
    <Card title={t('certify.serving.title')}>
      <div className="stack gap-3">
        <p className="dim small">{t('certify.serving.explain')}</p>
        <div className="row gap-3 serving-ask">
          {certificate.sites.length > 1 ? (
            <SelectField
              label={t('certify.serving.site')}
              value={siteId}
              onChange={setSiteId}
              options={certificate.sites.map((one) => ({ value: one.siteId, label: one.name }))}
            />
          ) : null}
          <Button onClick={question} isBusy={isBusy}>
            {t('certify.serving.ask')}
          </Button>
        </div>
        {problem ? <ProblemView problem={problem} during="read" onRetry={question} /> : null}
        <div role="status">{answer ? <ServingAnswer {...answer} /> : null}</div>
      </div>
    </Card>
  );
}

function ServingAnswer({ site, given }: { site: string; given: ServingView }) {
  return (
    <div className="stack gap-2">
      <div className="serving-answer">
        <StatusMark
          status={given.show ? 'pass' : 'fail'}
          word={t(given.show ? 'certify.serving.yes' : 'certify.serving.no')}
        />
        <strong>{t(given.show ? 'certify.serving.yes.words' : 'certify.serving.no.words', { site })}</strong>
      </div>
      <p>{given.why}</p>
      {[...given.conditions, ...given.exclusions].map((one) => (
        <p key={one} className="small">
          {one}
        </p>
      ))}
      <p className="dim small">
        {given.validForSeconds > 0
          ? t('certify.serving.valid', { count: given.validForSeconds })
          : t('certify.serving.stale')}{' '}
        {given.statusAsOf ? rich('certify.serving.as-of', { time: <Time at={given.statusAsOf} /> }) : null}
      </p>
    </div>
  );
}
