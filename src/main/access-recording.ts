import type { Access, AccessRecord, Identity, Permissions, Resource, Site } from '#people';
import type { PersonLevelAccess } from '#platform/http';

interface Parts {
  accessRecord: AccessRecord;
  permissions: Permissions;
  sites(): Promise<Site[]>;
}

/**
 * What the server records before it answers: one record for each site whose cases are shown, with the legal entity
 * whose data it is, and under which emergency access it was opened, if it was.
 */
export function accessRecording({
  accessRecord,
  permissions,
  sites,
}: Parts): (access: PersonLevelAccess<Identity>) => Promise<void> {
  const siteOf = siteByCode(sites);
  return async (access: PersonLevelAccess<Identity>): Promise<void> => {
    const { identity } = access;
    // Who did not sign in was shown nothing, and is nobody whom a record could name: the log counts such requests.
    if (identity === undefined || (identity.kind === 'visitor' && access.outcome === 'refused')) return;
    const shared = {
      identity,
      requestId: access.requestId,
      outcome: access.outcome,
      action: access.action,
      objectKind: access.objectKind,
    };
    const bySite = new Map<string | undefined, string[]>();
    for (const { id, site } of access.objects) {
      const ids = bySite.get(site);
      if (ids === undefined) bySite.set(site, [id]);
      else ids.push(id);
    }
    if (bySite.size === 0) bySite.set(undefined, []);
    const records: Access[] = [];
    for (const [code, objectIds] of bySite) {
      const site = code === undefined ? undefined : await siteOf(code);
      const legalEntityId = site?.legalEntityId ?? identity.organisationId;
      const isForeign = legalEntityId !== identity.organisationId;
      const opened = isForeign
        ? identity.relations.breakGlass.find(({ organisationId }) => organisationId === legalEntityId)
        : undefined;
      records.push({
        ...shared,
        purpose: opened === undefined ? 'monitoring' : 'care',
        policyIds: policiesOf(permissions, identity, access.action, site && { siteId: site.id, legalEntityId }),
        siteId: site?.id,
        legalEntityId,
        objectIds,
        count: objectIds.length,
        breakGlassId: opened?.id,
      });
    }
    await accessRecord.record(records);
  };
}

/** The policies by which somebody may do this at a site; none where only the whole of the installation was asked about. */
export function policiesOf(
  permissions: Permissions,
  identity: Identity,
  action: string,
  resource?: Resource,
): string[] {
  return permissions.decide(identity, action, resource).policies.map(({ id }) => id);
}

/** A site belongs to its legal entity for ever, so what is known once stays true; only new sites are asked for. */
function siteByCode(sites: () => Promise<Site[]>): (code: string) => Promise<Site | undefined> {
  let known = new Map<string, Site>();
  return async (code) => {
    if (!known.has(code)) known = new Map((await sites()).map((site) => [site.code, site]));
    return known.get(code);
  };
}
