import { readCheckpoint } from '#formats/tlog';
import { formatCount } from '../../messages/format.ts';
import { t } from '../../messages/translate.ts';
import { Card, CodeBlock, Digest, KeyValues, Term } from '../../ui/index.ts';

/** The text of a signed note ends before the empty line; the signatures follow. */
const textOf = (note: string): string => note.slice(0, note.indexOf('\n\n') + 1);

/** The signed checkpoint and the key that checks it. */
export function CheckpointCard({ note, vkey }: { note: string; vkey: string }) {
  const checkpoint = readCheckpoint(textOf(note));
  return (
    <Card title={<Term k="checkpoint">{t('ledger.checkpoint.title')}</Term>}>
      <div className="stack gap-3">
        <p className="dim small">{t('ledger.checkpoint.explain')}</p>
        <KeyValues
          items={[
            ...(checkpoint
              ? [
                  { key: 'size', label: t('ledger.checkpoint.size'), value: formatCount(Number(checkpoint.size)) },
                  { key: 'origin', label: t('ledger.checkpoint.origin'), value: checkpoint.origin },
                ]
              : []),
            { key: 'key', label: t('ledger.checkpoint.key'), value: <Digest value={vkey} keep={10} /> },
          ]}
        />
        <CodeBlock label={t('ledger.checkpoint.note')} text={note} />
      </div>
    </Card>
  );
}
