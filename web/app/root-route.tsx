import { createRootRoute, retainSearchParams } from '@tanstack/react-router';
import { AppShell } from './app-shell.tsx';
import { NotFoundPage, ProblemPage } from './fallback-pages.tsx';
import { scopeSchema } from './scope.ts';

/** The root of all pages. Rooms hang their routes under it: `createRoute({ getParentRoute: () => rootRoute, … })`. */
export const rootRoute = createRootRoute({
  validateSearch: scopeSchema,
  search: { middlewares: [retainSearchParams(['asOf', 'site'])] },
  component: AppShell,
  notFoundComponent: NotFoundPage,
  errorComponent: ProblemPage,
});
