import { Link, useNavigate } from '@tanstack/react-router';
import type { DeficiencySummary } from '../../../../src/monitor/contract.ts';
import { t } from '../../../messages/translate.ts';
import { type DataColumn, DataTable, Day, StatusMark, type TableView } from '../../../ui/index.ts';
import { stateStatus, stateWord, triageDue } from './deficiency-rows.ts';

export const severityWord = (severity: DeficiencySummary['severity']): string =>
  t(`monitor.deficiency.severity.${severity ?? 'none'}`);

const columns: DataColumn<DeficiencySummary>[] = [
  {
    id: 'state',
    header: t('monitor.deficiencies.column.state'),
    value: ({ state }) => stateWord(state),
    cell: ({ state }) => <StatusMark status={stateStatus[state]} word={stateWord(state)} isQuiet />,
  },
  {
    id: 'title',
    header: t('monitor.deficiencies.column.title'),
    value: ({ title }) => title,
    cell: ({ id, title }) => (
      <Link to="/monitor/deficiencies/$deficiencyId" params={{ deficiencyId: id }}>
        {title}
      </Link>
    ),
  },
  { id: 'site', header: t('monitor.deficiencies.column.site'), value: ({ siteName }) => siteName },
  {
    id: 'severity',
    header: t('monitor.deficiencies.column.severity'),
    value: ({ severity }) => severityWord(severity),
    term: 'severity',
  },
  {
    id: 'opened',
    header: t('monitor.deficiencies.column.opened'),
    value: ({ openedAt }) => openedAt,
    cell: ({ openedAt }) => <Day at={openedAt} />,
  },
  {
    id: 'due',
    header: t('monitor.deficiencies.column.due'),
    value: (row) => triageDue(row) ?? null,
    cell: (row) => {
      const due = triageDue(row);
      return due === undefined ? '\u2013' : <Day at={due} />;
    },
  },
  { id: 'next', header: t('monitor.deficiencies.column.next'), value: ({ next }) => next },
  {
    id: 'version',
    header: t('monitor.deficiencies.column.version'),
    value: ({ modelVersionLabel }) => modelVersionLabel,
    isHidden: true,
  },
  {
    id: 'kind',
    header: t('monitor.deficiencies.column.kind'),
    value: ({ code, codeName }) => `${code} ${codeName}`,
    isHidden: true,
  },
];

export function DeficienciesTable({
  rows,
  view,
  onView,
}: {
  rows: DeficiencySummary[];
  view: TableView;
  onView: (view: TableView) => void;
}) {
  const navigate = useNavigate();
  return (
    <DataTable
      id="deficiencies"
      caption={t('monitor.deficiencies.table')}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      view={view}
      onView={onView}
      onOpen={({ id }) => {
        navigate({ to: '/monitor/deficiencies/$deficiencyId', params: { deficiencyId: id } }).catch(() => undefined);
      }}
    />
  );
}
