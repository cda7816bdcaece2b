import { canonicalJson, type DeficiencyId, type Instant, newId, sha256Hex, toIso } from '#kernel';
import type { Tx } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import type { OpenFeed } from '../intake/feed-book.ts';
import {
  insertDeficiency,
  insertSignal,
  lastDecidedOf,
  openDeficiencyOf,
  saveDeficiency,
} from '../store.pg/deficiencies.ts';
import type { FeedAddition } from '../store.pg/intake.ts';
import { machine } from './signals.ts';

/**
 * A sender that decided otherwise than the plan's threshold says acts on another version or threshold than the one
 * that is watched: one signal and one deficiency (D10) for the feed while it is open, however many cases there are.
 * The caller holds the feed's row, so two writers never open two.
 */
export async function raiseDecidedOtherwise(
  tx: Tx,
  touched: { feed: OpenFeed; added: FeedAddition }[],
  at: { deps: MonitorDependencies; batchId: string; now: Instant },
): Promise<void> {
  for (const { feed, added } of touched) {
    if (added.decidedOtherwise > 0) await raiseForFeed(tx, { feed, added, ...at });
  }
}

async function raiseForFeed(
  tx: Tx,
  part: { feed: OpenFeed; added: FeedAddition; deps: MonitorDependencies; batchId: string; now: Instant },
): Promise<void> {
  const { feed, added, deps, batchId, now } = part;
  const scope = { code: 'D10' as const, claimId: undefined, siteId: feed.siteId, modelVersionId: feed.modelVersionId };
  if (await openDeficiencyOf(tx, scope)) return;
  const evidence = {
    batch: batchId,
    site: feed.siteId,
    modelVersion: feed.modelVersionId,
    decisionThreshold: feed.plan!.decisionThreshold,
    decidedOtherwise: added.decidedOtherwise,
    of: added.predictions,
  };
  const id = newId('deficiency', now) as DeficiencyId;
  const reopens = await lastDecidedOf(tx, scope);
  const record = { openedBy: machine.id, evidence: [evidence], severityHistory: [], dissent: [] };
  const opened = {
    id,
    ...scope,
    title: "The sender's decisions differ from the probabilities at the registered decision threshold.",
    state: 'signal' as const,
    severity: undefined,
    openedAt: now,
    record: reopens === undefined ? record : { ...record, reopens },
    version: 0,
  };
  await insertDeficiency(tx, opened);
  const event = { type: 'raised' as const, body: evidence, at: now, actor: machine.id, role: machine.role };
  await saveDeficiency(tx, opened, event);
  const signalId = newId('signal', now);
  const { claimId, siteId, modelVersionId } = scope;
  await insertSignal(tx, {
    id: signalId,
    kind: 'decided-otherwise',
    level: 1,
    claimId,
    siteId,
    modelVersionId,
    streamId: undefined,
    occurredAt: now,
    evidence,
    deficiencyId: id,
  });
  await deps.ledger.record(tx, {
    kind: 'signal',
    subjects: [{ name: signalId, sha256: sha256Hex(canonicalJson(evidence)) }],
    chain: id,
    predicate: { signal: signalId, deficiency: id, opened: true, at: toIso(now), ...evidence },
    actor: machine,
    occurredAt: now,
  });
}
