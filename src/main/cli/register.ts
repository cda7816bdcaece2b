import { Problem } from '#kernel';
import { type ExitCode, exitCodes, type Streams, say, sayJson } from './output.ts';
import { type ReachFlags, reach, withHortus } from './reach.ts';

/** Commands that bring a live installation into use: who is there, and how they get in. */

type Flags = ReachFlags & { json?: boolean };

async function register(path: string, body: object, told: { flags: Flags; streams: Streams }): Promise<ExitCode> {
  const made = await withHortus(told.flags, (api) => api.post<{ id: string; rolesAwaiting?: string[] }>(path, body));
  if (told.flags.json) sayJson(told.streams, made);
  else say(told.streams, made.id);
  const { rolesAwaiting = [] } = made;
  if (rolesAwaiting.length > 0) {
    const who = 'management, the safety officer or the regulatory lead of the organisation';
    told.streams.err.write(`hortus: ${rolesAwaiting.join(', ')}: in force once confirmed by ${who}.\n`);
  }
  return exitCodes.ok;
}

export const registerOrganisation = (
  name: string,
  { kind, ...flags }: Flags & { kind: string },
  streams: Streams,
): Promise<ExitCode> => register('/api/v1/people/organisations', { name, kind }, { flags, streams });

export const registerSite = (
  site: { code: string; name: string },
  flags: Flags & { organisation?: string },
  streams: Streams,
): Promise<ExitCode> => {
  const { organisation } = flags;
  return register(
    '/api/v1/people/sites',
    { ...site, ...(organisation === undefined ? {} : { organisation }) },
    {
      flags,
      streams,
    },
  );
};

export const registerPerson = (
  name: string,
  flags: Flags & { organisation: string; role: string[] },
  streams: Streams,
): Promise<ExitCode> => {
  const { organisation, role: roles } = flags;
  return register('/api/v1/installation/persons', { name, organisation, roles }, { flags, streams });
};

/** Prints an address that signs a person in once; the secret is behind the #, which no browser sends or logs. */
export async function signInLink(person: string, flags: Flags, streams: Streams): Promise<ExitCode> {
  const reached = await reach(flags);
  try {
    if (reached.isOwn) {
      throw new Problem('not-found', {
        detail: 'No server runs on this data folder, so a link would lead nowhere. Start it first: hortus serve',
      });
    }
    const { api } = reached;
    const link = await api.post<{ personId: string; secret: string; expiresAt: string }>(
      '/api/v1/installation/sign-in-links',
      { person },
    );
    const url = `${api.url}/sign-in#${link.secret}`;
    if (flags.json) sayJson(streams, { url, personId: link.personId, expiresAt: link.expiresAt });
    else {
      say(streams, url);
      streams.err.write(`hortus: signs ${link.personId} in once, until ${link.expiresAt}, on this machine.\n`);
    }
    return exitCodes.ok;
  } finally {
    await reached.close();
  }
}
