import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root-route.tsx';

/** `stepUp` asks for a second factor; `invitation` says that the part behind the # is one; `problem` is a code. */
interface SignInSearch {
  returnTo?: string;
  stepUp?: number;
  invitation?: number;
  problem?: string;
}

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  component: lazyRouteComponent(() => import('./people-page.tsx'), 'PeoplePage'),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    ...(typeof search.returnTo === 'string' ? { returnTo: search.returnTo } : {}),
    ...(search.stepUp === undefined ? {} : { stepUp: 1 }),
    ...(search.invitation === undefined ? {} : { invitation: 1 }),
    ...(typeof search.problem === 'string' ? { problem: search.problem } : {}),
  }),
  component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
});

/** The pages of this room. */
export const peopleRoutes = [peopleRoute, signInRoute] as const;
