import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root-route.tsx';
import { ledgerSearch } from './ledger-search.ts';

const ledgerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ledger',
  validateSearch: ledgerSearch,
  component: lazyRouteComponent(() => import('./ledger-page.tsx'), 'LedgerPage'),
});

const entryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ledger/$index',
  component: lazyRouteComponent(() => import('./entry-page.tsx'), 'EntryPage'),
});

/** The pages of this room. */
export const ledgerRoutes = [ledgerRoute, entryRoute] as const;
