import type { ModelVersionId, SiteId } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';

/** Names for what screens show by id. */
export interface Names {
  site(id: SiteId | string | undefined): { code: string | null; name: string };
  version(id: ModelVersionId | string): string;
}

export async function namesOf(deps: MonitorDependencies, db: Db | Tx): Promise<Names> {
  const sites = new Map((await deps.people.sites(db)).map((site) => [site.id as string, site]));
  const versions = new Map(
    (await deps.develop.versions(db)).map((one) => [one.id as string, `${one.modelName} ${one.label}`]),
  );
  return {
    site: (id) => {
      const site = id === undefined ? undefined : sites.get(id);
      return { code: site?.code ?? null, name: site?.name ?? 'All sites' };
    },
    version: (id) => versions.get(id) ?? 'Unknown version',
  };
}
