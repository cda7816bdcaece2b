import { useQuery } from '@tanstack/react-query';
import type { CertificateView } from '../../../src/certify/contract.ts';
import type { DeficiencySummary } from '../../../src/monitor/contract.ts';
import type { ProposalSummaryView } from '../../../src/people/four-eyes/contract.ts';
import { type CertificateTask, isSoon } from '../../app/waiting.ts';
import { millisecondsOf } from '../../messages/format.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import { AppLink, Card, Day } from '../../ui/index.ts';
import { countingSignatures, inWords, placeOf, proposalsQuery, rolesThatSign } from '../people/proposals/proposals.ts';

interface DueItem {
  key: string;
  due: string | null;
  /** Since when it waits, where nothing says until when. */
  since: string | null;
  what: string;
  by: string | undefined;
  place: string;
  to: string;
}

const shownMax = 7;
const millisecondsPerDay = 86_400_000;
/** Within how many days of its opening a person looks at a signal. */
const triageDays = 2;

/** What runs out when, for everybody: tasks and timers of certificates, and deficiencies that wait for an act. */
export function DueList({
  certificates,
  tasks,
  deficiencies,
  today,
}: {
  certificates: readonly CertificateView[];
  tasks: readonly CertificateTask[];
  deficiencies: readonly DeficiencySummary[];
  today: string;
}) {
  const now = tasks.filter((task) => isSoon(task, today));
  const later = tasks.filter((task) => !isSoon(task, today));
  const proposals = useQuery(proposalsQuery({ show: 'open' })).data?.proposals ?? [];
  const items = [
    ...proposals.map((one) => ofProposal(one, certificates)),
    ...now.map(ofTask),
    ...deficiencies.map(ofDeficiency),
  ].sort((a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999'));
  const nextLater = later[0]?.due;
  return (
    <Card title={t('overview.due')}>
      {items.length === 0 ? <p className="dim">{t('overview.due.none')}</p> : null}
      <ul className="plain-list due-list">
        {items.slice(0, shownMax).map((item) => (
          <li key={item.key}>
            <div className="due-when">
              {item.due === null ? <Open since={item.since} /> : <When due={item.due} today={today} />}
            </div>
            <div>
              <AppLink to={item.to}>{item.what}</AppLink>
              <div className="dim small">
                {item.place}
                {item.by ? `, ${t('overview.due.by', { roles: item.by })}` : ''}
              </div>
            </div>
          </li>
        ))}
      </ul>
      {nextLater ? (
        <p className="dim small">{rich('overview.due.later', { count: later.length, day: <Day at={nextLater} /> })}</p>
      ) : null}
    </Card>
  );
}

/** Nothing says until when: what is told is since when it waits. */
function Open({ since }: { since: string | null }) {
  return (
    <>
      <div>{t('overview.due.open')}</div>
      {since === null ? null : (
        <div className="dim small">{rich('overview.due.since', { day: <Day at={since} /> })}</div>
      )}
    </>
  );
}

/** Relative time only beside the absolute. */
function When({ due, today }: { due: string; today: string }) {
  const days = Math.round((millisecondsOf(due.slice(0, 10)) - millisecondsOf(today)) / millisecondsPerDay);
  const words =
    days === 0
      ? t('overview.due.today')
      : days > 0
        ? t('overview.due.days', { count: days })
        : t('overview.due.late', { count: -days });
  return (
    <>
      <div>{words}</div>
      <div className="dim small">
        <Day at={due} />
      </div>
    </>
  );
}

const ofTask = ({ key, what, by, since, due, certificate, site }: CertificateTask): DueItem => ({
  key,
  due,
  since,
  what,
  by: by.join(', '),
  place: `${site.modelLabel}, ${site.name}`,
  to: `/certify/certificates/${certificate.id}`,
});

const ofProposal = (proposal: ProposalSummaryView, certificates: readonly CertificateView[]): DueItem => ({
  key: proposal.id,
  due: proposal.expiresAt,
  since: null,
  what: t(countingSignatures(proposal).length === 0 ? 'overview.due.sign.first' : 'overview.due.sign', {
    act: sentenceStart(inWords(proposal)),
  }),
  by: rolesThatSign(proposal)
    .map((role) => role.replaceAll('-', ' '))
    .join(', '),
  place: certificates.find(({ id }) => id === proposal.subject)?.name ?? '',
  to: placeOf(proposal) ?? '/people/to-sign',
});

const sentenceStart = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const daysAfter = (at: string, days: number): string =>
  new Date(millisecondsOf(at) + days * millisecondsPerDay).toISOString();

const ofDeficiency = ({ id, title, state, next, siteName, openedAt }: DeficiencySummary): DueItem => ({
  key: id,
  due: state === 'signal' ? daysAfter(openedAt, triageDays) : null,
  since: openedAt,
  what: state === 'signal' ? t('overview.due.triage', { title }) : t('overview.due.deficiency', { title, next }),
  by: undefined,
  place: siteName,
  to: `/monitor/deficiencies/${id}`,
});
