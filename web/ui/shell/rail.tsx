import { t } from '../../messages/translate.ts';
import { AppLink } from '../text.tsx';

export interface RailPage {
  to: string;
  label: string;
  /** How many things wait here for the person who is signed in. */
  waiting?: number;
}

export interface RailRoom {
  id: string;
  label: string;
  pages: RailPage[];
}

export interface RailProps {
  overview: RailPage;
  /** The rooms of the loop that have something to show, in the order in which a case passes through. */
  loop: RailRoom[];
  /** Ledger and people: what the rooms share. */
  shared: RailPage[];
  /** View state that every link keeps: `asOf`, `site`. */
  search: Record<string, unknown>;
}

/** The house as a list: the overview, the rooms joined by the line of the loop, and what they share. */
export function Rail({ overview, loop, shared, search }: RailProps) {
  return (
    <nav className="rail-list" aria-label={t('shell.rail')}>
      <RailLink page={overview} search={search} />
      {loop.length > 0 ? (
        <ol className="rail-loop plain-list">
          {loop.map((room) => (
            <li key={room.id} className="rail-room">
              <span className="rail-room-name">{room.label}</span>
              <ul className="plain-list">
                {room.pages.map((page) => (
                  <li key={page.to}>
                    <RailLink page={page} search={search} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      ) : null}
      <ul className="plain-list rail-shared">
        {shared.map((page) => (
          <li key={page.to}>
            <RailLink page={page} search={search} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function RailLink({ page, search }: { page: RailPage; search: Record<string, unknown> }) {
  const waiting = page.waiting ?? 0;
  return (
    <AppLink to={page.to} search={search} className="rail-link">
      <span>{page.label}</span>
      {waiting > 0 ? (
        <span className="waiting-dot" title={t('shell.rail.waiting', { count: waiting })}>
          <span className="visually-hidden">{t('shell.rail.waiting', { count: waiting })}</span>
        </span>
      ) : null}
    </AppLink>
  );
}
