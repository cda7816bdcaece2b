import { z } from 'zod';
import { byOf } from '#develop';
import { type Identity, route } from '#people';
import type { Route } from '#platform/http';
import type { MonitorDependencies } from '../dependencies.ts';
import { drillAnswer, drillRequest, recordedDrill } from './contract.ts';
import { recordedDrills, runDrill } from './service.ts';

export const drillRoutes = (deps: MonitorDependencies): Route<Identity>[] => [
  route({
    method: 'POST',
    path: '/api/v1/monitor/drills',
    action: 'installation:operate',
    summary: 'A drill on a copy of a stream: injects a fault and says whether the monitor finds it, and how late.',
    body: drillRequest,
    response: drillAnswer,
    handle: ({ body, identity }) => runDrill(deps, body, byOf(identity, undefined)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/monitor/drills',
    action: 'monitor:read-claims',
    summary: 'Drills that were recorded, newest first; none of them is evidence.',
    response: z.object({ drills: z.array(recordedDrill) }),
    handle: async () => ({ drills: await recordedDrills(deps) }),
  }),
];
