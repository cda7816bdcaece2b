import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DeficiencyView } from '../../../../src/monitor/contract.ts';
import { certificatesQuery } from '../../../app/questions.ts';
import { useSites } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t, tMaybe } from '../../../messages/translate.ts';
import { AppLink, Day, KeyValues, readStatus, StatusMark, Term } from '../../../ui/index.ts';
import { severityWord } from './deficiencies-table.tsx';
import { type DeficiencyRecord, namesOf, roleWord } from './deficiency-record.ts';

interface Props {
  view: DeficiencyView;
  record: DeficiencyRecord;
}

/** Who is affected, what holds now, and what was decided by whom. */
export function DeficiencyFacts({ view, record }: Props) {
  const { decision, cause, action, effectivenessClaimId } = record;
  const items: { key: string; label: ReactNode; value: ReactNode }[] = [
    {
      key: 'affected',
      label: t('monitor.deficiency.fact.affected'),
      value: rich('monitor.deficiency.fact.affected.value', {
        site: view.siteName,
        version: view.modelVersionLabel,
        day: <Day at={changeDay(record) ?? view.openedAt} />,
      }),
    },
    { key: 'holds', label: t('monitor.deficiency.fact.holds'), value: <WhatHolds view={view} /> },
    {
      key: 'severity',
      label: <Term k="severity">{t('monitor.deficiency.fact.severity')}</Term>,
      value: <SeverityCourse view={view} record={record} />,
    },
    {
      key: 'aware',
      label: t('monitor.deficiency.fact.aware'),
      value: record.awareAt ? <Day at={record.awareAt} /> : t('monitor.deficiency.fact.aware.none'),
    },
  ];
  if (decision)
    items.push({
      key: 'decision',
      label: t('monitor.deficiency.fact.decision'),
      value: (
        <>
          {t(`monitor.deficiency.fact.decision.${decision.outcome === 'dismissed' ? 'dismissed' : 'confirmed'}`, {
            reason: decision.reason,
          })}
          <Signatures view={view} signatures={decision.signatures} />
        </>
      ),
    });
  if (cause)
    items.push({
      key: 'cause',
      label: t('monitor.deficiency.fact.cause'),
      value: [cause.text, ...cause.codes].join(' \u00b7 '),
    });
  if (action && action.actions.length > 0)
    items.push({
      key: 'action',
      label: t('monitor.deficiency.fact.action'),
      value: (
        <>
          {action.actions.map((one) => tMaybe(`monitor.deficiency.action.${one}`) ?? one).join(', ')}
          {action.reason === '' ? null : `: ${action.reason}`}
          <Signatures view={view} signatures={action.signatures} />
        </>
      ),
    });
  if (action?.candidateVersionId)
    items.push({
      key: 'candidate',
      label: <Term k="candidate">{t('monitor.deficiency.fact.candidate')}</Term>,
      value: (
        <Link to="/develop/models" hash={action.candidateVersionId}>
          {t('monitor.deficiency.fact.candidate.link')}
        </Link>
      ),
    });
  if (effectivenessClaimId)
    items.push({
      key: 'check',
      label: t('monitor.deficiency.fact.check'),
      value: (
        <Link to="/monitor/claims/$claimId" params={{ claimId: effectivenessClaimId }}>
          {t('monitor.deficiency.fact.check.claim')}
        </Link>
      ),
    });
  return <KeyValues items={items} />;
}

const changeDay = ({ evidence }: DeficiencyRecord): string | undefined =>
  evidence.findLast(({ crossing }) => crossing?.changePoint?.on)?.crossing?.changePoint?.on || undefined;

/** The certificate's own sentence about this version here: what viewers are told at this moment. */
function WhatHolds({ view }: { view: DeficiencyView }) {
  const sites = useSites();
  const certificates = useQuery(certificatesQuery({})).data?.certificates ?? [];
  const siteId = sites.find(({ code }) => code === view.siteCode)?.id;
  const found = certificates.flatMap((certificate) =>
    certificate.sites
      .filter((site) => site.siteId === siteId && site.modelVersionId === view.modelVersionId)
      .map((site) => ({ certificate, site })),
  )[0];
  if (!found) return t('monitor.deficiency.fact.holds.none');
  const { certificate, site } = found;
  return (
    <>
      <StatusMark status={readStatus(site.effectiveStatus)} word={site.statusWords} isQuiet /> {site.sentence}{' '}
      <AppLink to={`/certify/certificates/${certificate.id}`}>{t('monitor.deficiency.fact.certificate')}</AppLink>
    </>
  );
}

function SeverityCourse({ view, record }: Props) {
  const names = namesOf(view);
  return (
    <>
      {severityWord(view.severity)}
      {record.severityHistory.map(({ severity, by, role, at, reason }) => (
        <div key={`${at} ${by}`} className="dim small">
          {severity}: {reason} ({names.get(by) ?? by}, {roleWord(role)}, <Day at={at} />)
        </div>
      ))}
    </>
  );
}

function Signatures({
  view,
  signatures,
}: {
  view: DeficiencyView;
  signatures: { personId: string; role: string; at: string }[];
}) {
  const names = namesOf(view);
  return (
    <>
      {signatures.map(({ personId, role, at }) => (
        <div key={`${personId} ${at}`} className="dim small">
          {rich('monitor.deficiency.fact.signed', {
            who: names.get(personId) ?? personId,
            role: roleWord(role),
            day: <Day at={at} />,
          })}
        </div>
      ))}
    </>
  );
}
