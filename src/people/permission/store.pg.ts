import { type RawBuilder, sql } from 'kysely';
import { type Instant, toIso } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { Scope } from './model.ts';
import { digestOfTexts, type PolicyTexts } from './policy-set.ts';

/** The policies in force, by the digest under which they came into it; undefined before the first start. */
export async function policiesInForce(db: Db | Tx): Promise<{ digest: string; texts: PolicyTexts } | undefined> {
  const found = await sql<{ digest: string; texts: PolicyTexts }>`
    select digest, texts from people_policy_in_force join people_policy_set using (digest)
    order by no desc limit 1`.execute(db);
  return found.rows[0];
}

export async function policyTexts(db: Db | Tx, digest: string): Promise<PolicyTexts | undefined> {
  const found = await sql<{ texts: PolicyTexts }>`
    select texts from people_policy_set where digest = ${digest}`.execute(db);
  return found.rows[0]?.texts;
}

/** Keeps texts by their digest; twice is once. */
export async function storePolicies(db: Db | Tx, texts: PolicyTexts, at: Instant): Promise<void> {
  await sql`insert into people_policy_set (digest, texts, stored_at)
    values (${digestOfTexts(texts)}, ${JSON.stringify(texts)}::jsonb, ${toIso(at)}) on conflict do nothing`.execute(db);
}

/** From `at` on these decide. They are stored already. */
export async function putInForce(
  tx: Tx,
  { digest, at, proposalId }: { digest: string; at: Instant; proposalId?: string },
): Promise<void> {
  // Of two who start at once, one is first.
  await sql`lock table people_policy_in_force in exclusive mode`.execute(tx);
  await sql`insert into people_policy_in_force (digest, since, proposal_id)
    values (${digest}, ${toIso(at)}, ${proposalId ?? null})`.execute(tx);
}

/**
 * The condition of a query for what somebody may see: `where ${siteCondition(scope, sql.ref('site_id'))}`. Rows outside
 * are never fetched. How much of a row may be shown is `scope.detail`, and the caller's to obey.
 */
export const siteCondition = ({ sites }: Pick<Scope, 'sites'>, column: RawBuilder<unknown>): RawBuilder<boolean> =>
  sites === 'every' ? sql<boolean>`true` : sql<boolean>`${column} = any(${[...sites]}::text[])`;
