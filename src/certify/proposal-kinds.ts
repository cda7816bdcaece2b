import { type CertificateId, type Json, type LegalEntityId, Problem } from '#kernel';
import { type Executed, type Part, type ProposalKind, partOf, type SigningRule, type Subject } from '#people';
import type { Tx } from '#platform/db';
import { type CertifyParts, carryOut, lockedState, refresh, sequence } from './carrying-out.ts';
import {
  type Actor,
  type CertificateState,
  decide,
  evidenceDigests,
  hospitalRoles,
  type RaisingAct,
  type RaisingCommand,
  type RaisingType,
  raisingRules,
  raisingTypes,
  refusalOfActor,
  type Shown,
  type Signature,
  shortfallOfComparisons,
  shownDigest,
  shownFor,
} from './model/index.ts';
import { type AskedRaise, comparisonsOf, completed } from './releases.ts';

/** A raise as it waits for its signatures. */
export interface RaisePayload {
  asked: AskedRaise;
  /** Complete, so that everybody signs the same. */
  act: RaisingAct;
  documentDigest: string | null;
  reason: string;
}

/** `certify:lift-site-stop` of `liftSiteStop`. */
export const kindOfRaise = (type: RaisingType): string =>
  `certify:${type.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Every raise of this room, as the one mechanism of signatures carries it. */
export const raises = (parts: CertifyParts): ProposalKind<RaisePayload>[] =>
  raisingTypes.map((type) => ({
    kind: kindOfRaise(type),
    // Everybody sees what waits for signatures on a certificate, and who disagrees.
    isForAnyone: true,
    signs: { decides: 'certify:sign', confirms: 'certify:confirm-raise' },
    prepare: async ({ subject, at }) =>
      (await refresh(parts, subject as CertificateId, { at, fresh: false })).pendingIds,
    present: async (tx, { subject, payload }) => {
      const state = await lockedState(parts, tx, subject as CertificateId);
      const act = await atPresent(parts, tx, { state, payload });
      return { payload: { ...payload, act }, parts: partsOf(shownFor(state, act)), rule: ruleOf(act, state) };
    },
    assertPossible: (tx, about) => assertPossible(parts, tx, about),
    apply: (tx, executed) => apply(parts, tx, executed),
    placed: (pendingIds) => sequence(parts, pendingIds),
  }));

/**
 * The act as it is judged now. Comparisons that grow under the same verdict leave a release as it was signed; one that
 * falls short makes it another, and what was signed void.
 */
async function atPresent(
  parts: CertifyParts,
  tx: Tx,
  { state, payload }: { state: CertificateState; payload: RaisePayload },
): Promise<RaisingAct> {
  const { act, asked } = payload;
  if (act.type !== 'release') return act;
  const { candidate } = act;
  const comparisons = await comparisonsOf(parts, tx, { versionId: candidate.id, siteIds: candidate.siteIds });
  const shortfall = shortfallOfComparisons({ candidate, comparisons }, candidate.siteIds);
  return shortfall === undefined ? act : completed(parts, tx, { state, asked });
}

/** What is to be seen: act, sites and evidence in words, and every piece of evidence by its digest. */
const partsOf = (shown: Shown): Part[] => [
  partOf(shownPart, JSON.parse(JSON.stringify(shown)) as Json),
  ...evidenceDigests(shown).map((sha256) => ({ name: evidencePart, sha256, content: null })),
];

const shownPart = 'What is decided, where it stands, and the evidence in words';
const evidencePart = 'Evidence';

/** Who together raises: one who decides and one who confirms. **Source** certificate specification, section 6. */
function ruleOf(act: RaisingAct, state: CertificateState): SigningRule {
  const rule = raisingRules[act.type];
  const mayComeFromElsewhere = rule.otherOrganisation && state.route === 'in-house';
  return {
    seats: [
      { name: 'decides', roles: rule.decides[state.route], rolesAtHome: hospitalRoles },
      { name: 'confirms', roles: rule.confirms[state.route], rolesAtHome: mayComeFromElsewhere ? [] : hospitalRoles },
    ],
    home: state.legalEntityId,
    differentOrganisations: rule.otherOrganisation,
    bodies: bodiesOf(act, state),
    openingRequired: false,
    stepUp: true,
  };
}

/** Whoever suspended takes part in lifting it. */
function bodiesOf(act: RaisingAct, state: CertificateState): LegalEntityId[] {
  if (act.type !== 'reinstate') return [];
  const suspensions = state.suspensions.filter((one) => one.siteIds.some((id) => act.siteIds.includes(id)));
  return [...new Set(suspensions.flatMap((one) => one.byOrganisationId ?? []))];
}

/** Says now what would be refused with the last signature anyway: tries the act with suitable signers. */
async function assertPossible(
  parts: CertifyParts,
  tx: Tx,
  { subject, payload, at, by, asRole }: Parameters<NonNullable<ProposalKind<RaisePayload>['assertPossible']>>[1],
): Promise<void> {
  const state = await lockedState(parts, tx, subject as CertificateId);
  const { act } = payload;
  const kind = by.kind === 'machine' ? 'machine' : 'person';
  const refusal = refusalOfActor({ type: act.type, actor: { kind, id: by.id, role: asRole } }, state);
  if (refusal !== undefined) throw refusal;
  const { seats, bodies } = ruleOf(act, state);
  const [decides, confirms] = seats;
  const elsewhere = bodies.find((body) => body !== state.legalEntityId) ?? state.legalEntityId;
  const bodyOf = (role: string): LegalEntityId => (hospitalRoles.includes(role) ? state.legalEntityId : elsewhere);
  const shown = shownFor(state, act);
  for (const first of decides.roles) {
    const second = confirms.roles.find((role) => role !== first);
    if (second === undefined) continue;
    const signatures = [first, second].map((role) =>
      trialSignature({ personId: `person_${role}`, role, organisationId: bodyOf(role) }, shown, at),
    );
    const [signer] = signatures;
    if (signer === undefined) continue;
    const actor: Actor = { kind: 'person', id: signer.personId, role: signer.role };
    const command = commandOf(payload, { at, actor, signatures, anotherOrganisation: false });
    const decision = decide(state, command, parts.profile);
    // Which body the signers will come from is not known yet, so a refusal for that reason says nothing.
    if (!decision.ok && decision.error.code !== 'not-allowed') throw decision.error;
    return;
  }
}

const trialSignature = (
  who: { personId: string; role: string; organisationId: LegalEntityId | undefined },
  shown: Shown,
  at: Signature['signedAt'],
): Signature => ({
  personId: who.personId as Signature['personId'],
  role: who.role,
  ...(who.organisationId === undefined ? {} : { organisationId: who.organisationId }),
  signedAt: at,
  shownDigest: shownDigest(shown),
  evidenceSeen: evidenceDigests(shown),
  reason: 'trial',
});

/** The command that complete signatures make of a proposal. */
const commandOf = (
  { act, reason, documentDigest }: RaisePayload,
  by: Pick<RaisingCommand, 'at' | 'actor' | 'signatures' | 'anotherOrganisation'>,
): RaisingCommand => ({
  at: by.at,
  actor: by.actor,
  reason,
  evidenceSeen: [...new Set(by.signatures.flatMap((one) => one.evidenceSeen))].sort(),
  ...(documentDigest === null ? {} : { documentDigest }),
  ...act,
  signatures: by.signatures,
  anotherOrganisation: by.anotherOrganisation,
});

async function apply(parts: CertifyParts, tx: Tx, executed: Executed<RaisePayload>): Promise<string[]> {
  const { subject, payload, at, by, anotherOrganisation } = executed;
  const state = await lockedState(parts, tx, subject as CertificateId);
  const shown = shownDigest(shownFor(state, payload.act));
  const signatures = executed.signatures
    .map(
      (one): Signature => ({
        personId: one.personId,
        role: one.role,
        ...(one.organisationId === undefined ? {} : { organisationId: one.organisationId }),
        signedAt: one.signedAt,
        shownDigest: one.seen.includes(shown) ? shown : '',
        evidenceSeen: one.seen.filter((digest) => digest !== shown),
        reason: one.reason,
      }),
    )
    .sort((a, b) => a.signedAt - b.signedAt);
  const last = executed.signatures.find((one) => one.personId === by.id);
  if (last === undefined) throw new Problem('four-eyes');
  const { role, organisationId } = last;
  const where = organisationId === undefined ? {} : { organisationId };
  const actor: Actor = { kind: 'person', id: by.id, role, ...where };
  const command = commandOf(payload, { at, actor, signatures, anotherOrganisation });
  const done = await carryOut(parts, tx, { state, command });
  await tellDevelop(parts, tx, { act: payload.act, at });
  return done.pendingIds;
}

/** The first certificate that takes a candidate makes it a released version; the next ones find it released. */
async function tellDevelop(
  parts: CertifyParts,
  tx: Tx,
  { act, at }: { act: RaisingAct; at: Subject<RaisePayload>['at'] },
): Promise<void> {
  if (act.type !== 'release') return;
  const version = await parts.develop.modelVersion(tx, act.candidate.id);
  if (version?.state !== 'candidate') return;
  await parts.develop.decideCandidate(tx, { versionId: act.candidate.id, outcome: 'released', at });
}
