import type { Develop } from '#develop';
import type { Clock, LegalEntityId, SiteId } from '#kernel';
import type { Ledger } from '#ledger';
import type { FourEyes } from '#people';
import type { Database, Db, Tx } from '#platform/db';

/** What monitor asks of the rooms on its left; narrow, so that a test can give it a few lines. */
export interface SiteDirectory {
  sites(db: Db | Tx): Promise<{ id: SiteId; code: string; name: string; legalEntityId: LegalEntityId }[]>;
}

export interface MonitorDependencies {
  database: Database;
  clock: Clock;
  ledger: Pick<Ledger, 'record' | 'sequenced' | 'questions' | 'originKind'>;
  people: SiteDirectory;
  /** What takes two persons is signed there. */
  fourEyes: Pick<FourEyes, 'register' | 'propose' | 'proposals'>;
  develop: Pick<Develop, 'versions' | 'modelVersion' | 'addCandidate' | 'decideCandidate'>;
}
