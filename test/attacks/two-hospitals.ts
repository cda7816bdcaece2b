import { type As, anAttacked, plantCase, planted } from './attacked.ts';

/** Two hospitals on one live installation: ALFA has something to steal, and everybody else would like to have it. */

export interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: unknown;
  [key: string]: unknown;
}
interface Operation {
  'x-hortus-action': string;
  parameters?: { name: string; in: 'path' | 'query'; required: boolean }[];
  requestBody?: { content: Record<string, { schema?: JsonSchema }> };
}
export interface RouteOfDocument extends Operation {
  method: string;
  path: string;
}

const roles = ['operator', 'model-lead', 'regulatory-lead', 'safety-officer', 'clinical-owner', 'deployer-management'];

export const idsIn = ({ path }: RouteOfDocument): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

/** The path with every id replaced by one value; a site and a case are ALFA's. */
export const pathWith = (route: RouteOfDocument, id: string): string =>
  route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'site' ? 'ALFA' : encodeURIComponent(id)));

/**
 * @returns `routes` of the API document, `strangers` by what they are: whoever is not ALFA, and `foreignIds`: one id of
 *   each kind that ALFA's own people see, and the planted case's own.
 */
export async function twoHospitals() {
  const house = await anAttacked();
  const document = await house.done<{ paths: Record<string, Record<string, Operation>> }>('/api/v1/openapi.json');
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  const alfa = await house.aHospital('ALFA', roles);
  const alfaLead = alfa.people['model-lead']!;
  await plantCase(house, 'ALFA', alfaLead);
  const token = await house.aToken(alfa.people.operator!, ['monitor:read-cases']);
  const seen = new Set<string>([token.id, alfa.organisationId, alfa.people.operator!.id]);
  for (const { path, parameters = [] } of routes.filter(({ method }) => method === 'GET')) {
    if (path.includes('{') || parameters.some(({ required }) => required)) continue;
    for (const as of [alfa.people.operator!, alfaLead]) {
      const text = await (await house.send(path, as)).text();
      for (const [id] of text.matchAll(/\b[a-z]+_[0-9A-Za-z]{20,}\b/g)) seen.add(id);
    }
  }
  // Only now, so that nothing of BETA's own is among the ids that it must not use.
  const beta = await house.aHospital('BETA', ['operator', 'model-lead', 'deployer-management']);
  const strangers: Record<string, As> = { nobody: {} };
  for (const [role, { session }] of Object.entries(beta.people)) strangers[`${role} of BETA`] = { session };
  const scopes = ['monitor:send-predictions', 'monitor:send-outcomes', 'monitor:read-cases', 'monitor:read-claims'];
  strangers['machine of BETA'] = { token: (await house.aToken(beta.people.operator!, scopes)).secret };
  const alfaIds = [...seen];
  const byKind = new Map(alfaIds.map((id) => [id.split('_', 1)[0]!, id]));
  return {
    house,
    routes,
    alfaLead,
    strangers,
    foreignIds: [...byKind.values(), planted],
    idTaking: routes.filter((route) => idsIn(route).length > 0),
  };
}
