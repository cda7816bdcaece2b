import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { anomaliesSchema } from '../../../../src/people/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { apiQuery, problemOf } from '../../../app/api.ts';
import { useSession } from '../../../app/session.ts';
import { formatCount } from '../../../messages/format.ts';
import { rich } from '../../../messages/rich.tsx';
import { t, tMaybe } from '../../../messages/translate.ts';
import { Button, Card, EmptyState, ReasonDialog, SelectField, StatusMark, showToast, Time } from '../../../ui/index.ts';
import { act, useNames } from '../people-questions.ts';
import { AccessFrame } from './access-page.tsx';

type Anomaly = z.output<typeof anomaliesSchema>['anomalies'][number];

const anomaliesQuery = apiQuery('/api/v1/people/access-anomalies', anomaliesSchema);
const marks = { open: 'watch', explained: 'pass', confirmed: 'fail' } as const;

/** What looked unusual, and who looked into it. */
export function AnomaliesView() {
  return (
    <Answer query={useQuery(anomaliesQuery)}>
      {({ anomalies }) => {
        const open = anomalies.filter(({ state }) => state === 'open');
        return (
          <AccessFrame
            headline={
              open.length === 0
                ? t('people.anomalies.headline.none')
                : rich('people.anomalies.headline', { count: open.length })
            }
            precise={t('people.anomalies.precise')}
          >
            {anomalies.length === 0 ? (
              <EmptyState
                title={t('people.anomalies.empty')}
                what={t('people.anomalies.empty.what')}
                needs={t('people.anomalies.empty.needs')}
              />
            ) : (
              <Card title={t('people.anomalies.title')}>
                <ul className="plain-list person-rows">
                  {[...open, ...anomalies.filter(({ state }) => state !== 'open')].map((one) => (
                    <AnomalyRow key={one.id} anomaly={one} />
                  ))}
                </ul>
              </Card>
            )}
          </AccessFrame>
        );
      }}
    </Answer>
  );
}

function AnomalyRow({ anomaly }: { anomaly: Anomaly }) {
  const { mayDo, person: me, organisationId } = useSession();
  const names = useNames();
  const [isOpen, setIsOpen] = useState(false);
  const { kind, identityId, legalEntityId, raisedAt, figures, state, reviewText, reviewedBy } = anomaly;
  const isOurs = legalEntityId === organisationId;
  const mayReview = mayDo('people:review-access') && isOurs && identityId !== me?.id && state === 'open';
  return (
    <li className="person-row">
      <div>
        <div className="row gap-2">
          <strong>{t(`people.anomalies.kind.${kind}`)}</strong>
          <StatusMark status={marks[state]} word={t(`people.anomalies.state.${state}`)} isQuiet />
        </div>
        <div>
          {rich('people.anomalies.who', {
            who: names.person(identityId),
            whose: names.organisation(legalEntityId),
            at: <Time at={raisedAt} />,
          })}
        </div>
        <div className="dim small">{figuresInWords(figures)}</div>
        {reviewText === undefined ? null : (
          <div className="small">
            {t('people.anomalies.reviewed', { by: names.person(reviewedBy ?? ''), text: reviewText })}
          </div>
        )}
      </div>
      {mayReview ? <Button onClick={() => setIsOpen(true)}>{t('people.anomalies.review')}</Button> : null}
      {isOpen ? <ReviewAnomaly anomaly={anomaly} onClose={() => setIsOpen(false)} /> : null}
    </li>
  );
}

const figuresInWords = (figures: Record<string, number>): string =>
  Object.entries(figures)
    .map(([name, value]) => `${tMaybe(`people.anomalies.figure.${name}`) ?? name} ${formatCount(value)}`)
    .join(', ');

const verdicts = ['explained', 'confirmed'] as const;

function ReviewAnomaly({ anomaly, onClose }: { anomaly: Anomaly; onClose: () => void }) {
  const [state, setState] = useState<(typeof verdicts)[number]>('explained');
  const review = async (text: string) => {
    await act('POST', `access-anomalies/${anomaly.id}/review`, { state, text });
    showToast({ kind: 'done', text: t('people.anomalies.done') });
  };
  return (
    <ReasonDialog
      title={t('people.anomalies.review.title', { kind: t(`people.anomalies.kind.${anomaly.kind}`) })}
      actLabel={t('people.anomalies.review.act')}
      consequence={t('people.anomalies.review.happens')}
      isOpen
      onClose={onClose}
      onAct={review}
      problemOf={problemOf}
      fields={
        <SelectField
          label={t('people.anomalies.verdict')}
          value={state}
          options={verdicts.map((value) => ({ value, label: t(`people.anomalies.verdict.${value}`) }))}
          onChange={(value) => setState(verdicts.find((one) => one === value) ?? 'explained')}
        />
      }
    />
  );
}
