import type { By } from '#develop';
import { type ClaimId, newId, Problem } from '#kernel';
import { inTransaction, type Tx } from '#platform/db';
import { runAlpha } from '#statistics';
import type { ClaimRequest } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import { type Claim, type ClaimBody, claimDigest, cohortRulesOf } from '../model/claim.ts';
import { claimBodyOf } from '../model/claim-request.ts';
import { whatIf } from '../model/what-if.ts';
import { cohortDays, ensureCohort } from '../store.pg/cohorts.ts';
import { plansInForce } from '../store.pg/plans.ts';
import { claims, insertClaim, insertStream, markRegistered } from '../store.pg/streams.ts';
import { stepStream } from './advance.ts';

/**
 * Registers a claim: its digest goes into the ledger, and only then does it count cases. A retrospective claim reads
 * what is there already, and says so wherever it is shown.
 * Problems: claim-after-data, invalid-input, not-found.
 */
export async function registerClaim(deps: MonitorDependencies, request: ClaimRequest, by: By): Promise<Claim> {
  const db = deps.database.db;
  const { claim, pendingId } = await inTransaction(db, async (tx) => {
    const body = await bodyFor(tx, deps, request, by);
    const claim: Claim = {
      id: newId('claim', deps.clock.now()) as ClaimId,
      body,
      digest: claimDigest(body),
      registeredAt: undefined,
      ledgerIndex: undefined,
      whatIf: whatIf(body),
    };
    await insertClaim(tx, claim, { personId: by.id, at: deps.clock.now() });
    const pendingId = await deps.ledger.record(tx, {
      kind: 'claim',
      subjects: [{ name: claim.id, sha256: claim.digest }],
      chain: claim.id,
      predicate: { claim: claim.id, body: body as never },
      actor: by,
      occurredAt: deps.clock.now(),
    });
    return { claim, pendingId };
  });
  const { index } = await deps.ledger.sequenced(pendingId);
  return openStreams(deps, claim, index);
}

async function bodyFor(tx: Tx, deps: MonitorDependencies, request: ClaimRequest, by: By): Promise<ClaimBody> {
  const versions = await deps.develop.versions(tx);
  if (!versions.some((version) => version.id === request.modelVersionId)) {
    throw new Problem('not-found', { detail: 'There is no model version with this id.' });
  }
  const plans = await plansInForce(tx);
  const body = claimBodyOf(request, {
    now: deps.clock.now(),
    siteIds: new Map((await deps.people.sites(tx)).map((site) => [site.code, site.id])),
    plan: plans.find((plan) => plan.modelVersionId === request.modelVersionId),
    owner: by.id,
  });
  if (!body.ok) throw body.error;
  return body.value;
}

/** The claim is sequenced: from now on it counts. Its streams are opened, and caught up where its cohort is older. */
async function openStreams(deps: MonitorDependencies, claim: Claim, ledgerIndex: number): Promise<Claim> {
  const at = deps.clock.now();
  const registered: Claim = { ...claim, registeredAt: at, ledgerIndex };
  const waiting = await inTransaction(deps.database.db, async (tx) => {
    if (!(await markRegistered(tx, claim.id, at, ledgerIndex))) return [];
    const pending: string[] = [];
    for (const { siteId, rule } of cohortRulesOf(claim.body)) {
      const cohort = await ensureCohort(tx, rule);
      const stream = await insertStream(tx, {
        claimId: claim.id,
        siteId,
        cohortId: cohort.id,
        run: 1,
        alpha: runAlpha(claim.body.alpha, 1),
        startCase: 0,
        at,
      });
      const days = cohort.cases === 0 ? [] : await cohortDays(tx, cohort.id);
      if (days.length > 0) pending.push(...(await stepStream(tx, { stream, claim: registered, days, deps, now: at })));
    }
    return pending;
  });
  for (const pendingId of waiting.slice(-1)) await deps.ledger.sequenced(pendingId);
  return registered;
}

/**
 * Takes up claims whose registration was cut off between the ledger and their streams.
 * @returns how many still wait, because the ledger does not have them yet.
 */
export async function resumeRegistrations(deps: MonitorDependencies): Promise<number> {
  let waiting = 0;
  for (const claim of (await claims(deps.database.db)).filter((one) => one.registeredAt === undefined)) {
    const page = await deps.ledger.questions.entries({ chain: claim.id, order: 'oldest', limit: 1 });
    const entry = page.entries[0];
    if (entry) await openStreams(deps, claim, entry.index);
    else waiting++;
  }
  return waiting;
}
