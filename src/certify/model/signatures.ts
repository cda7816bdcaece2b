import { canonicalJson, Problem, type SiteId, sha256Hex } from '#kernel';
import type { RaisingAct, RaisingCommand } from './commands.ts';
import { effectiveStatusAt, payloadAt, streamsAt } from './effective.ts';
import { type CertificateState, siteOf } from './state.ts';
import { refusalOfSigners } from './who-may.ts';

/** What two people must have before their eyes: the act, where it leads from, and the evidence it rests on. */
export interface Shown {
  certificateId: string;
  act: RaisingAct;
  sites: {
    siteId: SiteId;
    name: string;
    modelVersionId: string;
    modelDigest: string;
    effectiveStatus: string;
    conditions: string[];
    exclusions: string[];
  }[];
  evidence: {
    claimId: string;
    claimDigest: string;
    siteId: string | null;
    statement: string;
    state: string;
    verdict: string;
    n: number;
    retrospective: boolean;
    evidenceDigest: string;
  }[];
}

/**
 * What is to be seen before signing: the same for both persons, and again at the moment of the act.
 * Cost: linear in the streams. Oracle: decide.test.ts.
 */
export function shownFor(state: CertificateState, act: RaisingAct): Shown {
  const siteIds = scopeOf(state, act);
  const streams = new Map(siteIds.flatMap((siteId) => streamsAt(state, siteId)).map((one) => [one.key, one]));
  return {
    certificateId: state.id,
    act,
    sites: siteIds.map((siteId) => {
      const site = siteOf(state, siteId);
      return {
        siteId,
        name: site?.name ?? '',
        modelVersionId: site?.modelVersionId ?? '',
        modelDigest: site?.modelDigest ?? '',
        effectiveStatus: effectiveStatusAt(state, siteId),
        ...payloadAt(state, siteId),
      };
    }),
    evidence: [...streams.values()].map(({ facts, judgement }) => ({
      claimId: facts.claimId,
      claimDigest: facts.claimDigest,
      siteId: facts.siteId ?? null,
      statement: facts.statement,
      state: facts.state,
      verdict: judgement.kind,
      n: facts.n,
      retrospective: facts.retrospective,
      evidenceDigest: facts.evidenceDigest,
    })),
  };
}

/** The sites an act concerns; those it names wrongly are left to the act's own guard. */
export function scopeOf(state: CertificateState, act: RaisingAct): SiteId[] {
  const all = state.sites.map((site) => site.id);
  switch (act.type) {
    case 'liftSiteStop':
      return all.filter((id) => id === act.siteId);
    case 'reinstate':
      return all.filter((id) => act.siteIds.includes(id));
    case 'release':
      return all.filter((id) => act.candidate.siteIds.includes(id));
    case 'liftCondition':
      return state.conditions.find((one) => one.id === act.conditionId)?.siteIds ?? all;
    case 'liftRestriction':
      return state.restrictions.find((one) => one.id === act.restrictionId)?.siteIds ?? all;
    default:
      return all;
  }
}

/** SHA-256 (hex) over the canonical JSON of what is shown. Undefined members are not part of it. */
export const shownDigest = (shown: Shown): string => sha256Hex(canonicalJson(JSON.parse(JSON.stringify(shown))));

/** Every evidence digest a signer must have opened, sorted: the streams', and for a release the comparisons' and new claims'. */
export function evidenceDigests(shown: Shown): string[] {
  const digests = shown.evidence.map((one) => one.evidenceDigest);
  if (shown.act.type === 'release') {
    digests.push(...shown.act.comparisons.map((one) => one.evidenceDigest));
    digests.push(...shown.act.claims.map((one) => one.evidenceDigest));
  }
  return [...new Set(digests)].sort();
}

/** The act alone, without who signs and when. */
export function actOf(command: RaisingCommand): RaisingAct {
  const { at, actor, reason, evidenceSeen, documentDigest, signatures, anotherOrganisation, ...act } = command;
  return act;
}

/**
 * Whether a raise is properly signed: by the right two persons, of exactly what is judged now.
 * @returns a Problem (four-eyes, not-allowed, evidence-not-seen) or undefined.
 * **Source** certificate specification, section 6, hard rules. Oracle: decide.test.ts.
 */
export function refusalOfSignatures(state: CertificateState, command: RaisingCommand): Problem | undefined {
  const refusal = refusalOfSigners(command.type, state, command);
  if (refusal !== undefined) return refusal;
  const shown = shownFor(state, actOf(command));
  const [digest, judged] = [shownDigest(shown), evidenceDigests(shown)];
  for (const signature of command.signatures) {
    const seen = new Set(signature.evidenceSeen);
    const sawAll = judged.length === seen.size && judged.every((one) => seen.has(one));
    if (signature.shownDigest !== digest || !sawAll) {
      return new Problem('evidence-not-seen', {
        detail: 'The evidence changed after it was signed, or was not opened.',
      });
    }
  }
  return undefined;
}
