import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CertificateId, type ClaimId, type Instant, type SiteId, sha256Hex } from '#kernel';
import {
  anEnvelope,
  aPerson,
  aRaise,
  assessors,
  aVerdict,
  day0,
  heidestad,
  hospital,
  machine,
  onDay,
  theCreation,
  version21,
  version22,
  westhaven,
} from '../builders.ts';
import { defaultLawProfile } from '../law-profile.ts';
import type { ClaimVerdict } from '../ports.ts';
import type { Command, RaisingAct } from './commands.ts';
import { decide } from './decide.ts';
import { currentCauses, effectiveStatusAt, evidenceStatusAt, legalStatusAt, statusOfCauses } from './effective.ts';
import type { CertificateEvent } from './events.ts';
import { evolve, replay } from './evolve.ts';
import type { CertificateState } from './state.ts';
import { isRanked, rankOf } from './status.ts';

// Goal: the promises of the certificate for all orders of events. Method: random histories of commands, each made for
// the state it meets (ids that exist, signatures of what is shown now), many of them improper.

interface Step {
  days: number;
  make(state: CertificateState, at: Instant): Command;
}

const site = fc.constantFrom(westhaven, heidestad);
const sites = fc.constantFrom<SiteId[]>([westhaven], [heidestad], [westhaven, heidestad]);
const role = fc.constantFrom(
  'clinical-owner',
  'model-lead',
  'regulatory-lead',
  'safety-officer',
  'patient-representative',
  'assessor',
  'deployer-management',
);
const person = fc.record({ role, organisation: fc.constantFrom(hospital, assessors) });
const consequence = fc.constantFrom(
  { status: 'watch' } as const,
  { status: 'conditional', condition: 'second reading' } as const,
  { status: 'restricted', predicate: 'scanner X' } as const,
  { status: 'suspended' } as const,
);

const verdictStep = fc
  .record({
    stream: fc.constantFrom(westhaven, heidestad, undefined),
    version: fc.constantFrom(version21, version21, version21, version22),
    state: fc.constantFrom('no-evidence-yet', 'consistent', 'confirmed', 'confirmed', 'confirmed', 'watch', 'broken'),
    level: fc.constantFrom(0, 0, 0, 1, 2),
    age: fc.integer({ min: 0, max: 90 }),
    onFail: consequence,
    onEscalation: consequence,
    accepted: fc.boolean(),
  })
  .map((drawn) => ({
    make: (_: CertificateState, at: Instant): Command => ({
      ...anEnvelope(at, machine),
      type: 'claimVerdict',
      verdicts: [
        claimFor(drawn.version, drawn.stream, {
          state: drawn.state as ClaimVerdict['state'],
          level: drawn.level as ClaimVerdict['level'],
          freshAt: (at - drawn.age * 86_400_000) as Instant,
          consequenceOnFail: drawn.onFail,
          consequenceOnEscalation: drawn.onEscalation,
          acceptanceUntil: drawn.accepted ? onDay(5000) : undefined,
          evidenceDigest: sha256Hex(JSON.stringify(drawn)),
        }),
      ],
    }),
  }));

function claimFor(version: typeof version21, siteId: ClaimVerdict['siteId'], change: Partial<ClaimVerdict> = {}) {
  const isRetrospective = version === version21 && siteId === undefined;
  return aVerdict({
    siteId,
    claimId: `claim_${version}` as ClaimId,
    claimDigest: sha256Hex(`claim of ${version}`),
    modelVersionId: version,
    retrospective: isRetrospective,
    ...change,
  });
}

const tickStep = fc.constant({
  make: (_: CertificateState, at: Instant): Command => ({ ...anEnvelope(at, machine), type: 'tick' }),
});

const lowering = fc.record({ person, site, sites, index: fc.nat(3), pick: fc.nat(11), stopped: fc.boolean() });
const loweringStep = lowering.map((drawn) => ({
  make: (state: CertificateState, at: Instant): Command => {
    const envelope = anEnvelope(at, aPerson(drawn.person.role, drawn.person.organisation));
    const acts: Command[] = [
      { ...envelope, type: 'submit' },
      { ...envelope, type: 'refuse' },
      { ...envelope, type: 'imposeCondition', text: 'second reading', siteIds: drawn.sites },
      { ...envelope, type: 'restrict', predicate: 'scanner X', siteIds: drawn.sites },
      { ...envelope, type: 'suspend', siteIds: drawn.sites },
      { ...envelope, type: 'siteStop', siteId: drawn.site },
      { ...envelope, type: 'requestStop', siteIds: drawn.sites },
      {
        ...envelope,
        type: 'answerStopRequest',
        requestId: state.stopRequests[drawn.index]?.id ?? 'none',
        outcome: drawn.stopped ? 'stopped' : 'not-stopped',
      },
      { ...envelope, type: 'answerTask', taskId: state.tasks[drawn.index]?.id ?? 'none', outcome: 'rejected' },
      { ...envelope, type: 'refuseChange', candidateVersionId: version22 },
      { ...envelope, type: 'supersede', by: 'cert_2' as CertificateId },
      { ...envelope, type: 'withdraw' },
    ];
    // Final acts end a history early, so they are drawn rarely.
    const isFinal = drawn.pick >= 10 && drawn.index !== 0;
    return acts[isFinal ? 2 : drawn.pick] ?? { ...envelope, type: 'submit' };
  },
}));

const raising = fc.record({
  proper: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  signers: fc.array(person, { minLength: 0, maxLength: 3 }),
  sites,
  site,
  pick: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 7),
  forged: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const raisingStep = raising.map((drawn) => ({
  make: (state: CertificateState, at: Instant): Command => {
    const act = raisesFor(state, drawn.sites, drawn.site)[drawn.pick] ?? { type: 'issue' };
    const proper =
      act.type === 'release'
        ? [aPerson('model-lead'), aPerson('regulatory-lead')]
        : act.type === 'liftSiteStop'
          ? [aPerson('clinical-owner'), aPerson('safety-officer')]
          : [aPerson('assessor', assessors), aPerson('safety-officer')];
    const improper = drawn.signers.map((one) => aPerson(one.role, one.organisation));
    const command = aRaise(state, act, { at, signers: drawn.proper ? proper : improper });
    const forged = command.signatures.map((one) => ({ ...one, shownDigest: sha256Hex('something else') }));
    return drawn.forged ? { ...command, signatures: forged } : command;
  },
}));

function raisesFor(state: CertificateState, siteIds: (typeof westhaven)[], siteId: typeof westhaven): RaisingAct[] {
  return [
    { type: 'issueProvisional', plan: 'shadow' },
    { type: 'renewProvisional' },
    { type: 'issue' },
    { type: 'liftCondition', conditionId: state.conditions[0]?.id ?? 'none' },
    { type: 'liftRestriction', restrictionId: state.restrictions[0]?.id ?? 'none' },
    { type: 'liftSiteStop', siteId },
    { type: 'reinstate', siteIds },
    {
      type: 'release',
      candidate: {
        id: version22,
        digest: sha256Hex('2.2'),
        label: 'ProstateRisk 2.2',
        siteIds,
        referenceVersionIds: [version21],
      },
      comparisons: siteIds.map((one) => ({
        candidateVersionId: version22,
        siteId: one,
        against: 'original',
        referenceVersionId: version21,
        n: 500,
        marginDelta: 0.01,
        state: 'non-inferior',
        evidenceDigest: sha256Hex(`comparison at ${one}`),
      })),
      claims: siteIds.map((one) => claimFor(version22, one)),
    },
  ];
}

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.integer({ min: 0, max: 25 }),
    fc.oneof(
      { arbitrary: verdictStep, weight: 6 },
      { arbitrary: tickStep, weight: 2 },
      { arbitrary: loweringStep, weight: 2 },
      { arbitrary: raisingStep, weight: 4 },
    ),
  )
  .map(([days, made]) => ({ days, make: made.make }));

type Beginning = 'draft' | 'submitted' | 'in-force';

/** Most histories begin with a certificate in force, where most rules live. */
const history = fc.record({
  beginning: fc.constantFrom<Beginning>('draft', 'submitted', 'submitted', 'in-force', 'in-force', 'in-force'),
  steps: fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
});

function start(beginning: Beginning): { state: CertificateState; events: CertificateEvent[] } {
  const commands: ((state: CertificateState | undefined) => Command)[] = [
    () => theCreation([westhaven, heidestad, undefined].map((siteId) => claimFor(version21, siteId, { alpha: 0.02 }))),
  ];
  if (beginning !== 'draft') {
    commands.push(() => ({ ...anEnvelope(day0, aPerson('regulatory-lead')), type: 'submit' }));
  }
  if (beginning === 'in-force') {
    commands.push((state) => aRaise(state as CertificateState, { type: 'issue' }, { at: day0 }));
  }
  let state: CertificateState | undefined;
  const events: CertificateEvent[] = [];
  for (const command of commands) {
    const decision = decide(state, command(state), defaultLawProfile);
    if (!decision.ok) throw decision.error;
    for (const event of decision.value) state = evolve(state, event);
    events.push(...decision.value);
  }
  return { state: state as CertificateState, events };
}

const raisesStatus = (command: Command): boolean => 'signatures' in command && command.type !== 'release';

describe('a certificate, for all orders of events', () => {
  it('keeps effective under both sides, rises by signed raises only, and replays to the same state', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(history, ({ beginning, steps }) => {
        let { state, events } = start(beginning);
        let at = day0;
        for (const { days, make } of steps) {
          at = (at + days * 86_400_000) as Instant;
          const command = make(state, at);
          const decision = decide(state, command, defaultLawProfile);
          const outcome = decision.ok ? (decision.value.length === 0 ? 'nothing' : 'accepted') : decision.error.code;
          seen.set(`${command.type} ${outcome}`, (seen.get(`${command.type} ${outcome}`) ?? 0) + 1);
          if (!decision.ok) continue;
          const before = state;
          for (const event of decision.value) state = evolve(state, event);
          events = [...events, ...decision.value];
          for (const one of state.sites) {
            const effective = effectiveStatusAt(state, one.id);
            expect(one.effective.status).toBe(effective);
            expect(rankOf(effective)).toBeLessThanOrEqual(rankOf(legalStatusAt(state, one.id)));
            if (isRanked(effective) && effective !== 'withdrawn') {
              expect(rankOf(effective)).toBeLessThanOrEqual(rankOf(evidenceStatusAt(one)));
              const now = statusOfCauses(currentCauses(state, one.id));
              expect(rankOf(effective)).toBeLessThanOrEqual(rankOf(now));
            }
            const rank = rankOf(effectiveStatusAt(before, one.id));
            if (!raisesStatus(command)) expect(rankOf(effective)).toBeLessThanOrEqual(rank);
          }
        }
        expect(replay(events)).toEqual(state);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 250, seed: 20_261_121 },
    );
    // The histories must really go where the rules are, or the property says nothing.
    for (const type of ['issue', 'reinstate', 'release', 'liftCondition', 'liftSiteStop', 'claimVerdict', 'tick']) {
      expect(seen.get(`${type} accepted`) ?? 0, type).toBeGreaterThan(0);
    }
    expect(seen.get('reinstate evidence-not-seen') ?? 0).toBeGreaterThan(0);
  });

  it('ticks once: the same instant again changes nothing', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 900 }), ({ beginning, steps }, days) => {
        let { state } = start(beginning);
        let at = day0;
        const give = (command: Command): number => {
          const decision = decide(state, command, defaultLawProfile);
          if (decision.ok) for (const event of decision.value) state = evolve(state, event);
          return decision.ok ? decision.value.length : 0;
        };
        for (const one of steps) {
          at = (at + one.days * 86_400_000) as Instant;
          give(one.make(state, at));
        }
        const tick: Command = { ...anEnvelope((at + days * 86_400_000) as Instant, machine), type: 'tick' };
        give(tick);
        expect(give(tick)).toBe(0);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
