import type { Site } from '../model.ts';
import type { SiteDirectory } from './model.ts';

export interface SiteSnapshot extends SiteDirectory {
  /** Reads the sites anew; true if they are others than before. */
  refresh(): Promise<boolean>;
}

/** The sites at hand without asking the database for every decision. A site that is not in it belongs to nobody. */
export async function siteSnapshot(
  questions: { sites(): Promise<Site[]> },
  onOthers: () => void,
): Promise<SiteSnapshot> {
  let sites = await questions.sites();
  const keyOf = (all: readonly Site[]): string => all.map(({ id, legalEntityId }) => `${id} ${legalEntityId}`).join();
  return {
    sites: () => sites,
    refresh: async () => {
      const now = await questions.sites();
      if (keyOf(now) === keyOf(sites)) return false;
      sites = now;
      onOthers();
      return true;
    },
  };
}

/** The same people; whoever registers a site there finds it known to permission at once. */
export function tellingOfSites<P extends { registerSite(...given: never[]): Promise<Site> }>(
  people: P,
  onSite: () => Promise<unknown>,
): P {
  const registerSite: P['registerSite'] = (async (...given: Parameters<P['registerSite']>) => {
    const site = await people.registerSite(...given);
    await onSite();
    return site;
  }) as P['registerSite'];
  return { ...people, registerSite };
}
