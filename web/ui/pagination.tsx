import { formatCount } from '../messages/format.ts';
import { t } from '../messages/translate.ts';
import { IconButton } from './controls.tsx';

/** Which rows are shown, and the way to the next. `page` counts from 1. */
export function Pagination({
  page,
  pageSize,
  total,
  onPage,
}: {
  page: number;
  pageSize: number;
  total: number;
  onPage: (page: number) => void;
}) {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const from = total === 0 ? 0 : (page - 1) * pageSize + 1;
  return (
    <nav
      className="pagination no-print"
      aria-label={t('ui.page.of', { from, to: Math.min(total, page * pageSize), total })}
    >
      <span className="dim small">
        {t('ui.page.of', {
          from: formatCount(from),
          to: formatCount(Math.min(total, page * pageSize)),
          total: formatCount(total),
        })}
      </span>
      <IconButton
        icon="previous"
        label={t('ui.page.previous')}
        isDisabled={page <= 1}
        onClick={() => onPage(page - 1)}
      />
      <IconButton icon="next" label={t('ui.page.next')} isDisabled={page >= pages} onClick={() => onPage(page + 1)} />
    </nav>
  );
}
