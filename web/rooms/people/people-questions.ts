import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import {
  awaitingRolesSchema,
  breakGlassesSchema,
  conflictsSchema,
  delegationsSchema,
  groupsSchema,
  notificationsSchema,
  organisationsSchema,
  personsSchema,
} from '../../../src/people/contract.ts';
import { policiesSchema } from '../../../src/people/permission/contract.ts';
import { apiQuery, problemOf, tell } from '../../app/api.ts';
import { refresh } from '../../app/query-client.ts';
import { useSession } from '../../app/session.ts';
import { showToast } from '../../ui/index.ts';

const base = '/api/v1/people';

export const personsQuery = apiQuery(`${base}/persons`, personsSchema);
export const organisationsQuery = apiQuery(`${base}/organisations`, organisationsSchema);
export const groupsQuery = apiQuery(`${base}/groups`, groupsSchema);
export const delegationsQuery = apiQuery(`${base}/delegations`, delegationsSchema);
export const conflictsQuery = apiQuery(`${base}/conflicts`, conflictsSchema);
export const awaitingRolesQuery = apiQuery(`${base}/awaiting-roles`, awaitingRolesSchema);
export const notificationsQuery = apiQuery(`${base}/notifications`, notificationsSchema);
export const breakGlassQuery = apiQuery(`${base}/break-glass`, breakGlassesSchema);
export const policiesQuery = apiQuery(`${base}/policies`, policiesSchema);

/** Names by id, of whom and what the reader may see; an id that is not among them stays an id. */
export function useNames(): { person(id: string): string; organisation(id: string | undefined): string } {
  const { mayDo, person: me } = useSession();
  const persons = useQuery({ ...personsQuery, enabled: mayDo('people:read-persons') }).data?.persons ?? [];
  const mayReadOrganisations = mayDo('people:read-organisations');
  const { organisations } = useQuery({ ...organisationsQuery, enabled: mayReadOrganisations }).data ?? {
    organisations: [],
  };
  return {
    person: (id) => (me?.id === id ? me.name : (persons.find((one) => one.id === id)?.name ?? id)),
    organisation: (id) => organisations.find((one) => one.id === id)?.name ?? id ?? '\u2013',
  };
}

/** An act on this room; everything that may have changed is asked again before it resolves. */
export async function act(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
  await tell(method, `${base}/${path}`, { schema: z.unknown(), ...(body === undefined ? {} : { body }) });
  await refresh('people', 'ledger');
}

/** For acts by a single button: says that it is done, or what happened instead. */
export function actAndSay(doing: Promise<void>, done: string): void {
  doing.then(
    () => showToast({ kind: 'done', text: done }),
    (failure: unknown) => {
      const { title, detail, remedy } = problemOf(failure);
      showToast({ kind: 'trouble', text: `${title}. ${detail ?? remedy}` });
    },
  );
}
