import { Problem } from '#kernel';
import { defineRoute, type Route } from './route.ts';

export interface SecurityContact {
  /** `mailto:`, `https:` or `tel:` addresses, the preferred one first. */
  contacts: readonly string[];
  /** Origin under which this installation is known, where it is. */
  publicUrl?: string | undefined;
}

const validDays = 180;
const dayMs = 86_400_000;

/** Where to report a weakness of this installation. Its operator is asked to name a contact; without one there is none. */
export const securityTxtRoute = <I>(contact: SecurityContact): Route<I> =>
  defineRoute({
    method: 'GET',
    path: '/.well-known/security.txt',
    action: 'public',
    summary: 'Where to report a weakness of this installation (RFC 9116).',
    response: 'raw',
    handle: async ({ reply }) => {
      if (contact.contacts.length === 0) {
        throw new Problem('not-found', { detail: 'The operator has not named a contact (HORTUS_SECURITY_CONTACT).' });
      }
      reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache');
      return securityTxt(contact, Date.now());
    },
  });

/**
 * The text of `/.well-known/security.txt`, valid for half a year from the day it is asked for.
 * **Source**: RFC 9116 §2.5: Contact and Expires are required, Expires less than a year ahead.
 */
export function securityTxt({ contacts, publicUrl }: SecurityContact, nowMs: number): string {
  const expiresAt = new Date(Math.floor(nowMs / dayMs) * dayMs + validDays * dayMs);
  const lines = [
    ...contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${expiresAt.toISOString()}`,
    'Preferred-Languages: en, nl',
    ...(publicUrl === undefined ? [] : [`Canonical: ${new URL('/.well-known/security.txt', publicUrl).href}`]),
  ];
  return `${lines.join('\n')}\n`;
}
