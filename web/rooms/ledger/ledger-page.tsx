import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { LedgerEntryBody, LedgerKeyBody } from '../../../src/ledger/contract.ts';
import { Answer } from '../../app/answer.tsx';
import { useInstallation } from '../../app/installation.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import {
  AppLink,
  Button,
  Card,
  Columns,
  type DataColumn,
  DataTable,
  Day,
  EmptyState,
  Page,
  PageHeadline,
  SelectField,
  StatusMark,
  Time,
} from '../../ui/index.ts';
import { CheckpointCard } from './checkpoint-card.tsx';
import { kindInWords, roleOf, whatOf } from './entry-words.ts';
import './ledger.css';
import { checkpointQuery, entriesQuery, keyQuery } from './ledger-questions.ts';
import { actKinds, type LedgerSearch } from './ledger-search.ts';
import { OfflineCard } from './offline-card.tsx';
import { type Growth, growthSince } from './remembered-checkpoint.ts';

const route = getRouteApi('/ledger');

/** Every act in order, to browse; and the checkpoint that binds them all. */
export function LedgerPage() {
  const search = route.useSearch();
  const query = useQuery(entriesQuery(search));
  const key = useQuery(keyQuery).data;
  return (
    <Answer query={query}>
      {({ size, entries, next }) =>
        size === 0 ? (
          <EmptyLedger />
        ) : (
          <Page>
            <PageHeadline
              place={t('ledger.title')}
              precise={key ? t('ledger.precise', { origin: key.origin }) : undefined}
            >
              {t('ledger.headline', { count: size })}
            </PageHeadline>
            <Entries entries={entries} next={next} search={search} />
            {key ? <Checkpoint ledgerKey={key} /> : null}
          </Page>
        )
      }
    </Answer>
  );
}

const EmptyLedger = () => (
  <Page>
    <PageHeadline place={t('ledger.title')}>{t('ledger.empty.title')}</PageHeadline>
    <EmptyState title={t('ledger.title')} what={t('ledger.empty.what')} needs={t('ledger.empty.needs')} />
  </Page>
);

function Entries({
  entries,
  next,
  search,
}: {
  entries: readonly LedgerEntryBody[];
  next: number | null;
  search: LedgerSearch;
}) {
  const navigate = useNavigate();
  const show = (change: LedgerSearch) => {
    navigate({ to: '/ledger', search: (before) => ({ ...before, after: undefined, ...change }) }).catch(
      () => undefined,
    );
  };
  return (
    <Card title={t('ledger.entries')} isFlush>
      <div className="ledger-tools no-print">
        <SelectField
          label={t('ledger.kind')}
          value={search.kind ?? ''}
          onChange={(kind) => show({ kind: actKinds.find((one) => one === kind) })}
          options={[
            { value: '', label: t('ledger.kind.all') },
            ...actKinds.map((kind) => ({ value: kind, label: kindInWords(kind) })),
          ]}
        />
        <SelectField
          label={t('ledger.order')}
          value={search.order ?? 'newest'}
          onChange={(order) => show({ order: order === 'oldest' ? 'oldest' : undefined })}
          options={[
            { value: 'newest', label: t('ledger.order.newest') },
            { value: 'oldest', label: t('ledger.order.oldest') },
          ]}
        />
        {search.chain ? (
          <div className="ledger-chain">
            <span>{t('ledger.chain.only', { chain: search.chain })}</span>
            <Button onClick={() => show({ chain: undefined })}>{t('ledger.chain.all')}</Button>
          </div>
        ) : null}
      </div>
      <DataTable
        id="ledger"
        caption={t('ledger.entries')}
        columns={columns}
        rows={[...entries]}
        rowId={(entry) => String(entry.index)}
        pageSize={100}
        isPlain
        onOpen={(entry) => {
          navigate({ to: '/ledger/$index', params: { index: String(entry.index) } }).catch(() => undefined);
        }}
        empty={<p className="dim ledger-none">{t('ledger.none')}</p>}
      />
      <div className="ledger-pages no-print">
        {search.after === undefined ? null : (
          <Button onClick={() => show({ after: undefined })}>{t('ledger.back-to-first')}</Button>
        )}
        {next === null ? null : <Button onClick={() => show({ after: next })}>{t('ledger.more')}</Button>}
      </div>
    </Card>
  );
}

const columns: DataColumn<LedgerEntryBody>[] = [
  {
    id: 'index',
    header: t('ledger.column.index'),
    align: 'end',
    isUnsortable: true,
    value: (entry) => entry.index,
    cell: (entry) => <AppLink to={`/ledger/${entry.index}`}>{String(entry.index)}</AppLink>,
  },
  {
    id: 'when',
    header: t('ledger.column.when'),
    isUnsortable: true,
    value: (entry) => entry.occurredAt,
    cell: (entry) => <Time at={entry.occurredAt} />,
  },
  {
    id: 'kind',
    header: t('ledger.column.kind'),
    isUnsortable: true,
    value: (entry) => kindInWords(entry.kind),
    cell: (entry) => <span className="nowrap">{kindInWords(entry.kind)}</span>,
  },
  { id: 'what', header: t('ledger.column.what'), isUnsortable: true, value: whatOf },
  { id: 'role', header: t('ledger.column.role'), isUnsortable: true, value: roleOf },
  {
    id: 'chain',
    header: t('ledger.column.chain'),
    isUnsortable: true,
    isHidden: true,
    value: (entry) => `${entry.chain} ${entry.chainSeq}`,
  },
];

function Checkpoint({ ledgerKey }: { ledgerKey: LedgerKeyBody }) {
  const note = useQuery(checkpointQuery).data;
  if (note === undefined) return null;
  return (
    <Columns minPx={360}>
      <CheckpointCard note={note} vkey={ledgerKey.vkey} />
      <div className="stack gap-4">
        <GrownCard note={note} vkey={ledgerKey.vkey} />
        <OfflineCard />
      </div>
    </Columns>
  );
}

/** Whether the ledger only grew since this browser saw it last: checked here, against what it remembers. */
function GrownCard({ note, vkey }: { note: string; vkey: string }) {
  const { today } = useInstallation().installation;
  const growth = useQuery({
    queryKey: ['remembered-checkpoint', note],
    queryFn: () => growthSince(note, vkey, today),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data;
  return (
    <Card title={t('ledger.grown.title')}>
      <div role="status">{growth ? <GrownSince growth={growth} /> : null}</div>
    </Card>
  );
}

function GrownSince({ growth }: { growth: Growth }) {
  if (growth.kind === 'first') return <p>{t('ledger.grown.first')}</p>;
  const values = { day: <Day at={growth.day} />, count: growth.count };
  if (growth.kind === 'other') return <p>{rich('ledger.grown.other', { day: values.day })}</p>;
  const isOk = growth.kind !== 'failed';
  return (
    <p>
      <StatusMark status={isOk ? 'pass' : 'fail'} isQuiet />{' '}
      {growth.kind === 'failed'
        ? rich('ledger.grown.failed', { ...values, why: growth.why })
        : rich(growth.kind === 'same' ? 'ledger.grown.same' : 'ledger.grown.ok', values)}
    </p>
  );
}
