import type { Role } from '../model.ts';
import type { MappingRule } from './configuration.ts';

/** What a provider says of a person; only what rules and the name need is ever looked at. */
export type Claims = Readonly<Record<string, unknown>>;

/** Where claims place somebody: the organisation as the rules name it, and the roles there. */
export interface Placement {
  organisation: string;
  roles: Role[];
}

/**
 * Where the claims place somebody: the organisation of the first rule that holds, with the roles of every rule for that
 * organisation that holds. Somebody who works for two legal entities is two persons here, so the order of rules decides.
 * Claims are compared by whole values, never by parts: `admin` is not in `not-admin`.
 */
export function placementOf(rules: readonly MappingRule[], claims: Claims): Placement | undefined {
  const holding = rules.filter((rule) => holds(rule, claims));
  const organisation = holding[0]?.organisation;
  if (organisation === undefined) return undefined;
  const roles = holding.filter((rule) => rule.organisation === organisation).flatMap((rule) => rule.roles);
  return { organisation, roles: [...new Set(roles)] };
}

function holds({ claim, has }: MappingRule, claims: Claims): boolean {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return value === has || (Array.isArray(value) && value.includes(has));
}

const nameLengthMax = 120;

/** The name to show for an account: the provider's, made safe to show; the subject is never shown as a name. */
export function nameOf(claims: Claims): string {
  const texts = [claims.name, [claims.given_name, claims.family_name].join(' '), claims.preferred_username];
  for (const text of texts) {
    if (typeof text !== 'string' || !text.isWellFormed()) continue;
    // Control and direction characters could make one name look like another.
    const plain = text
      .replace(/[\p{Cc}\p{Cf}]/gu, '')
      .trim()
      .slice(0, nameLengthMax);
    if (plain !== '') return plain;
  }
  return 'Colleague without a name';
}

/** Whether the provider says that a second factor was used, in the words of its configuration. */
export function isMultiFactor(
  stepUp: { acrValues: readonly string[]; amr: readonly string[] },
  { acr, amr }: Claims,
): boolean {
  const methods = Array.isArray(amr) ? amr : [];
  return (typeof acr === 'string' && stepUp.acrValues.includes(acr)) || stepUp.amr.some((one) => methods.includes(one));
}

/** A place in these pages to go back to; anything else is `undefined`: another site, an answer for machines. */
export function localPath(text: string): string | undefined {
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(text) || text.includes('\\')) return undefined;
  const { origin, pathname, search, hash } = new URL(text, 'http://here.invalid');
  if (origin !== 'http://here.invalid' || pathname.startsWith('//')) return undefined;
  return /^\/(?:api|oidc|log)(?:\/|$)/.test(pathname) ? undefined : `${pathname}${search}${hash}`;
}
