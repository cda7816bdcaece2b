import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root-route.tsx';

const certificatesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/certify/certificates',
  component: lazyRouteComponent(() => import('./certificates-page.tsx'), 'CertificatesPage'),
});

const certificateRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/certify/certificates/$certificateId',
  component: lazyRouteComponent(() => import('./certificate-page.tsx'), 'CertificatePage'),
});

/** The pages of this room. */
export const certifyRoutes = [certificatesRoute, certificateRoute] as const;
