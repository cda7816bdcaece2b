import { ok, Problem, refused, type SiteId } from '#kernel';
import type { RaisingCommand } from './commands.ts';
import {
  applyAll,
  type Context,
  invalid,
  latchEffects,
  type Ruling,
  resetEffects,
  unknownThing,
  watchEffects,
  wrongState,
} from './drafting.ts';
import { effectiveStatusAt, hasFreshData } from './effective.ts';
import type { Effect } from './events.ts';
import { refusalOfClaims, sitesNamed, streamOf, unknownSite } from './lifecycle-acts.ts';
import { type CertificateState, type Stream, siteOf } from './state.ts';
import { isLower } from './status.ts';
import { closeTask, closeTimer, taskId } from './timers.ts';

type Act<T> = Extract<RaisingCommand, { type: T }>;

/** Ends a condition and its deadline; what a missed deadline lowered stays until reinstatement. Problem: not-found. */
export function liftCondition(state: CertificateState, command: Act<'liftCondition'>): Ruling {
  const { conditionId } = command;
  if (!state.conditions.some((one) => one.id === conditionId)) return unknownThing('There is no such open condition.');
  return ok([{ kind: 'condition-closed', conditionId }, ...closeTimer(state, { kind: 'condition', conditionId })]);
}

/** Ends a restriction. Problem: not-found. */
export function liftRestriction(state: CertificateState, command: Act<'liftRestriction'>): Ruling {
  const { restrictionId } = command;
  if (!state.restrictions.some((one) => one.id === restrictionId)) return unknownThing('There is no such restriction.');
  return ok([{ kind: 'restriction-closed', restrictionId }]);
}

/** Ends a site's own stop. Problems: not-found, wrong-state. */
export function liftSiteStop(state: CertificateState, command: Act<'liftSiteStop'>): Ruling {
  const site = siteOf(state, command.siteId);
  if (site === undefined) return unknownSite();
  return site.stop === undefined
    ? wrongState('The site has not stopped.')
    : ok([{ kind: 'site-stop-lifted', siteId: site.id }]);
}

/**
 * Brings sites back to what their evidence allows now, and lifts the suspensions there. Needs data on a live claim of
 * the version in force at the site, a signer from the body that suspended, and something that rises at each site.
 * **Source** certificate specification, sections 2, 3 and 6. Oracle: decide.test.ts.
 */
export function reinstate(state: CertificateState, command: Act<'reinstate'>, context: Context): Ruling {
  const siteIds = command.siteIds.length === 0 ? undefined : sitesNamed(state, command.siteIds);
  if (siteIds === undefined) return unknownSite();
  for (const siteId of siteIds) {
    if (!hasFreshData(state, siteId, context.at))
      return wrongState('No claim registered before its data has fresh evidence at a site.');
  }
  const suspensions = state.suspensions.filter((one) => one.siteIds.some((id) => siteIds.includes(id)));
  const signers = command.signatures.map((signature) => signature.organisationId);
  if (!suspensions.every((one) => one.byOrganisationId === undefined || signers.includes(one.byOrganisationId))) {
    return refused(new Problem('not-allowed', { detail: 'One signer belongs to the body that suspended.' }));
  }
  const effects: Effect[] = suspensions.map((one) => ({
    kind: 'suspension-narrowed',
    suspensionId: one.id,
    siteIds: one.siteIds.filter((id) => !siteIds.includes(id)),
  }));
  effects.push(...resetEffects(applyAll(state, effects), siteIds));
  const after = applyAll(state, effects);
  const rises = (siteId: SiteId): boolean =>
    isLower(effectiveStatusAt(state, siteId), effectiveStatusAt(after, siteId));
  if (!siteIds.every(rises)) return wrongState('At a site nothing would rise: something else still lowers it.');
  const settled = ['consider-reinstatement', 'confirm-legal-act', 'review-withdrawal'] as const;
  const closing = siteIds.flatMap((id) =>
    settled.flatMap((kind) => closeTask(state, taskId(kind, id), 'the site was reinstated')),
  );
  return ok([...effects, ...closing, ...watchEffects(after, context)]);
}

/**
 * A new version with its claims takes the place of the current one at the candidate's sites. What lowered a site
 * before stays: a release never raises.
 * **Source** certificate specification, section 5, and the house rule on releases. Oracle: decide.test.ts.
 */
export function release(state: CertificateState, command: Act<'release'>, context: Context): Ruling {
  const { candidate, comparisons, claims } = command;
  const siteIds = sitesNamed(state, candidate.siteIds);
  if (candidate.siteIds.length === 0 || siteIds === undefined) return unknownSite();
  if (state.sites.some((site) => siteIds.includes(site.id) && site.modelVersionId === candidate.id)) {
    return wrongState('The version is in force at a site already.');
  }
  const missing = shortfallOfComparisons(command, siteIds);
  if (missing !== undefined) return wrongState(missing);
  if (comparisons.some((one) => one.candidateVersionId !== candidate.id)) {
    return invalid('/candidateVersionId', 'A comparison is about another version.');
  }
  const { alphaTotal } = context.profile;
  const refusal = refusalOfClaims(claims, { versionId: candidate.id, siteIds, alphaTotal });
  if (refusal !== undefined) return refusal;
  const uncovered = siteIds.find((id) => !claims.some((claim) => !claim.retrospective && (claim.siteId ?? id) === id));
  if (uncovered !== undefined) return wrongState('The candidate has no live claim at one of its sites.');
  const effects: Effect[] = [
    ...state.streams.flatMap((stream) => withdrawFromSites(state, stream, siteIds)),
    ...claims.map((claim): Effect => ({ kind: 'stream-judged', stream: streamOf(claim, siteIds, context.at) })),
    {
      kind: 'version-released',
      siteIds,
      modelVersionId: candidate.id,
      modelDigest: candidate.digest,
      modelLabel: candidate.label,
    },
  ];
  effects.push(...latchEffects(applyAll(state, effects), siteIds));
  const after = applyAll(state, effects);
  return ok([...effects, ...watchEffects(after, context)]);
}

/** What keeps a change from being accepted: every site needs a non-inferior comparison with each reference version. */
export function shortfallOfComparisons(
  change: Pick<Act<'release'>, 'candidate' | 'comparisons'>,
  siteIds: readonly SiteId[],
): string | undefined {
  if (change.candidate.referenceVersionIds.length === 0) return 'There is no version to compare with.';
  if (change.comparisons.some((one) => one.state === 'inferior' && siteIds.includes(one.siteId))) {
    return 'At a site the candidate is inferior: refuse the change with reasons.';
  }
  for (const siteId of siteIds) {
    for (const reference of change.candidate.referenceVersionIds) {
      const found = change.comparisons.filter((one) => one.siteId === siteId && one.referenceVersionId === reference);
      if (found.length === 0 || found.some((one) => one.state !== 'non-inferior')) {
        return 'The candidate is not yet shown to be non-inferior to the original and the previous version at every site.';
      }
    }
  }
  return undefined;
}

function withdrawFromSites(state: CertificateState, stream: Stream, siteIds: readonly SiteId[]): Effect[] {
  const covers = stream.covers.filter((id) => !siteIds.includes(id));
  if (covers.length === stream.covers.length) return [];
  if (covers.length > 0) return [{ kind: 'stream-judged', stream: { ...stream, covers } }];
  return [
    { kind: 'stream-dropped', streamKey: stream.key },
    ...closeTimer(state, { kind: 'stream-watch', streamKey: stream.key }),
    ...closeTimer(state, { kind: 'stream-condition', streamKey: stream.key }),
  ];
}
