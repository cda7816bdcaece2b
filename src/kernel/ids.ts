declare const brand: unique symbol;

/** A value that cannot be mistaken for another of the same shape. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Prefixes of every id in the house. Ids of a person's things are random; the rest sort by time of creation. */
const prefixes = {
  audit: 'audit_',
  batch: 'batch_',
  certificate: 'cert_',
  claim: 'claim_',
  client: 'client_',
  deficiency: 'def_',
  event: 'evt_',
  feed: 'feed_',
  legalEntity: 'org_',
  model: 'model_',
  modelVersion: 'mv_',
  person: 'person_',
  proposal: 'prop_',
  session: 'session_',
  signal: 'sig_',
  site: 'site_',
  stream: 'stream_',
  token: 'token_',
  candidate: 'cand_',
  group: 'group_',
  membership: 'member_',
  delegation: 'deleg_',
  conflict: 'coi_',
  notification: 'note_',
  breakGlass: 'glass_',
  anomaly: 'anom_',
} as const;

export type IdKind = keyof typeof prefixes;
export type Id<K extends IdKind> = Brand<string, K>;

export type ModelId = Id<'model'>;
export type ModelVersionId = Id<'modelVersion'>;
export type ClaimId = Id<'claim'>;
export type CertificateId = Id<'certificate'>;
export type DeficiencyId = Id<'deficiency'>;
export type PersonId = Id<'person'>;
export type LegalEntityId = Id<'legalEntity'>;
export type SiteId = Id<'site'>;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id that sorts by creation: prefix, 9 characters of time (ms), 11 random characters (55 bits). */
export function newId<K extends IdKind>(kind: K, nowMs: number = Date.now()): Id<K> {
  let time = '';
  for (let rest = nowMs, i = 0; i < 9; i++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time;
  return `${prefixes[kind]}${time}${randomText(11)}` as Id<K>;
}

/** A new id that discloses nothing, not even order: prefix and 20 random characters (100 bits). */
export function newRandomId<K extends IdKind>(kind: K): Id<K> {
  return `${prefixes[kind]}${randomText(20)}` as Id<K>;
}

/** True if the text has the form of an id of that kind. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  return text.startsWith(prefixes[kind]) && /^[a-z]+_[0-9a-z-]{1,48}$/.test(text);
}

function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  let text = '';
  for (const byte of bytes) text += alphabet[byte & 31];
  return text;
}
