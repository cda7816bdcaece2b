import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { fromBase64, fromUtf8 } from '#kernel';
import type { LedgerEntryWithBytesBody } from '../../../src/ledger/contract.ts';
import { Answer } from '../../app/answer.tsx';
import { t } from '../../messages/translate.ts';
import {
  AppLink,
  Card,
  ChartSkeleton,
  CodeBlock,
  Columns,
  Digest,
  KeyValues,
  Page,
  PageHeadline,
  Term,
  Time,
} from '../../ui/index.ts';
import { CheckpointCard } from './checkpoint-card.tsx';
import { kindInWords, roleOf, whatOf } from './entry-words.ts';
import './ledger.css';
import { entryQuery, keyQuery, proofQuery } from './ledger-questions.ts';
import { OfflineCard } from './offline-card.tsx';
import { ProofCard } from './proof-card.tsx';

const route = getRouteApi('/ledger/$index');

/** One entry: what it says, and a proof that is really computed here. */
export function EntryPage() {
  const index = Number(route.useParams().index);
  const query = useQuery(entryQuery(index));
  return <Answer query={query}>{(entry) => <Entry key={index} entry={entry} />}</Answer>;
}

function Entry({ entry }: { entry: LedgerEntryWithBytesBody }) {
  const proof = useQuery(proofQuery(entry.index)).data;
  const key = useQuery(keyQuery).data;
  const size = proof?.size;
  return (
    <Page>
      <PageHeadline
        title={t('ledger.entry.place', { index: String(entry.index) })}
        place={
          <>
            <AppLink to="/ledger">{t('ledger.title')}</AppLink> ›{' '}
            {t('ledger.entry.place', { index: String(entry.index) })}
          </>
        }
        precise={t('ledger.entry.precise', {
          kind: kindInWords(entry.kind),
          index: entry.index,
          size: size ?? '…',
          seq: entry.chainSeq,
        })}
        aside={<Neighbours index={entry.index} size={size} />}
      >
        {whatOf(entry)}
      </PageHeadline>
      {proof && key ? <ProofCard bytes={entry.bytes} proof={proof} vkey={key.vkey} /> : <ChartSkeleton />}
      <Columns minPx={360}>
        <Facts entry={entry} />
        <div className="stack gap-4">
          {proof?.checkpoint && key ? <CheckpointCard note={proof.checkpoint} vkey={key.vkey} /> : null}
          <OfflineCard />
        </div>
      </Columns>
      <Card title={t('ledger.entry.statement')}>
        <CodeBlock label={t('ledger.entry.statement')} text={JSON.stringify(entry.statement, undefined, 2)} />
      </Card>
      <Card title={t('ledger.entry.raw')}>
        <CodeBlock label={t('ledger.entry.raw')} text={rawOf(entry.bytes)} />
      </Card>
    </Page>
  );
}

/** The bytes as text; what is no text is shown in base64 as it came. */
function rawOf(bytes: string): string {
  try {
    return fromUtf8(fromBase64(bytes) ?? new Uint8Array());
  } catch {
    return bytes;
  }
}

function Neighbours({ index, size }: { index: number; size: number | undefined }) {
  return (
    <span className="row gap-4 no-print">
      {index > 0 ? (
        <AppLink to={`/ledger/${index - 1}`}>← {t('ledger.entry.previous', { index: String(index - 1) })}</AppLink>
      ) : null}
      {size !== undefined && index + 1 < size ? (
        <AppLink to={`/ledger/${index + 1}`}>{t('ledger.entry.next', { index: String(index + 1) })} →</AppLink>
      ) : null}
    </span>
  );
}

function Facts({ entry }: { entry: LedgerEntryWithBytesBody }) {
  return (
    <Card title={t('ledger.entry.facts')}>
      <KeyValues
        items={[
          { key: 'happened', label: t('ledger.entry.happened'), value: <Time at={entry.occurredAt} /> },
          { key: 'recorded', label: t('ledger.entry.recorded'), value: <Time at={entry.recordedAt} /> },
          { key: 'role', label: t('ledger.entry.role'), value: roleOf(entry) },
          {
            key: 'chain',
            label: t('ledger.entry.chain'),
            value: (
              <AppLink to="/ledger" search={{ chain: entry.chain }}>
                {entry.chain}
              </AppLink>
            ),
          },
          {
            key: 'leaf',
            label: <Term k="digest">{t('ledger.entry.leaf')}</Term>,
            value: <Digest value={entry.leafHash} />,
          },
          ...(entry.statement?.subjects ?? []).map((subject, index) => ({
            key: `${subject.name} ${index}`,
            label: index === 0 ? t('ledger.entry.subjects') : '',
            value: (
              <>
                <span className="subject-name">{subject.name}</span> <Digest value={subject.sha256} keep={6} />
              </>
            ),
          })),
        ]}
      />
    </Card>
  );
}
