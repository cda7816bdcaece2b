import { assert, type Instant, ok, type Problem, type SiteId } from '#kernel';
import type { ClaimVerdict } from '../ports.ts';
import { judge } from './claim-evidence.ts';
import type { Envelope, ImmediateAct, RaisingAct } from './commands.ts';
import {
  applyAll,
  type Context,
  invalid,
  type Ruling,
  resetEffects,
  unknownThing,
  watchEffects,
  wrongState,
} from './drafting.ts';
import { currentCauses, isLive, streamsAt } from './effective.ts';
import type { Effect } from './events.ts';
import { dueAt } from './profile.ts';
import { type CertificateState, type Stream, type StreamFacts, streamKey } from './state.ts';
import { isLower } from './status.ts';
import { closeTimer, endEffects, startTimer } from './timers.ts';

type Of<A, T> = Extract<A, { type: T }>;

const sha256Pattern = /^[0-9a-f]{64}$/;

/** Opens a draft with its claims; refused where the claims do not fit the version, the sites or the α they share. */
export function create(command: Envelope & Of<ImmediateAct, 'create'>, context: Context): Ruling {
  const { version, sites, claims } = command;
  const siteIds = sites.map((site) => site.id);
  if (sites.length === 0 || new Set(siteIds).size !== sites.length) {
    return invalid('/siteIds', 'A certificate covers at least one site, each once.');
  }
  if (!sha256Pattern.test(version.digest)) return invalid('/modelVersionId', 'The version has no SHA-256 digest.');
  const refusal = refusalOfClaims(claims, { versionId: version.id, siteIds, alphaTotal: context.profile.alphaTotal });
  if (refusal !== undefined) return refusal;
  const certificate: CertificateState = {
    id: command.certificateId,
    name: command.name,
    purpose: command.purpose,
    route: command.route,
    legalEntityId: command.legalEntity.id,
    legalEntityName: command.legalEntity.name,
    base: 'draft',
    version: 0,
    createdAt: command.at,
    updatedAt: command.at,
    provisionalRenewals: 0,
    sites: sites.map((site) => ({
      ...site,
      modelVersionId: version.id,
      modelDigest: version.digest,
      modelLabel: version.label,
      causes: [],
      effective: { status: 'draft', since: command.at },
    })),
    streams: claims.map((claim) => streamOf(claim, siteIds, command.at)),
    conditions: [],
    restrictions: [],
    suspensions: [],
    stopRequests: [],
    timers: [],
    tasks: [],
  };
  return ok([{ kind: 'opened', certificate }]);
}

/** Whether a set of claims may carry one version at these sites. α is summed for each stream: a site, or all sites. */
export function refusalOfClaims(
  claims: readonly ClaimVerdict[],
  frame: { versionId: string; siteIds: readonly SiteId[]; alphaTotal: number },
): { ok: false; error: Problem } | undefined {
  if (claims.length === 0) return invalid('/claimIds', 'A certificate rests on at least one claim.');
  const keys = claims.map((claim) => streamKey(claim.claimId, claim.siteId));
  if (new Set(keys).size !== keys.length) return invalid('/claimIds', 'A claim is named twice.');
  const alphaOf = new Map<string, number>();
  for (const claim of claims) {
    if (claim.modelVersionId !== frame.versionId)
      return invalid('/claimIds', 'A claim is about another model version.');
    if (claim.siteId !== undefined && !frame.siteIds.includes(claim.siteId)) {
      return invalid('/claimIds', 'A claim is about a site that the certificate does not cover.');
    }
    const stream = claim.siteId ?? 'all sites';
    alphaOf.set(stream, (alphaOf.get(stream) ?? 0) + claim.alpha);
  }
  // Shares such as five times 0.01 add up to 0.05 and a rounding error, which is not an overdraft.
  const roundingMax = 1e-12;
  for (const alpha of alphaOf.values()) {
    if (!(alpha <= frame.alphaTotal + roundingMax)) {
      return invalid('/claimIds', `The α shares of one stream's claims sum to more than ${frame.alphaTotal}.`);
    }
  }
  return undefined;
}

/** A claim's stream as the certificate keeps it. */
export function streamOf(claim: ClaimVerdict, siteIds: readonly SiteId[], at: Instant): Stream {
  return {
    key: streamKey(claim.claimId, claim.siteId),
    facts: factsOf(claim),
    covers: claim.siteId === undefined ? [...siteIds] : [claim.siteId],
    judgement: judge(claim, at),
    since: at,
  };
}

/** Drops undefined members: what is stored is plain JSON. */
export function factsOf(claim: ClaimVerdict): StreamFacts {
  const { siteId, freshAt, acceptanceUntil, ...facts } = claim;
  return {
    ...facts,
    ...(siteId === undefined ? {} : { siteId }),
    ...(freshAt === undefined ? {} : { freshAt }),
    ...(acceptanceUntil === undefined ? {} : { acceptanceUntil }),
  };
}

/** Hands a draft over for assessment. Problem: wrong-state. */
export const submit = (state: CertificateState): Ruling =>
  state.base === 'draft' ? ok([{ kind: 'base-set', base: 'submitted' }]) : wrongState('Only a draft is submitted.');

/** Refuses what was submitted; final. Problem: wrong-state. */
export const refuse = (state: CertificateState): Ruling =>
  state.base === 'submitted'
    ? ok([{ kind: 'base-set', base: 'refused' }, ...endEffects(state)])
    : wrongState('Only a submitted certificate is refused; one in force is withdrawn.');

/** Lets a version run in shadow or in a study, for the provisional term. Problems: wrong-state, invalid-input. */
export function issueProvisional(state: CertificateState, command: Envelope, context: Context): Ruling {
  if (state.base !== 'submitted') return wrongState('Only a submitted certificate is issued, provisionally or not.');
  if (command.documentDigest === undefined) return invalid('/documentDigest', 'Name the signed plan by its digest.');
  const validUntil = dueAt(context.profile, 'provisional-term', context.at);
  return ok(inForce(state, { base: 'provisional', validUntil, clockId: 'provisional-term' }, context));
}

/** Adds one more provisional term, as often as the law profile allows. Problem: wrong-state. */
export function renewProvisional(state: CertificateState, context: Context): Ruling {
  if (state.base !== 'provisional') return wrongState('Only a provisional certificate is renewed.');
  if (state.provisionalRenewals >= context.profile.provisionalRenewalsMax) {
    return wrongState('A provisional certificate is renewed once at most.');
  }
  assert(state.validUntil !== undefined, 'a provisional certificate has an end');
  const validUntil = dueAt(context.profile, 'provisional-term', state.validUntil);
  const term = { clockId: 'provisional-term', subject: { kind: 'term' }, startedAt: context.at } as const;
  return ok([{ kind: 'provisional-renewed', validUntil }, startTimer(context.profile, { ...term, dueAt: validUntil })]);
}

/**
 * Brings a certificate into force. Every live claim must pass, or still be inside the time in which evidence is
 * awaited; nothing may have failed, and each site needs a claim that was registered before its data.
 * **Source** certificate specification, section 3, row "valid". Oracle: decide.test.ts.
 */
export function issue(state: CertificateState, command: Envelope & Of<RaisingAct, 'issue'>, context: Context): Ruling {
  if (state.base !== 'submitted' && state.base !== 'provisional') {
    return wrongState('Only a submitted or provisional certificate is issued.');
  }
  if (command.documentDigest === undefined)
    return invalid('/documentDigest', 'Name the signed document by its digest.');
  const longest = dueAt(context.profile, 'certificate-term', context.at);
  const validUntil = command.validUntil ?? longest;
  if (validUntil > longest || validUntil <= context.at) {
    return invalid('/validUntil', 'The end lies in the future and within the longest term of the law profile.');
  }
  for (const site of state.sites) {
    const streams = streamsAt(state, site.id);
    if (!streams.some(isLive)) return wrongState('Retrospective claims cannot carry a certificate.');
    if (!streams.every((stream) => carriesIssue(stream, context.at))) {
      return wrongState('A claim fails, alarms, is stale, or its evidence is overdue.');
    }
    if (currentCauses(state, site.id).some((cause) => isLower(cause.status, 'watch'))) {
      return wrongState('Evidence allows less than valid at a site.');
    }
  }
  return ok(inForce(state, { base: 'valid', validUntil, clockId: 'certificate-term' }, context));
}

function carriesIssue(stream: Stream, at: Instant): boolean {
  const { kind } = stream.judgement;
  if (!isLive(stream)) return kind !== 'fail' && kind !== 'alarm1' && kind !== 'alarm2';
  return kind === 'pass' || (kind === 'not_evaluable' && at <= stream.facts.evaluableBy);
}

function inForce(
  state: CertificateState,
  term: { base: 'provisional' | 'valid'; validUntil: Instant; clockId: 'provisional-term' | 'certificate-term' },
  context: Context,
): Effect[] {
  const { at, profile } = context;
  const opened: Effect[] = [
    ...closeTimer(state, { kind: 'term' }),
    { kind: 'base-set', base: term.base, validUntil: term.validUntil },
    startTimer(profile, {
      clockId: term.clockId,
      subject: { kind: 'term' },
      startedAt: at,
      dueAt: term.validUntil,
    }),
  ];
  if (term.base === 'valid') {
    opened.push(
      startTimer(profile, { clockId: 'surveillance-audit', subject: { kind: 'surveillance' }, startedAt: at }),
    );
  }
  const after = applyAll(state, opened);
  const siteIds = after.sites.map((site) => site.id);
  return [...opened, ...resetEffects(after, siteIds), ...watchEffects(after, context)];
}

/** Ends a certificate for good, with its timers and tasks. */
export const withdraw = (state: CertificateState): Ruling =>
  ok([{ kind: 'base-set', base: 'withdrawn' }, ...endEffects(state)]);

/** Ends a certificate in favour of another. Problems: wrong-state, invalid-input. */
export function supersede(state: CertificateState, command: Of<ImmediateAct, 'supersede'>): Ruling {
  if (state.base !== 'provisional' && state.base !== 'valid')
    return wrongState('Only a certificate in force is superseded.');
  if (command.by === state.id) return invalid('/by', 'A certificate cannot supersede itself.');
  return ok([{ kind: 'superseded', by: command.by }, ...endEffects(state)]);
}

/** The sites an act names, all where it names none. */
export function sitesNamed(state: CertificateState, siteIds: readonly SiteId[] | undefined): SiteId[] | undefined {
  const all = state.sites.map((site) => site.id);
  if (siteIds === undefined) return all;
  const isKnown = siteIds.length > 0 && siteIds.every((id) => all.includes(id));
  return isKnown ? all.filter((id) => siteIds.includes(id)) : undefined;
}

/** The refusal of an act that names a site the certificate does not cover. */
export const unknownSite = (): { ok: false; error: Problem } =>
  unknownThing('The certificate does not cover a site that is named.');
