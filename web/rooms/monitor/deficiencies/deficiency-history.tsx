import type { DeficiencyView } from '../../../../src/monitor/contract.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { type DataColumn, DataTable, Day, Stack, Time } from '../../../ui/index.ts';
import { type DeficiencyRecord, type HistoryLine, historyOf, namesOf, roleWord } from './deficiency-record.ts';

const columns: DataColumn<HistoryLine>[] = [
  {
    id: 'at',
    header: t('monitor.deficiency.history.column.at'),
    value: ({ at }) => at,
    cell: ({ at }) => <Time at={at} />,
  },
  { id: 'what', header: t('monitor.deficiency.history.column.what'), value: ({ what }) => what },
  { id: 'who', header: t('monitor.deficiency.history.column.who'), value: ({ who }) => who },
  { id: 'role', header: t('monitor.deficiency.history.column.role'), value: ({ role }) => role },
  { id: 'said', header: t('monitor.deficiency.history.column.said'), value: ({ said }) => said ?? null },
];

/** Everything that happened, with names and roles. */
export const DeficiencyHistory = ({ view }: { view: DeficiencyView }) => (
  <DataTable
    id="deficiency-history"
    caption={t('monitor.deficiency.history')}
    columns={columns}
    rows={historyOf(view)}
    rowId={({ seq }) => String(seq)}
    isPlain
    pageSize={100}
  />
);

export function Dissent({ view, record }: { view: DeficiencyView; record: DeficiencyRecord }) {
  const names = namesOf(view);
  return (
    <Stack gap={3}>
      {record.dissent.map(({ by, role, at, text }) => (
        <figure key={`${by} ${at}`}>
          <blockquote className="quote">{text}</blockquote>
          <figcaption className="dim small">
            {rich('monitor.deficiency.dissent.by', {
              who: names.get(by) ?? by,
              role: roleWord(role),
              day: <Day at={at} />,
            })}
          </figcaption>
        </figure>
      ))}
    </Stack>
  );
}
