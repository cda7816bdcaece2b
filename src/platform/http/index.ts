export { fieldErrors } from './contract-check.ts';
export { csrfTokenOf } from './csrf.ts';
export { type Listening, listen, stopGracefully } from './listening.ts';
export { createMetrics, type GaugeReading, type Metrics } from './metrics.ts';
export { type ApiTitle, openApiDocument } from './openapi.ts';
export { assertSafeListen, isLoopback } from './origin.ts';
export { problemOf, problemSchema } from './problem-answer.ts';
export { defaultRateLimits, type RateLimits } from './rate-limits.ts';
export { noteRefusal } from './refusal-log.ts';
export {
  defineRoute,
  type Method,
  type PersonObject,
  type Route,
  type RouteContext,
  type RouteDefiner,
  routesFor,
  streamContentTypes,
} from './route.ts';
export type { PersonLevelAccess } from './route-serving.ts';
export { noncePlaceholder } from './security-headers.ts';
export type { SecurityContact } from './security-txt.ts';
export { createServer, jsonBytesMax, type ServerOptions } from './server.ts';
export { type HealthCheck, readMetricsAction } from './system-routes.ts';
