import type { ReactNode } from 'react';
import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import { useInstallation } from '../../app/installation.ts';
import { useScope } from '../../app/scope.ts';
import { rich } from '../../messages/rich.tsx';
import { t, tMaybe } from '../../messages/translate.ts';
import { Card, Day, type Status, StatusGlyph } from '../../ui/index.ts';

interface Duty {
  key: string;
  status: Status;
  title: string;
  text: ReactNode;
  notes: ReactNode[];
}

/** What limits the certificate, and which clocks run: what for, until when, on what basis, and what happens if missed. */
export function DutiesCard({ certificate }: { certificate: CertificateDetailView }) {
  const { asOf } = useScope();
  const { installation } = useInstallation();
  const duties = dutiesOf(certificate, asOf ?? installation.today);
  return (
    <Card title={t('certify.duties.title')}>
      {duties.length === 0 ? <p className="dim">{t('certify.duties.none')}</p> : null}
      <ul className="plain-list duties">
        {duties.map(({ key, status, title, text, notes }) => (
          <li key={key}>
            <StatusGlyph status={status} />
            <div>
              <div>
                <strong>{title}</strong>
                {text ? <>: {text}</> : null}
              </div>
              <div className="dim small duty-notes">
                {notes.map((note, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: notes of one duty keep their order.
                  <span key={index}>{note}</span>
                ))}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function dutiesOf(certificate: CertificateDetailView, today: string): Duty[] {
  const list = new Intl.ListFormat('en');
  const at = (siteIds: readonly string[] | null) => {
    const names = certificate.sites.filter((site) => siteIds?.includes(site.siteId) ?? true).map((site) => site.name);
    return t('certify.duties.at', { sites: list.format(names) });
  };
  const since = (day: string) => rich('certify.duties.since', { day: <Day at={day} /> });
  const startOf = (day: string) =>
    day.slice(0, 10) > today ? rich('certify.clock.starts', { day: <Day at={day} /> }) : since(day);
  return [
    ...certificate.suspensions.map(
      (one): Duty => ({
        key: one.id,
        status: 'suspended',
        title: t('certify.duties.suspension', { role: one.byRole.replaceAll('-', ' ') }),
        text: one.reason,
        notes: [at(one.siteIds), since(one.since)],
      }),
    ),
    ...certificate.conditions.map(
      (one): Duty => ({
        key: one.id,
        status: 'conditional',
        title: t('certify.duties.condition'),
        text: one.text,
        notes: [
          at(one.siteIds),
          since(one.since),
          one.missedAt === null ? null : rich('certify.duties.missed', { day: <Day at={one.missedAt} /> }),
        ],
      }),
    ),
    ...certificate.restrictions.map(
      (one): Duty => ({
        key: one.id,
        status: 'restricted',
        title: t('certify.duties.restriction'),
        text: one.predicate,
        notes: [at(one.siteIds), since(one.since)],
      }),
    ),
    ...certificate.stopRequests.map(
      (one): Duty => ({ key: one.id, ...stopRequest(one), notes: [at(one.siteIds), since(one.at)] }),
    ),
    ...certificate.timers.map(
      (one): Duty => ({
        key: one.id,
        status: 'watch',
        title: tMaybe(`certify.clock.${one.clockId}`) ?? one.clockId,
        text: rich('certify.clock.due', { day: <Day at={one.dueAt} />, basis: one.basis }),
        notes: [startOf(one.startedAt), tMaybe(`certify.clock.missed.${one.onMissed}`) ?? one.onMissed],
      }),
    ),
  ];
}

function stopRequest(one: CertificateDetailView['stopRequests'][number]): Pick<Duty, 'status' | 'title' | 'text'> {
  const { answer } = one;
  return {
    status: answer === null ? 'watch' : 'pass',
    title: t('certify.duties.stop-request', { role: one.byRole.replaceAll('-', ' ') }),
    text: (
      <>
        {one.reason}{' '}
        {answer === null
          ? t('certify.duties.unanswered')
          : rich('certify.duties.answered', {
              day: <Day at={answer.at} />,
              outcome: tMaybe(`certify.duties.outcome.${answer.outcome}`) ?? answer.outcome,
              reason: answer.reason,
            })}
      </>
    ),
  };
}
