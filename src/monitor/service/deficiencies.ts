import { canonicalJson, instant, type Json, Problem, sha256Hex } from '#kernel';
import { inTransaction, type Tx } from '#platform/db';
import { runAlpha } from '#statistics';
import type { MonitorDependencies } from '../dependencies.ts';
import type { Claim } from '../model/claim.ts';
import {
  type Actor,
  type Deficiency,
  type DeficiencyCommand,
  decideDeficiency,
  hospitalRoles,
  type Signature,
} from '../model/deficiency.ts';
import { cohortHeads, takeCohort } from '../store.pg/cohorts.ts';
import { deficiencyById, deficiencyForUpdate, saveDeficiency } from '../store.pg/deficiencies.ts';
import { claims, insertStream, saveStream, streamsOfClaims } from '../store.pg/streams.ts';

/**
 * Takes an act of one person on a deficiency. What two decide is proposed instead, in `decisions.ts`.
 * Problems: not-found, wrong-state, not-allowed, four-eyes, conflict.
 */
export async function actOnDeficiency(
  deps: MonitorDependencies,
  id: string,
  act: { command: DeficiencyCommand; actor: Actor },
): Promise<Deficiency> {
  const { deficiency, pendingId } = await inTransaction(deps.database.db, (tx) => actInTransaction(deps, tx, id, act));
  await deps.ledger.sequenced(pendingId);
  return deficiency;
}

/** The act with its event and its ledger entry; of a decision, with those who signed it. */
export async function actInTransaction(
  deps: MonitorDependencies,
  tx: Tx,
  id: string,
  act: { command: DeficiencyCommand; actor: Actor; signatures?: Signature[] },
): Promise<{ deficiency: Deficiency; pendingId: string }> {
  const before = await assertPossible(deps, tx, id, act);
  const at = deps.clock.now();
  const decided = decideDeficiency(before, act.command, { ...act, at });
  if (!decided.ok) throw decided.error;
  const { event } = decided.value;
  const who = { at, actor: act.actor.id, role: act.actor.role };
  const after = await saveDeficiency(tx, decided.value.deficiency, { ...event, ...who });
  // A dismissal that was signed starts the claim's next run, with the α that is left for it.
  if (after.state === 'dismissed' && before.state !== 'dismissed') await startNextRun(tx, after, deps);
  const pendingId = await deps.ledger.record(tx, {
    kind: 'deficiency',
    subjects: [{ name: after.id, sha256: sha256Hex(canonicalJson(after.record as unknown as Json)) }],
    chain: after.id,
    predicate: {
      deficiency: after.id,
      code: after.code,
      from: before.state,
      to: after.state,
      act: event.type,
      body: wordless(event.body),
    },
    actor: { id: act.actor.id, role: act.actor.role },
    occurredAt: at,
  });
  return { deficiency: after, pendingId };
}

/** The deficiency, locked, on which this act is possible for this actor. Problems: not-found, not-allowed, wrong-state. */
export async function assertPossible(
  deps: MonitorDependencies,
  tx: Tx,
  id: string,
  act: { command: DeficiencyCommand; actor: Actor },
): Promise<Deficiency> {
  const before = await lockedDeficiency(tx, id, act.command);
  await assertOwnSite(tx, before, { ...act, deps });
  await assertEffectiveness(tx, before, act.command);
  return before;
}

/** Locks a deficiency, and before it what its dismissal would end. Problem: not-found. */
export async function lockedDeficiency(tx: Tx, id: string, command: DeficiencyCommand): Promise<Deficiency> {
  if (command.type === 'dismiss') await holdEvidence(tx, id);
  const deficiency = await deficiencyForUpdate(tx, id);
  if (!deficiency) throw new Problem('not-found', { detail: 'There is no deficiency with this id.' });
  return deficiency;
}

/** A dismissal ends a run: its cohort stands still meanwhile, and is locked first, as evidence does when it advances. */
async function holdEvidence(tx: Tx, deficiencyId: string): Promise<void> {
  const claimId = (await deficiencyById(tx, deficiencyId))?.claimId;
  if (claimId === undefined) return;
  const cohortIds = new Set((await streamsOfClaims(tx, [claimId])).map((stream) => stream.cohortId));
  for (const cohortId of [...cohortIds].sort()) await takeCohort(tx, cohortId, true);
}

/** People of a hospital decide about its own sites; everybody may disagree. Problem: not-allowed. */
async function assertOwnSite(
  tx: Tx,
  { siteId }: Deficiency,
  { command, actor, deps }: { command: DeficiencyCommand; actor: Actor; deps: MonitorDependencies },
): Promise<void> {
  if (siteId === undefined || command.type === 'dissent' || !hospitalRoles.includes(actor.role)) return;
  const site = (await deps.people.sites(tx)).find((one) => one.id === siteId);
  if (site === undefined || site.legalEntityId !== actor.organisationId) {
    throw new Problem('not-allowed', {
      detail: 'This role acts on deficiencies at the sites of its own hospital only.',
    });
  }
}

/**
 * The effect of an action is shown by a new claim, registered after the action, and by nothing else: it closes the
 * deficiency only when it is confirmed. Problems: not-found, wrong-state.
 */
async function assertEffectiveness(tx: Tx, deficiency: Deficiency, command: DeficiencyCommand): Promise<void> {
  if (command.type === 'register-effectiveness' && deficiency.state === 'action-taken') {
    const [claim] = await claims(tx, { ids: [command.claimId] });
    if (claim?.registeredAt === undefined)
      throw new Problem('not-found', { detail: 'There is no registered claim with this id.' });
    await assertSameQuestion(tx, deficiency, claim);
    const actedAt = deficiency.record.action?.signatures.at(-1)?.at;
    if (actedAt === undefined || instant(claim.body.countsFrom) < instant(actedAt) || claim.body.retrospective) {
      throw new Problem('wrong-state', {
        detail: 'Only a new claim, which counts cases from after the action, shows whether the action worked.',
      });
    }
  }
  if (command.type !== 'close' || deficiency.state !== 'effectiveness-check') return;
  const streams = await streamsOfClaims(tx, [deficiency.record.effectivenessClaimId ?? '']);
  const own = streams.filter(
    (one) => one.endedAt === undefined && (one.siteId ?? deficiency.siteId) === deficiency.siteId,
  );
  const judged = own.length > 0 ? own : streams.filter((one) => one.endedAt === undefined);
  if (judged.length === 0 || judged.some((stream) => stream.state !== 'confirmed')) {
    throw new Problem('wrong-state', {
      detail: `The claim that shows the effect is ${judged[0]?.state ?? 'without evidence'}; it must be confirmed first.`,
    });
  }
}

/** What failed here is shown repaired here, by the same measure. Problem: wrong-state. */
async function assertSameQuestion(tx: Tx, { siteId, claimId }: Deficiency, { body }: Claim): Promise<void> {
  const [failed] = claimId === undefined ? [] : await claims(tx, { ids: [claimId] });
  const isElsewhere = siteId !== undefined && !body.sites.includes(siteId);
  if (isElsewhere || (failed !== undefined && failed.body.metric !== body.metric)) {
    throw new Problem('wrong-state', {
      detail: 'The claim that shows the effect is about the same measure at the same site as the one that failed.',
    });
  }
}

/** Free text stays in the database: only its digest is public. */
function wordless(body: Record<string, unknown>): Json {
  const parts = Object.entries(body).map(([key, value]) =>
    typeof value === 'string' && (key === 'reason' || key === 'text')
      ? [`${key}Sha256`, sha256Hex(value)]
      : [key, value as Json],
  );
  return Object.fromEntries(parts) as Json;
}

/** Run k + 1 begins after the last case counted; the dismissed run stays as it is, and visible. */
async function startNextRun(tx: Tx, deficiency: Deficiency, deps: MonitorDependencies): Promise<void> {
  if (deficiency.claimId === undefined) return;
  const [claim] = await claims(tx, { ids: [deficiency.claimId] });
  const latest = (await streamsOfClaims(tx, [deficiency.claimId])).find((one) => one.siteId === deficiency.siteId);
  if (!claim || !latest || latest.endedAt !== undefined) return;
  const [cohort] = await cohortHeads(tx, [latest.cohortId]);
  const at = deps.clock.now();
  await saveStream(tx, { ...latest, endedAt: at });
  await insertStream(tx, {
    claimId: claim.id,
    siteId: latest.siteId,
    cohortId: latest.cohortId,
    run: latest.run + 1,
    alpha: runAlpha(claim.body.alpha, latest.run + 1),
    startCase: cohort!.cases,
    at,
  });
}
