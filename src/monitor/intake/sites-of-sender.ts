import type { LegalEntityId, Result, SiteId } from '#kernel';
import type { Tx } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import type { RowProblem } from '../model/intake-rows.ts';

/** The site that a row names, if its sender may write for it. */
export type SiteOfSender = (code: string) => Result<SiteId, RowProblem>;

export interface Sender {
  /** Undefined: the operator of this machine. */
  organisationId: LegalEntityId | undefined;
  /** Whether the sender may write for the sites of a legal entity; without it, for those of their own organisation. */
  maySendFor?: ((legalEntityId: LegalEntityId) => boolean) | undefined;
}

/**
 * Person-level data never cross a legal entity: whoever belongs to an organisation writes for its own sites only, or for
 * those of an organisation that has handed them a role. The operator of this machine belongs to none, and loads files for any.
 */
export async function sitesOfSender(
  deps: MonitorDependencies,
  tx: Tx,
  { organisationId, maySendFor = (owner) => organisationId === undefined || owner === organisationId }: Sender,
): Promise<SiteOfSender> {
  const sites = new Map((await deps.people.sites(tx)).map((site) => [site.code, site]));
  return (code) => {
    const site = sites.get(code);
    if (site === undefined) return refusal('unknown-site', 'No site has this code.');
    if (!maySendFor(site.legalEntityId)) {
      return refusal('not-your-site', 'This site belongs to another organisation than the sender.');
    }
    return { ok: true, value: site.id };
  };
}

const refusal = (code: string, detail: string): Result<SiteId, RowProblem> => ({
  ok: false,
  error: { pointer: '/site', code, detail },
});
