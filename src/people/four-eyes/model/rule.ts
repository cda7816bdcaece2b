import { canonicalJson, type Instant, type Json, type LegalEntityId, type PersonId, sha256Hex } from '#kernel';

/** One thing a signer has before the eyes, by its digest. */
export interface Part {
  /** What it is, in words: "Claim: finds at least 90 of 100 cancers". */
  name: string;
  /** SHA-256 (hex) of the canonical JSON of `content`, or of what lies elsewhere where `content` is null. */
  sha256: string;
  content: Json;
}

/** A part whose content is here. */
export const partOf = (name: string, content: Json): Part => ({
  name,
  sha256: sha256Hex(canonicalJson(content)),
  content,
});

/**
 * SHA-256 (hex) of what is judged: over names and digests of the parts, whatever their order. Oracle: rule.test.ts.
 */
export function digestOf(parts: readonly Part[]): string {
  const named = parts.map(({ name, sha256 }) => ({ name, sha256 }));
  const inOrder = named.sort((a, b) => (`${a.name} ${a.sha256}` < `${b.name} ${b.sha256}` ? -1 : 1));
  return sha256Hex(canonicalJson(inOrder));
}

/** One of the places that must be filled by a signature. */
export interface Seat {
  /** What is done from this place: `decides`, `confirms`. */
  name: string;
  /** Roles that may fill it. */
  roles: readonly string[];
  /** Those of them that fill it for their own legal entity (`home`) only. */
  rolesAtHome: readonly string[];
}

/**
 * Who together may decide. Different persons in different roles is the rule of the house and no option.
 * A rule is data: it is kept with its proposal, and everybody sees the same.
 */
export interface SigningRule {
  /** At least two, each filled by another person in another role. */
  seats: readonly [Seat, Seat, ...Seat[]];
  /** The legal entity that the proposal concerns; undefined: none in particular, and nobody is at home. */
  home: LegalEntityId | undefined;
  /** Signers come from more than one organisation, as soon as a second one has somebody in a role that may sign. */
  differentOrganisations: boolean;
  /** Bodies of which somebody must be among the signers: whoever suspended takes part in lifting it. */
  bodies: readonly LegalEntityId[];
  /** A signature without an opening is refused; otherwise it is recorded as such, and shown as such. */
  openingRequired: boolean;
  /** Only persons who proved who they are by more than one factor may sign. */
  stepUp: boolean;
}

/** In which role, for which organisation, and for whom somebody acts. */
export interface Capacity {
  role: string;
  organisationId: LegalEntityId | undefined;
  /** Set where the role is somebody else's, handed over. */
  delegation?: { id: string; fromPersonId: string };
}

/** One person's yes to exactly the parts that were shown. */
export interface Signature extends Capacity {
  personId: PersonId;
  signedAt: Instant;
  /** Digest of what is judged, as the signer named it. */
  digest: string;
  /** Digests of the parts, sorted. */
  seen: string[];
  reason: string;
  /** Signed through the API without having been shown these parts: not a refusal, but never hidden. */
  withoutOpening: boolean;
}

/** Whether this capacity can fill this place. */
export const fills = (seat: Seat, rule: Pick<SigningRule, 'home'>, by: Capacity): boolean =>
  seat.roles.includes(by.role) &&
  (!seat.rolesAtHome.includes(by.role) || (rule.home !== undefined && by.organisationId === rule.home));

/** Every role that may sign, in whatever place. */
export const rolesThatSign = (rule: Pick<SigningRule, 'seats'>): string[] => [
  ...new Set(rule.seats.flatMap((seat) => seat.roles)),
];

/** The persons whose word a signature is: the signer's, and of a delegate also that of the one represented. */
const persons = ({ personId, delegation }: Pick<Signature, 'personId' | 'delegation'>): string[] =>
  delegation === undefined ? [personId] : [personId, delegation.fromPersonId];

/** Two persons in two roles, neither of whom speaks for the other, nor both for a third. */
const areIndependent = (a: Signature, b: Signature): boolean =>
  a.role !== b.role && !persons(a).some((one) => persons(b).includes(one));

/** Seat and signature: whether the one who signed may, by the policies, fill this seat. */
export type MayFill = (seat: Seat, signature: Signature) => boolean;

export interface Complete {
  /** One signature a seat, in the order of the seats. */
  signatures: Signature[];
  /** Whether another organisation than theirs could have signed. */
  anotherOrganisation: boolean;
}

/**
 * Whether these signatures together decide: each seat is filled by another person in another role, under what is judged.
 * A further signature never takes that away, and the order does not matter, so nobody can block or use up a proposal.
 * @param judged `digest` of what is judged now; `organisations` that have somebody in a role that may sign; `mayFill`
 * what else must hold for a signature to fill a seat.
 * @returns the first way to fill all seats, or undefined. Cost: signatures to the power of the seats, which are few.
 *
 * **Source**: certificate specification §6, hard rules: four eyes across roles; a sign-off is void if the digests seen
 * are not the ones judged. Oracle: its properties, rule.property.test.ts.
 */
export function complete(
  rule: SigningRule,
  signatures: readonly Signature[],
  judged: { digest: string; organisations: readonly LegalEntityId[]; mayFill?: MayFill },
): Complete | undefined {
  const counted = signatures.filter((signature) => signature.digest === judged.digest);
  const anotherThan = (here: ReadonlySet<unknown>): boolean => judged.organisations.some((one) => !here.has(one));
  const fitsTogether = (chosen: readonly Signature[]): Complete | undefined => {
    const here = new Set(chosen.map((one) => one.organisationId));
    if (!rule.bodies.every((body) => here.has(body))) return undefined;
    const anotherOrganisation = anotherThan(here);
    if (rule.differentOrganisations && here.size < 2 && anotherOrganisation) return undefined;
    return { signatures: [...chosen], anotherOrganisation };
  };
  const { mayFill = () => true } = judged;
  const fillFrom = (chosen: readonly Signature[]): Complete | undefined => {
    const seat = rule.seats[chosen.length];
    if (seat === undefined) return fitsTogether(chosen);
    for (const next of counted) {
      if (!fills(seat, rule, next) || !mayFill(seat, next) || !chosen.every((one) => areIndependent(one, next)))
        continue;
      const found = fillFrom([...chosen, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return fillFrom([]);
}
