import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root-route.tsx';

const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/develop/models',
  component: lazyRouteComponent(() => import('./models-page.tsx'), 'ModelsPage'),
});

/** The pages of this room. */
export const developRoutes = [modelsRoute] as const;
