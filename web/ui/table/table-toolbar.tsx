import { Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../messages/translate.ts';
import { Icon } from '../icons.tsx';
import { showToast } from '../toasts.tsx';
import type { DataColumn } from './data-column.ts';
import { downloadText, toCsv, toTabSeparated } from './table-text.ts';

interface TableToolbarProps<Row> {
  id: string;
  columns: DataColumn<Row>[];
  shown: DataColumn<Row>[];
  rows: Row[];
  counts: { fitting: number; all: number };
  filter: string;
  onFilter: (filter: string) => void;
  onColumns: (column: string, isShown: boolean) => void;
  tools?: ReactNode;
}

/** Filter and count on the left; columns, copy and CSV on the right. Copy and CSV take what is filtered and shown. */
export function TableToolbar<Row>({
  id,
  columns,
  shown,
  rows,
  counts,
  filter,
  onFilter,
  onColumns,
  tools,
}: TableToolbarProps<Row>) {
  const copy = () => {
    navigator.clipboard?.writeText(toTabSeparated(shown, rows)).then(
      () => showToast({ kind: 'done', text: t('ui.table.copied', { count: rows.length }) }),
      () => undefined,
    );
  };
  return (
    <div className="table-toolbar no-print">
      <div className="row gap-2">
        {tools}
        <label className="table-filter">
          <span className="visually-hidden">{t('ui.table.filter')}</span>
          <Icon name="search" sizePx={14} />
          <input
            type="search"
            value={filter}
            placeholder={t('ui.table.filter.placeholder')}
            onChange={(event) => onFilter(event.currentTarget.value)}
          />
        </label>
        <span className="dim small nowrap" role="status">
          {counts.fitting === counts.all
            ? t('ui.table.rows', { count: counts.all })
            : t('ui.table.rows-of', { count: counts.fitting, total: counts.all })}
        </span>
      </div>
      <div className="row gap-1">
        <Menu closeOnItemClick={false} position="bottom-end">
          <Menu.Target>
            <button type="button" className="tool-button">
              <Icon name="columns" sizePx={14} />
              {t('ui.table.columns')}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {columns.map((column) => {
              const isShown = shown.includes(column);
              return (
                <Menu.CheckboxItem
                  key={column.id}
                  checkIcon={<Icon name="check" sizePx={14} />}
                  checked={isShown}
                  disabled={isShown && shown.length === 1}
                  onChange={(isChecked) => onColumns(column.id, isChecked)}
                >
                  {column.header}
                </Menu.CheckboxItem>
              );
            })}
          </Menu.Dropdown>
        </Menu>
        <button type="button" className="tool-button" onClick={copy}>
          <Icon name="copy" sizePx={14} />
          {t('ui.table.copy')}
        </button>
        <button
          type="button"
          className="tool-button"
          onClick={() => downloadText(`${id}.csv`, toCsv(shown, rows), 'text/csv;charset=utf-8')}
        >
          <Icon name="download" sizePx={14} />
          {t('ui.table.csv')}
        </button>
      </div>
    </div>
  );
}
