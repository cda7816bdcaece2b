import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { meSchema, personsSchema, sitesSchema } from '../../src/people/contract.ts';
import { tMaybe } from '../messages/translate.ts';
import type { PersonShown } from '../ui/index.ts';
import { apiQuery, tell } from './api.ts';
import { queryClient } from './query-client.ts';

export const meQuery = apiQuery('/api/v1/people/me', meSchema);
const demoPeopleQuery = apiQuery('/api/v1/people/demo-people', personsSchema);
const sitesQuery = apiQuery('/api/v1/people/sites', sitesSchema);

/** The role in words; the first of several is the one that is shown. */
export const roleName = (roles: readonly string[]): string => tMaybe(`shell.role.${roles[0] ?? ''}`) ?? roles[0] ?? '';

export type Session = ReturnType<typeof useSession>;

/** Who is signed in, and what they may do: `mayDo('certify:act')`. */
export function useSession() {
  const me = useQuery(meQuery).data;
  const person: PersonShown | undefined =
    me?.kind === 'person' && me.id !== undefined
      ? {
          id: me.id,
          name: me.name ?? me.id,
          role: roleName(me.roles),
          ...(me.organisation ? { organisation: me.organisation.name } : {}),
        }
      : undefined;
  return {
    person,
    organisation: me?.organisation?.name,
    organisationId: me?.organisation?.id,
    /** An assessor and a patients' organisation look at every hospital; a hospital's people work on their own. */
    isOfHospital: me?.organisation?.kind === 'legal-entity',
    roles: me?.roles ?? [],
    actions: me?.actions ?? [],
    demoSignIn: me?.demoSignIn ?? false,
    mayDo: (action: string) => me?.actions.includes(action) ?? false,
  };
}

/** The invented persons one may become on this machine. */
export function useDemoPeople(): PersonShown[] {
  const persons = useQuery(demoPeopleQuery).data?.persons ?? [];
  return persons.map(({ id, name, roles, organisationName }) => ({
    id,
    name,
    role: roleName(roles),
    organisation: organisationName,
  }));
}

export type Site = z.output<typeof sitesSchema>['sites'][number];

/** The sites the reader may see; none before they are known or allowed. `code` is what rows and cases carry. */
export const useSites = (): Site[] => useQuery(sitesQuery).data?.sites ?? [];

/** Another person sees other things: everything is asked again. */
export async function signIn(personId: string): Promise<string> {
  const me = await tell('POST', '/api/v1/people/sign-in', { body: { personId }, schema: meSchema });
  await queryClient.invalidateQueries();
  return me.name ?? personId;
}

/** By a link that works once. */
export async function signInByLink(link: string): Promise<string> {
  const me = await tell('POST', '/api/v1/people/sign-in', { body: { link }, schema: meSchema });
  await queryClient.invalidateQueries();
  return me.name ?? '';
}

export async function signOut(): Promise<void> {
  await tell('POST', '/api/v1/people/sign-out', { schema: z.unknown() });
  await queryClient.invalidateQueries();
}
