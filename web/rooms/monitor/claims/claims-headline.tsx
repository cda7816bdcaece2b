import { Link } from '@tanstack/react-router';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import type { Todo } from '../../../ui/index.ts';
import { byAttention, type ClaimRow, countOfState } from './claim-rows.ts';
import { stateAt } from './claim-words.ts';

const namedMax = 4;

/** The first few sites by name. */
function whereOf(rows: readonly ClaimRow[]): string {
  const names = [...new Set(rows.map(({ stream }) => stream.siteName))];
  return [...names.slice(0, namedMax), ...(names.length > namedMax ? ['\u2026'] : [])].join(', ');
}

/** How the claims stand, in one sentence, the worst first. */
export function ClaimsHeadline({ rows }: { rows: readonly ClaimRow[] }) {
  for (const state of ['broken', 'watch'] as const) {
    const own = rows.filter(({ stream }) => stream.state === state).sort(byAttention);
    if (own.length > 0)
      return rich(`monitor.claims.headline.${state}`, {
        count: own.length,
        total: String(rows.length),
        where: whereOf(own),
      });
  }
  if (rows.every(({ stream }) => stream.state === 'no-evidence-yet'))
    return rich('monitor.claims.headline.early', { count: rows.length });
  return rich('monitor.claims.headline.good', { count: rows.length });
}

const order = ['broken', 'watch', 'no-evidence-yet', 'consistent', 'confirmed'] as const;

/** "2 broken, 1 watch, 9 confirmed". */
export function stateCounts(rows: readonly ClaimRow[]): string {
  const counts = order
    .map((state) => ({ state, count: countOfState(rows, state) }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => t('monitor.claims.precise.one', { n: count, state: t(`status.${state}`) }));
  return t('monitor.claims.precise', { counts: counts.join(', ') });
}

const todosMax = 3;

export const claimsTodos = (rows: readonly ClaimRow[]): Todo[] =>
  rows
    .filter(({ stream }) => stream.state === 'broken' || stream.state === 'watch')
    .sort(byAttention)
    .slice(0, todosMax)
    .map(({ claim, stream }) => ({
      key: stream.streamId,
      what: t('monitor.claims.todo.look', { statement: claim.statement, state: stateAt(stream) }),
      act: (
        <Link to="/monitor/claims/$claimId" params={{ claimId: claim.id }} search={{ stream: stream.streamId }}>
          {t('monitor.claims.todo.open')}
        </Link>
      ),
    }));
