import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { rootRoute } from '../../app/root-route.tsx';
import { tableSearch } from '../../app/scope.ts';
import { shows } from './cases/case-words.ts';

const word = z.string().max(64).optional().catch(undefined);

const claimsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/monitor/claims',
  validateSearch: z.object({
    ...tableSearch,
    version: word,
    state: z.enum(['broken', 'watch', 'no-evidence-yet', 'consistent', 'confirmed']).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./claims/claims-page.tsx'), 'ClaimsPage'),
});

const claimRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/monitor/claims/$claimId',
  validateSearch: z.object({ stream: word }),
  component: lazyRouteComponent(() => import('./claims/claim-page.tsx'), 'ClaimPage'),
});

const calibrationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/monitor/calibration',
  validateSearch: z.object({ version: word }),
  component: lazyRouteComponent(() => import('./calibration/calibration-page.tsx'), 'CalibrationPage'),
});

const explorationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/monitor/exploration',
  validateSearch: z.object({ version: word }),
  component: lazyRouteComponent(() => import('./exploration/exploration-page.tsx'), 'ExplorationPage'),
});

const casesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/monitor/cases',
  validateSearch: z.object({
    show: z.enum(shows).optional().catch(undefined),
    version: word,
    find: word,
    /** The cursor of the page: cases older than this one. */
    before: z.string().max(200).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./cases/cases-page.tsx'), 'CasesPage'),
});

const caseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/monitor/cases/$site/$caseId',
  component: lazyRouteComponent(() => import('./cases/case-page.tsx'), 'CasePage'),
});

const deficienciesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/monitor/deficiencies',
  validateSearch: z.object({ ...tableSearch, show: z.enum(['open', 'all']).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./deficiencies/deficiencies-page.tsx'), 'DeficienciesPage'),
});

const deficiencyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/monitor/deficiencies/$deficiencyId',
  component: lazyRouteComponent(() => import('./deficiencies/deficiency-page.tsx'), 'DeficiencyPage'),
});

/** The pages of this room. */
export const monitorRoutes = [
  claimsRoute,
  claimRoute,
  calibrationRoute,
  explorationRoute,
  casesRoute,
  caseRoute,
  deficienciesRoute,
  deficiencyRoute,
] as const;
