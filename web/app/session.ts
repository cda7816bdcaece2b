import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { meSchema, personsSchema, sitesSchema } from '../../src/people/contract.ts';
import { begunSignInSchema, signedOutSchema, waysToSignInSchema } from '../../src/people/sign-in/contract.ts';
import { tMaybe } from '../messages/translate.ts';
import type { PersonShown } from '../ui/index.ts';
import { apiQuery, tell } from './api.ts';
import { forgetAnswers, queryClient } from './query-client.ts';

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
    /** Whether a page is offered: before it is known who asks, every page is. */
    isOffered: ({ action }: { action?: string }) => action === undefined || (me?.actions.includes(action) ?? true),
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

export const waysToSignInQuery = apiQuery('/api/v1/people/sign-in', waysToSignInSchema);

export interface BeginSignIn {
  returnTo: string;
  stepUp?: boolean;
  invitation?: string;
  /** Id of a demonstration person, who is then shown first. */
  person?: string;
}

/** Goes to an identity provider; the page is left, and comes back as somebody. */
export async function signInAt(provider: string, body: BeginSignIn): Promise<void> {
  const path = `/api/v1/people/sign-in/${encodeURIComponent(provider)}/start`;
  const { url } = await tell('POST', path, { body, schema: begunSignInSchema });
  window.location.assign(url);
}

/** Becomes a demonstration person, and comes back to the page one is on. */
export const becomeDemoPerson = (person: string): Promise<void> =>
  signInAt('demo', { person, returnTo: `${window.location.pathname}${window.location.search}` });

/** By a link that works once. */
export async function signInByLink(link: string): Promise<string> {
  const me = await tell('POST', '/api/v1/people/sign-in', { body: { link }, schema: meSchema });
  await queryClient.invalidateQueries();
  return me.name ?? '';
}

/** Where the session at the provider is to be ended too, the page is left for it. */
export async function signOut(): Promise<void> {
  const { continueAt } = await tell('POST', '/api/v1/people/sign-out', { schema: signedOutSchema });
  await forgetAnswers(queryClient);
  if (continueAt !== undefined) window.location.assign(continueAt);
}
