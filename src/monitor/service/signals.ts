import {
  canonicalJson,
  type DeficiencyId,
  type Instant,
  type Json,
  newId,
  plainDate,
  sha256Hex,
  startOfDay,
  toIso,
} from '#kernel';
import type { Tx } from '#platform/db';
import type { Crossing } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import { type Claim, deficiencyCodeOf } from '../model/claim.ts';
import type { Deficiency } from '../model/deficiency.ts';
import {
  insertDeficiency,
  insertSignal,
  lastDecidedOf,
  openDeficiencyOf,
  saveDeficiency,
} from '../store.pg/deficiencies.ts';
import type { StreamRecord } from '../store.pg/streams.ts';

export interface StreamChange {
  before: StreamRecord;
  after: StreamRecord;
  claim: Claim;
  deps: MonitorDependencies;
  now: Instant;
}

/** The process that records what no person does. */
export const machine = { id: 'monitor', role: 'process' };

/** Records a change of state in the ledger, and a signal with its deficiency for each new crossing that asks for one. */
export async function announceChange(tx: Tx, change: StreamChange): Promise<string[]> {
  const { before, after, claim, deps } = change;
  const pending: string[] = [];
  if (before.state !== after.state || before.level !== after.level) {
    pending.push(
      await deps.ledger.record(tx, {
        kind: 'eval-result',
        subjects: [
          { name: claim.id, sha256: claim.digest },
          { name: after.id, sha256: after.evidenceDigest },
        ],
        chain: claim.id,
        predicate: stateOf(change),
        actor: machine,
        occurredAt: after.changedAt,
      }),
    );
  }
  const known = new Set(before.crossings.map((crossing) => crossing.kind));
  for (const crossing of after.crossings) {
    if (!known.has(crossing.kind) && crossing.kind !== 'support') pending.push(...(await raise(tx, change, crossing)));
  }
  return pending;
}

function stateOf({ before, after, claim }: StreamChange): { [key: string]: Json } {
  const { estimate, ...numbers } = after.reading;
  return {
    claim: claim.id,
    stream: after.id,
    site: after.siteId ?? null,
    run: after.run,
    from: before.state,
    to: after.state,
    level: after.level,
    ...(numbers as { [key: string]: Json }),
    estimate: estimate as unknown as Json,
    cases: after.cases,
    crossings: after.crossings as unknown as Json,
  };
}

async function raise(tx: Tx, change: StreamChange, crossing: Crossing): Promise<string[]> {
  const { after, claim, deps, now } = change;
  const evidence = {
    claim: claim.id,
    site: after.siteId ?? null,
    run: after.run,
    crossing,
    evidenceDigest: after.evidenceDigest,
  };
  const { deficiency, isNew } = await deficiencyFor(tx, change, evidence);
  const signalId = newId('signal', now);
  const isFirst = await insertSignal(tx, {
    id: signalId,
    kind: crossing.kind,
    level: crossing.kind === 'notice' || crossing.kind === 'empty' ? 1 : 2,
    claimId: claim.id,
    siteId: after.siteId,
    modelVersionId: claim.body.modelVersionId,
    streamId: after.id,
    occurredAt: startOfDay(plainDate(crossing.at)),
    evidence,
    deficiencyId: deficiency.id,
  });
  if (!isFirst) return [];
  const pendingId = await deps.ledger.record(tx, {
    kind: 'signal',
    subjects: [{ name: signalId, sha256: sha256Hex(canonicalJson(evidence)) }],
    chain: deficiency.id,
    predicate: {
      signal: signalId,
      deficiency: deficiency.id,
      opened: isNew,
      at: toIso(now),
      ...(evidence as unknown as { [key: string]: Json }),
    },
    actor: machine,
    occurredAt: after.changedAt,
  });
  return [pendingId];
}

/** Opens a deficiency, or attaches the signal to the one that is open for the same claim, site and version. */
async function deficiencyFor(
  tx: Tx,
  { after, claim, now }: StreamChange,
  evidence: Record<string, unknown>,
): Promise<{ deficiency: Deficiency; isNew: boolean }> {
  const code = deficiencyCodeOf(claim.body);
  const scope = { code, claimId: claim.id, siteId: after.siteId, modelVersionId: claim.body.modelVersionId };
  const open = await openDeficiencyOf(tx, scope);
  const by = { at: now, actor: machine.id, role: machine.role };
  if (open) {
    const record = { ...open.record, evidence: [...open.record.evidence, evidence] };
    const event = { type: 'attach-signal' as const, body: evidence, ...by };
    return { deficiency: await saveDeficiency(tx, { ...open, record }, event), isNew: false };
  }
  const reopens = await lastDecidedOf(tx, scope);
  const opened: Deficiency = {
    id: newId('deficiency', now) as DeficiencyId,
    title: claim.body.statement,
    state: 'signal',
    severity: undefined,
    ...scope,
    openedAt: now,
    record: {
      openedBy: machine.id,
      evidence: [evidence],
      severityHistory: [],
      dissent: [],
      ...(reopens === undefined ? {} : { reopens }),
    },
    version: 0,
  };
  await insertDeficiency(tx, opened);
  const event = { type: 'raised' as const, body: evidence, ...by };
  return { deficiency: await saveDeficiency(tx, opened, event), isNew: true };
}
