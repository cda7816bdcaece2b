import type { SiteId } from '#kernel';
import type { Identity, Permissions, Scope } from '#people';
import type { MonitorDependencies } from '../dependencies.ts';

export type ScopeOf = Permissions['scopeOf'];

/** Which cases somebody may see; of one site, where only that is asked for, and then all that is open there. */
export async function casesSeenBy(
  { deps, scopeOf }: { deps: MonitorDependencies; scopeOf: ScopeOf },
  identity: Identity,
  siteCode?: string,
): Promise<Scope> {
  const sites = siteCode === undefined ? [] : await deps.people.sites(deps.database.db);
  const siteId = sites.find(({ code }) => code === siteCode)?.id;
  return scopeOf(identity, 'monitor:read-cases', siteId === undefined ? undefined : { siteId });
}

/**
 * Whether sums over the cases of a site are shown exactly: to who may see cases there anyway, and assessors are among
 * them. Everybody else sees no cell of fewer than ten. Sums over all sites (`undefined`) are sums over every site.
 */
export const coversSite =
  ({ detail, sites }: Scope) =>
  (siteId: SiteId | undefined): boolean =>
    detail !== 'aggregates' && (sites === 'every' || (siteId !== undefined && sites.includes(siteId)));
