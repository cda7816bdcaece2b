import { createRouter } from '@tanstack/react-router';
import { certifyRoutes } from '../rooms/certify/routes.tsx';
import { developRoutes } from '../rooms/develop/routes.tsx';
import { ledgerRoutes } from '../rooms/ledger/routes.tsx';
import { monitorRoutes } from '../rooms/monitor/routes.tsx';
import { overviewRoutes } from '../rooms/overview/routes.tsx';
import { peopleRoutes } from '../rooms/people/routes.tsx';
import { PageSkeleton } from '../ui/index.ts';
import { NotFoundPage, ProblemPage } from './fallback-pages.tsx';
import { rootRoute } from './root-route.tsx';

const routeTree = rootRoute.addChildren([
  ...overviewRoutes,
  ...developRoutes,
  ...monitorRoutes,
  ...certifyRoutes,
  ...ledgerRoutes,
  ...peopleRoutes,
]);

const skeletonAfterMs = 100;

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingMs: skeletonAfterMs,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: ProblemPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
