import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type PersonId, Problem, type ProblemCode, toIso } from '#kernel';
import { noteRefusal, type Route } from '#platform/http';
import {
  assertPerson,
  clearSessionCookie,
  cookieName,
  route,
  sessionSecretOf,
  setSessionCookie,
} from '../authentication.ts';
import { meSchema, signInSchema } from '../contract.ts';
import type { Identity } from '../model.ts';
import { newSecret } from '../secrets.ts';
import type { People } from '../service.ts';
import {
  beginSignInSchema,
  begunSignInSchema,
  endedSessionsSchema,
  invitationSchema,
  sessionsSchema,
  signedOutSchema,
  waysToSignInSchema,
} from './contract.ts';
import { readForm } from './form.ts';

export interface SignInParts {
  people: People;
  /** Who somebody is, as the pages read it. */
  me(identity: Identity | undefined, secret: string | undefined): Promise<z.output<typeof meSchema>>;
  personsOrganisation(personId: PersonId): Promise<string | undefined>;
  /** Where browsers reach this installation; without it, as the request says, which only loopback may. */
  publicUrl: string | undefined;
}

/** Where browsers reach this installation, without a slash at the end. */
export const baseUrlOf = (request: FastifyRequest, publicUrl: string | undefined): string =>
  publicUrl ?? `http://${request.headers.host ?? ''}`;

const providerParams = z.object({ provider: z.string().max(31) });

export const signInRoutes = (parts: SignInParts): Route<Identity>[] => [
  ...wayInRoutes(parts),
  ...answerRoutes(parts),
  ...wayOutRoutes(parts),
  ...colleagueRoutes(parts),
];

function wayInRoutes({ people, me, publicUrl }: SignInParts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/sign-in',
      action: 'public',
      summary: 'The identity providers by which one signs in here; without any, the operator makes links.',
      response: waysToSignInSchema,
      handle: async () => ({
        providers: people.providers.list.map(({ id, label, isDemonstration, stepUp }) => ({
          id,
          label,
          isDemonstration,
          canStepUp: stepUp.acrValues.length > 0 || stepUp.amr.length > 0,
        })),
        stepUpMinutes: people.configuration.session.stepUpMinutes,
      }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/sign-in',
      action: 'public',
      summary: 'Signs in by a link that works once; a second one in the same session confirms who one is.',
      body: signInSchema,
      response: meSchema,
      handle: async ({ body, reply }) => {
        const { secret } = await people.signInByLink(body.link, sessionSecretOf(reply.request));
        setSessionCookie(reply, secret, { hours: people.configuration.session.absoluteHours });
        return me(await people.identityOfSession(secret), secret);
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/sign-in/:provider/start',
      action: 'public',
      summary: 'Begins a sign-in, or a step-up, at an identity provider; the answer says where to go on.',
      params: providerParams,
      body: beginSignInSchema,
      response: begunSignInSchema,
      handle: async ({ params, body, reply }) => {
        const { request } = reply;
        const browser = request.cookies[browserCookie(request)] ?? newSecret().secret;
        const baseUrl = baseUrlOf(request, publicUrl);
        const begun = await people.begin({
          provider: params.provider,
          baseUrl,
          redirectUri: `${baseUrl}/api/v1/people/sign-in/${params.provider}/callback`,
          returnTo: body.returnTo,
          browser,
          stepUp: body.stepUp,
          session: sessionSecretOf(request),
          invitation: body.invitation,
          loginHint: body.person,
        });
        setBrowserCookie(reply, browser);
        return begun;
      },
    }),
  ];
}

function answerRoutes({ people, publicUrl }: SignInParts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/sign-in/:provider/callback',
      action: 'public',
      summary: 'Where a provider sends the browser back to; leads on to the page one came from.',
      params: providerParams,
      response: 'raw',
      handle: async ({ params, reply }) => {
        const { request } = reply;
        const baseUrl = baseUrlOf(request, publicUrl);
        try {
          const { secret, returnTo, idToken } = await people.finish({
            provider: params.provider,
            baseUrl,
            answer: new URL(request.url, baseUrl),
            browser: request.cookies[browserCookie(request)],
          });
          setSessionCookie(reply, secret, { hours: people.configuration.session.absoluteHours });
          people.rememberIdToken(secret, idToken);
          return reply.redirect(returnTo, 303);
        } catch (error) {
          // A person reads a page; a machine, or a test, reads the problem.
          const isPage = request.headers.accept?.includes('text/html') === true;
          if (!(error instanceof Problem) || error.status >= 500 || !isPage) throw error;
          noteRefusal(request, { code: error.code, provider: params.provider, why: error.detail });
          return reply.redirect(`/sign-in?problem=${error.code satisfies ProblemCode}`, 303);
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/sign-in/:provider/back-channel-logout',
      action: 'public',
      summary: 'Where a provider ends sessions (OpenID Connect Back-Channel Logout), by a logout token it has signed.',
      params: providerParams,
      body: 'stream',
      contentTypes: ['application/x-www-form-urlencoded'],
      bodyBytesMax: 32 * 1024,
      response: 'raw',
      handle: async ({ params, body, reply }) => {
        const token = (await readForm(body)).get('logout_token') ?? '';
        const baseUrl = baseUrlOf(reply.request, publicUrl);
        try {
          await people.logoutByProvider({ provider: params.provider, baseUrl, token });
        } catch (error) {
          // The specification asks for 400 here, which tells a provider not to try this token again.
          if (!(error instanceof Problem) || error.code !== 'sign-in-failed') throw error;
          noteRefusal(reply.request, { code: error.code, provider: params.provider, why: error.detail });
          return reply.code(400).send({ error: 'invalid_request', error_description: error.detail ?? '' });
        }
        return reply.code(200).send({});
      },
    }),
  ];
}

function wayOutRoutes({ people, publicUrl }: SignInParts): Route<Identity>[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/people/sign-out',
      action: 'public',
      summary: 'Ends the session; the answer says where to end it at the provider, if that is wanted.',
      response: signedOutSchema,
      handle: async ({ reply }) => {
        const secret = sessionSecretOf(reply.request);
        const continueAt =
          secret === undefined ? undefined : await people.signOut(secret, baseUrlOf(reply.request, publicUrl));
        clearSessionCookie(reply);
        clearSiteData(reply);
        return continueAt === undefined ? {} : { continueAt };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/people/sessions',
      action: 'public',
      summary: 'Your own sessions in force.',
      response: sessionsSchema,
      handle: async ({ identity, reply }) => {
        assertSomebody(identity);
        const secret = sessionSecretOf(reply.request);
        const own = secret === undefined ? undefined : await people.sessionOf(secret);
        const sessions = await people.sessionsOf(identity.id as PersonId);
        return {
          sessions: sessions.map(({ id, signedIn, createdAt, lastSeenAt }) => ({
            id,
            provider: signedIn.provider,
            strength: signedIn.strength,
            startedAt: toIso(createdAt),
            lastSeenAt: toIso(lastSeenAt),
            isThis: id === own?.id,
          })),
        };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/people/sessions',
      action: 'public',
      summary: 'Signs you out everywhere.',
      response: endedSessionsSchema,
      handle: async ({ identity, reply }) => {
        assertSomebody(identity);
        const ended = await people.endSessions(identity);
        clearSessionCookie(reply);
        clearSiteData(reply);
        return { ended };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/people/sessions/:sessionId',
      action: 'public',
      summary: 'Ends one of your own sessions.',
      params: z.object({ sessionId: z.string().max(64) }),
      response: endedSessionsSchema,
      handle: async ({ identity, params }) => {
        assertSomebody(identity);
        return { ended: await people.endSessions(identity, params.sessionId) };
      },
    }),
  ];
}

/**
 * What the browser keeps of us. Cookies are not among it: they would go for every port and every name below this one, and the
 * session's own is taken back by itself.
 * **Source**: Clear Site Data (W3C) §3.1.
 */
const clearSiteData = (reply: FastifyReply): void => void reply.header('clear-site-data', '"cache", "storage"');

function colleagueRoutes({ people, personsOrganisation }: SignInParts): Route<Identity>[] {
  const colleague = async (identity: Identity, id: string): Promise<PersonId> => {
    const organisationId = await personsOrganisation(id as PersonId);
    if (organisationId !== undefined && organisationId === identity.organisationId) return id as PersonId;
    throw new Problem('not-found', { detail: 'No colleague of your organisation has this id.' });
  };
  return [
    route({
      method: 'DELETE',
      path: '/api/v1/people/persons/:personId/sessions',
      action: 'people:end-sessions',
      summary: 'Signs a colleague of your organisation out everywhere.',
      params: z.object({ personId: z.string().max(64) }),
      response: endedSessionsSchema,
      handle: async ({ identity, params }) => {
        assertSomebody(identity);
        return { ended: await people.endSessionsOfPerson(identity, await colleague(identity, params.personId)) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/persons/:personId/invitations',
      action: 'people:create-person',
      summary: 'Invites a colleague of your organisation: the account they next sign in with is bound to this person.',
      params: z.object({ personId: z.string().max(64) }),
      response: invitationSchema,
      status: 201,
      handle: async ({ identity, params }) => {
        assertSomebody(identity);
        const personId = await colleague(identity, params.personId);
        const { secret, expiresAt } = await people.issueInvitation(identity, personId);
        return { secret, expiresAt: toIso(expiresAt) };
      },
    }),
  ];
}

function assertSomebody(identity: Identity | undefined): asserts identity is Identity & { kind: 'person' } {
  if (identity === undefined) throw new Problem('not-signed-in');
  assertPerson(identity);
}

/** Named like the session's; lax, because the provider's redirect must bring it along. */
const browserCookie = (request: FastifyRequest): string => cookieName(request, 'hortus_sign_in');

const browserCookieSeconds = 900;

function setBrowserCookie(reply: FastifyReply, secret: string): void {
  const { isByTls } = reply.request;
  reply.setCookie(browserCookie(reply.request), secret, {
    // `__Host-` is for the whole host.
    path: isByTls ? '/' : '/api/v1/people/sign-in',
    httpOnly: true,
    sameSite: 'lax',
    secure: isByTls,
    maxAge: browserCookieSeconds,
  });
}
