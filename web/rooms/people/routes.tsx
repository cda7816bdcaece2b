import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root-route.tsx';
import { accessSearch } from './access/search.ts';
import { permissionsSearch } from './permissions/search.ts';

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

const toSignRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/to-sign',
  component: lazyRouteComponent(() => import('./proposals/to-sign-page.tsx'), 'ToSignPage'),
});

const permissionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/permissions',
  validateSearch: permissionsSearch,
  component: lazyRouteComponent(() => import('./permissions/permissions-page.tsx'), 'PermissionsPage'),
});

const organisationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/organisations',
  component: lazyRouteComponent(() => import('./organisations/organisations-page.tsx'), 'OrganisationsPage'),
});

const accessRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/access',
  validateSearch: accessSearch,
  component: lazyRouteComponent(() => import('./access/access-page.tsx'), 'AccessPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/account',
  component: lazyRouteComponent(() => import('./account/account-page.tsx'), 'AccountPage'),
});

/** The pages of this room. */
export const peopleRoutes = [
  peopleRoute,
  signInRoute,
  toSignRoute,
  permissionsRoute,
  organisationsRoute,
  accessRoute,
  accountRoute,
] as const;
