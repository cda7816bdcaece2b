import { useQuery } from '@tanstack/react-query';
import type { CertificateView } from '../../../src/certify/contract.ts';
import type { ClaimView, DeficiencySummary } from '../../../src/monitor/contract.ts';
import { Answer } from '../../app/answer.tsx';
import { useInstallation } from '../../app/installation.ts';
import { certificatesQuery, claimsQuery, deficienciesQuery } from '../../app/questions.ts';
import { useAsked, useScope } from '../../app/scope.ts';
import { useSession, useSites } from '../../app/session.ts';
import { type CertificateTask, isMine, isOfReader, isOpen, isSoon, tasksOf } from '../../app/waiting.ts';
import { t } from '../../messages/translate.ts';
import {
  AppLink,
  attentionOf,
  Card,
  Columns,
  EmptyState,
  Page,
  PageHeadline,
  readStatus,
  type Todo,
  WhatToDo,
} from '../../ui/index.ts';
import { CertificateRow } from './certificate-row.tsx';
import { DueList } from './due-list.tsx';
import { EvidenceNumbers } from './evidence-numbers.tsx';
import { MonthlyCounts } from './monthly-counts.tsx';
import './overview.css';

/** Whether each certificate holds, since when, why, and what waits for whom. */
export function OverviewPage() {
  const asked = useAsked();
  const query = useQuery(certificatesQuery(asked));
  const claims = useQuery(claimsQuery(asked)).data?.claims ?? [];
  const deficiencies = useQuery(deficienciesQuery).data?.deficiencies ?? [];
  return (
    <Answer query={query}>
      {({ certificates }) =>
        certificates.length === 0 ? (
          <NoCertificate />
        ) : (
          <Overview certificates={certificates} claims={claims} deficiencies={deficiencies} />
        )
      }
    </Answer>
  );
}

function NoCertificate() {
  const { installation } = useInstallation();
  return (
    <Page>
      <PageHeadline place={t('overview.title')}>{t('overview.empty.title')}</PageHeadline>
      <EmptyState
        title={t('overview.title')}
        what={t('overview.empty.what')}
        needs={t(installation.filling ? 'overview.empty.filling' : 'overview.empty.needs')}
      />
    </Page>
  );
}

type Row = { certificate: CertificateView; site: CertificateView['sites'][number] };

const holds = ({ site }: Row): boolean => readStatus(site.effectiveStatus) === 'valid';

function Overview({
  certificates,
  claims,
  deficiencies,
}: {
  certificates: CertificateView[];
  claims: readonly ClaimView[];
  deficiencies: readonly DeficiencySummary[];
}) {
  const { installation } = useInstallation();
  const session = useSession();
  const sites = useSites();
  const { asOf, site: chosen } = useScope();
  const rows = certificates
    .flatMap((certificate) => certificate.sites.map((site) => ({ certificate, site })))
    .filter(({ site }) => chosen === undefined || site.siteId === chosen)
    .sort((a, b) => attentionOf(readStatus(a.site.effectiveStatus)) - attentionOf(readStatus(b.site.effectiveStatus)));
  const tasks = tasksOf(certificates);
  const mine = tasks.filter((task) => isMine(task, session) && isSoon(task, installation.today));
  const open = deficiencies.filter(isOpen);
  const myDeficiencies = session.mayDo('monitor:triage-deficiency')
    ? open.filter((one) => isOfReader(one, session, sites))
    : [];
  const isPast = asOf !== undefined;
  const isPerson = session.person !== undefined;
  return (
    <Page>
      <PageHeadline place={t('overview.title')} precise={t('overview.precise', { states: statesOf(rows) })}>
        {headline(rows, certificates.length, isPerson && !isPast ? mine : undefined)}
      </PageHeadline>
      {isPast ? (
        <p className="dim">{t('overview.todo.past')}</p>
      ) : (
        <WhatToDo todos={isPerson ? todosOf(mine, myDeficiencies) : [signInFirst]} />
      )}
      <Card title={t('overview.certificates')} isFlush>
        <ul className="plain-list certificate-rows">
          {rows.map(({ certificate, site }) => (
            <CertificateRow
              key={`${certificate.id} ${site.siteId}`}
              {...{ certificate, site, claims, today: asOf ?? installation.today }}
            />
          ))}
        </ul>
      </Card>
      <Columns minPx={340}>
        {isPast ? null : (
          <DueList certificates={certificates} tasks={tasks} deficiencies={open} today={installation.today} />
        )}
        <div className="stack gap-4">
          <EvidenceNumbers claims={claims} deficiencies={deficiencies} day={asOf ?? installation.today} />
          {isPast ? null : <MonthlyCounts />}
        </div>
      </Columns>
      <p className="dim small">{certificates[0]?.note}</p>
    </Page>
  );
}

function headline(rows: readonly Row[], total: number, mine: readonly CertificateTask[] | undefined): string {
  const waiting = new Set((mine ?? []).map(({ certificate }) => certificate.id)).size;
  if (waiting > 0) return t('overview.headline.you', { count: waiting, share: String(waiting), total });
  const fallen = new Set(rows.filter((row) => !holds(row)).map(({ certificate }) => certificate.id)).size;
  if (fallen === 0) return t('overview.headline.fine', { count: total });
  return t('overview.headline.attention', { count: fallen, share: String(fallen), total });
}

/** "suspended at Westhaven, valid at Noorderzorg and Heidestad" */
function statesOf(rows: readonly Row[]): string {
  const byState = new Map<string, string[]>();
  for (const { site } of rows) byState.set(site.statusWords, [...(byState.get(site.statusWords) ?? []), site.name]);
  const list = new Intl.ListFormat('en');
  return [...byState]
    .map(([state, names]) => `${state} ${t('overview.of', { organisation: list.format(names) })}`)
    .join('; ');
}

const signInFirst: Todo = {
  key: 'sign-in',
  what: t('overview.todo.sign-in'),
  act: <AppLink to="/people">{t('overview.todo.choose-person')}</AppLink>,
};

const todosOf = (tasks: readonly CertificateTask[], deficiencies: readonly DeficiencySummary[]): Todo[] => [
  ...tasks.map(({ key, what, due, certificate, site }) => ({
    key,
    what: t('overview.todo.task', { what, certificate: site.modelLabel, site: site.name }),
    ...(due === null ? {} : { due }),
    act: <AppLink to={`/certify/certificates/${certificate.id}`}>{t('overview.todo.task.open')}</AppLink>,
  })),
  ...deficiencies.map(({ id, title, next }) => ({
    key: id,
    what: t('overview.todo.deficiency', { title, next }),
    act: <AppLink to={`/monitor/deficiencies/${id}`}>{t('overview.todo.deficiency.open')}</AppLink>,
  })),
];
