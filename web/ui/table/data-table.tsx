import {
  columnFilteringFeature,
  columnVisibilityFeature,
  createFilteredRowModel,
  createPaginatedRowModel,
  createSortedRowModel,
  filterFn_includesString,
  globalFilteringFeature,
  rowPaginationFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { t } from '../../messages/translate.ts';
import { Button } from '../controls.tsx';
import { Pagination } from '../pagination.tsx';
import { Term } from '../term.tsx';
import { compareValues, type DataColumn, readColumnChoice, type TableView, writeColumnChoice } from './data-column.ts';
import { TableToolbar } from './table-toolbar.tsx';

const features = tableFeatures({
  columnFilteringFeature,
  globalFilteringFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  rowPaginationFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
  paginatedRowModel: createPaginatedRowModel(),
  filterFns: { includesString: filterFn_includesString },
});

export interface DataTableProps<Row> {
  /** Names the table for remembering columns and for the CSV file. */
  id: string;
  /** What the table holds, for screen readers and print. */
  caption: string;
  columns: DataColumn<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  /** The view from the address, and how to change it. Without them the table keeps its own. */
  view?: TableView;
  onView?: (view: TableView) => void;
  pageSize?: number;
  /** Opens a row by Enter or click; the first cell should hold a link to the same place. */
  onOpen?: (row: Row) => void;
  /** Shown instead of the table when there are no rows at all. */
  empty?: ReactNode;
  /** The server sorts, filters and pages; `total` is the number of all rows. */
  server?: { total: number };
  /** Tools on the left of the filter: site choice, state choice. */
  tools?: ReactNode;
  /** No toolbar: for short tables inside a card. */
  isPlain?: boolean;
}

const sortingOf = (view: TableView) =>
  view.sort ? [{ id: view.sort.replace(/^-/, ''), desc: view.sort.startsWith('-') }] : [];

/** Sort, filter, choose columns, copy, CSV, pages, keyboard. Under 640 px each row becomes a small card. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, caption, columns, rows, rowId, pageSize = 25, onOpen, empty, server, tools, isPlain = false } = props;
  const [ownView, setOwnView] = useState<TableView>({});
  const view = props.view ?? ownView;
  const setView = props.onView ?? setOwnView;
  const [choice, setChoice] = useState(() => readColumnChoice(id));
  const captionId = useId();

  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        // An unknown value sorts last in both directions, which the library does for undefined.
        accessorFn: (row: Row) => column.value(row) ?? undefined,
        enableSorting: !column.isUnsortable,
        sortUndefined: 'last' as const,
        sortFn: (a: { getValue: (id: string) => unknown }, b: { getValue: (id: string) => unknown }, id: string) =>
          compareValues(a.getValue(id), b.getValue(id)),
      })),
    [columns],
  );
  const sorting = useMemo(() => sortingOf(view), [view]);
  const pagination = useMemo(() => ({ pageIndex: (view.page ?? 1) - 1, pageSize }), [view.page, pageSize]);
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map((column) => [column.id, choice[column.id] ?? !column.isHidden])),
    [columns, choice],
  );
  const isServer = server !== undefined;
  const table = useTable({
    features,
    data: rows as object[] as Row[] & object[],
    columns: definitions as never,
    getRowId: rowId as never,
    state: { sorting, pagination, columnVisibility, globalFilter: view.filter ?? '' },
    getColumnCanGlobalFilter: () => true,
    globalFilterFn: 'includesString',
    autoResetPageIndex: false,
    manualSorting: isServer,
    manualFiltering: isServer,
    manualPagination: isServer,
    ...(isServer ? { rowCount: server.total } : {}),
  });

  if (rows.length === 0 && empty && !view.filter) return <>{empty}</>;
  const shown = columns.filter((column) => columnVisibility[column.id]);
  const fitting = table.getPrePaginatedRowModel().rows.map((row) => row.original as Row);
  const total = isServer ? server.total : fitting.length;
  const pageCount = Math.max(1, Math.ceil(total / pageSize));
  const pageRows = table.getRowModel().rows;
  const sortBy = (column: DataColumn<Row>) => {
    const next = view.sort === column.id ? `-${column.id}` : view.sort === `-${column.id}` ? undefined : column.id;
    setView({ ...view, sort: next, page: undefined });
  };
  const chooseColumns = (next: Record<string, boolean>) => {
    setChoice(next);
    writeColumnChoice(id, next);
  };

  return (
    <div className="data-table">
      {isPlain ? null : (
        <TableToolbar
          id={id}
          columns={columns}
          shown={shown}
          rows={fitting}
          counts={{ fitting: total, all: isServer ? total : rows.length }}
          filter={view.filter ?? ''}
          onFilter={(filter) => setView({ ...view, filter: filter || undefined, page: undefined })}
          onColumns={(column, isShown) => chooseColumns({ ...choice, [column]: isShown })}
          tools={tools}
        />
      )}
      <div className="table-scroll">
        {/* biome-ignore lint/a11y/noRedundantRoles: on narrow screens rows are laid out as cards, and the roles must survive that. */}
        <table role="table" aria-labelledby={captionId}>
          <caption id={captionId} className="visually-hidden">
            {caption}
          </caption>
          {/* biome-ignore lint/a11y/noRedundantRoles: as above. */}
          <thead role="rowgroup">
            {/* biome-ignore lint/a11y/noRedundantRoles: as above. */}
            <tr role="row">
              {shown.map((column) => (
                <HeaderCell key={column.id} column={column} sort={view.sort} onSort={() => sortBy(column)} />
              ))}
            </tr>
          </thead>
          {/* biome-ignore lint/a11y/noRedundantRoles: as above. */}
          <tbody role="rowgroup">
            {pageRows.map((row, index) => (
              <BodyRow
                key={row.id}
                row={row.original as Row}
                columns={shown}
                isFirst={index === 0}
                {...(onOpen ? { onOpen } : {})}
              />
            ))}
          </tbody>
        </table>
        {pageRows.length === 0 ? (
          <div className="table-none">
            <p>{t('ui.table.none')}</p>
            {view.filter ? (
              <Button onClick={() => setView({ ...view, filter: undefined })}>{t('ui.table.clear')}</Button>
            ) : null}
          </div>
        ) : null}
      </div>
      {pageCount > 1 ? (
        <Pagination
          page={view.page ?? 1}
          pageSize={pageSize}
          total={total}
          onPage={(page) => setView({ ...view, page: page === 1 ? undefined : page })}
        />
      ) : null}
    </div>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: DataColumn<Row>;
  sort: string | undefined;
  onSort: () => void;
}) {
  const direction = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : 'none';
  const word = column.term ? <Term k={column.term}>{column.header}</Term> : column.header;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: the role must survive the narrow layout.
    <th role="columnheader" scope="col" className={column.align === 'end' ? 'number' : undefined} aria-sort={direction}>
      {column.isUnsortable ? (
        word
      ) : (
        <span className="sort-head">
          {column.term ? word : null}
          <button
            type="button"
            className="sort-button"
            onClick={onSort}
            {...(column.term ? { 'aria-label': t('ui.table.sort', { column: column.header }) } : {})}
          >
            {column.term ? null : column.header}
            <span aria-hidden="true" className="sort-arrow" data-direction={direction}>
              {direction === 'descending' ? '\u2193' : '\u2191'}
            </span>
          </button>
        </span>
      )}
    </th>
  );
}

/** Rows that open are reached by Tab once and walked by the arrow keys. */
function BodyRow<Row>({
  row,
  columns,
  isFirst,
  onOpen,
}: {
  row: Row;
  columns: DataColumn<Row>[];
  isFirst: boolean;
  onOpen?: (row: Row) => void;
}) {
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>) => {
    if (event.target !== event.currentTarget) return;
    const neighbour =
      event.key === 'ArrowDown'
        ? event.currentTarget.nextElementSibling
        : event.key === 'ArrowUp'
          ? event.currentTarget.previousElementSibling
          : null;
    if (neighbour instanceof HTMLElement) {
      event.preventDefault();
      neighbour.focus();
    }
    if (event.key === 'Enter') onOpen?.(row);
  };
  const opening = onOpen
    ? {
        'data-opens': true,
        tabIndex: isFirst ? 0 : -1,
        onKeyDown,
        onClick: (event: React.MouseEvent) => {
          if (!(event.target as HTMLElement).closest('a, button, input')) onOpen(row);
        },
      }
    : {};
  return (
    // biome-ignore lint/a11y/noRedundantRoles: the role must survive the narrow layout.
    <tr role="row" {...opening}>
      {columns.map((column) => (
        <td
          key={column.id}
          // biome-ignore lint/a11y/noRedundantRoles: as above.
          role="cell"
          data-label={column.header}
          className={column.align === 'end' ? 'number' : undefined}
        >
          {column.cell ? column.cell(row) : (column.value(row) ?? '\u2013')}
        </td>
      ))}
    </tr>
  );
}
