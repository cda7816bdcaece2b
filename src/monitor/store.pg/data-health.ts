import { sql } from 'kysely';
import type { ModelVersionId, SiteId } from '#kernel';
import type { Tx } from '#platform/db';

/** Where data health is in doubt, for one version: at these sites, or everywhere. */
export interface OpenDataHealth {
  siteIds: ReadonlySet<SiteId>;
  isEverywhere: boolean;
}

/** The scopes of a version's open deficiencies of data health (D13), whoever raised them. */
export async function openDataHealth(tx: Tx, modelVersionId: ModelVersionId): Promise<OpenDataHealth> {
  const found = await sql<{ site_id: string | null }>`select distinct site_id from monitor_deficiency
    where code = 'D13' and state not in ('closed', 'dismissed') and model_version_id = ${modelVersionId}`.execute(tx);
  return {
    siteIds: new Set(found.rows.flatMap((row) => (row.site_id === null ? [] : [row.site_id as SiteId]))),
    isEverywhere: found.rows.some((row) => row.site_id === null),
  };
}

/** Live streams whose support process has reached its level and that nothing speaks against: these a doubt concerns. */
export async function supportedStreamIds(tx: Tx): Promise<string[]> {
  const found = await sql<{ id: string }>`select id from monitor_stream where ended_at is null
    and state in ('consistent', 'confirmed') and crossings @> '[{"kind": "support"}]' order by id`.execute(tx);
  return found.rows.map((row) => row.id);
}
