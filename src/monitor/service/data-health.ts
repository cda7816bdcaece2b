import type { Instant } from '#kernel';
import { inTransaction, type Tx } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import type { Claim } from '../model/claim.ts';
import { metricRules } from '../model/metrics.ts';
import { Stream } from '../model/stream.ts';
import { openDataHealth, supportedStreamIds } from '../store.pg/data-health.ts';
import { claims, type StreamRecord, saveStream, streamForUpdate } from '../store.pg/streams.ts';
import { announceChange } from './signals.ts';

/**
 * Whether an open deficiency of data health forbids a stream to be confirmed: one of the same version, at its site, or
 * for a claim over all sites at any of them. What data health itself claims is not held up by it.
 * **Source**: statistics specification, section 4, row 4; deficiency specification, section 8.
 */
export async function isBlockedByDataHealth(
  tx: Tx,
  { body }: Pick<Claim, 'body'>,
  { siteId }: Pick<StreamRecord, 'siteId'>,
): Promise<boolean> {
  if (metricRules[body.metric].code === 'D13') return false;
  const open = await openDataHealth(tx, body.modelVersionId);
  const concerned = siteId === undefined ? body.sites : [siteId];
  return open.isEverywhere || concerned.some((site) => open.siteIds.has(site));
}

/**
 * Turns `confirmed` off where data health came into doubt, and on again where the doubt is over, also where no case has
 * matured since. Only by this rule: nobody sets a state. @returns ledger entries that wait.
 */
export async function applyDataHealth(deps: MonitorDependencies, now: Instant): Promise<string[]> {
  return inTransaction(deps.database.db, async (tx) => {
    const pending: string[] = [];
    for (const id of await supportedStreamIds(tx)) {
      const before = await streamForUpdate(tx, id);
      const [claim] = await claims(tx, { ids: [before.claimId] });
      const isBlocked = await isBlockedByDataHealth(tx, claim!, before);
      const standing = new Stream(claim!.body, before).stateOf(before.reading, isBlocked);
      if (standing.state === before.state) continue;
      const after = { ...before, ...standing, changedAt: now };
      await saveStream(tx, after);
      pending.push(...(await announceChange(tx, { before, after, claim: claim!, deps, now })));
    }
    return pending;
  });
}
