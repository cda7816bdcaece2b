import type { Id, Instant, LegalEntityId, PersonId } from '#kernel';
import type { Identity, Organisation, Person, Role, Site } from './model.ts';

export interface RoleHolding {
  personId: PersonId;
  organisationId: LegalEntityId;
  role: Role;
  from: Instant;
  until: Instant | undefined;
}

/** What a machine's access is, without its secret. */
export interface AccessToken {
  id: Id<'token'>;
  name: string;
  organisationId: LegalEntityId;
  scopes: string[];
  issuedBy: string;
  issuedAt: Instant;
  expiresAt: Instant;
  lastUsedAt: Instant | undefined;
  revokedAt: Instant | undefined;
}

/** What people are kept in. All of it works on one connection: the caller decides what belongs to one transaction. */
export interface PeopleStore {
  addOrganisation(organisation: Organisation, at: Instant): Promise<void>;
  addSite(site: Site, at: Instant): Promise<void>;
  addPerson(person: Omit<Person, 'roles'>, at: Instant): Promise<void>;
  addRole(holding: RoleHolding): Promise<void>;
  organisations(): Promise<Organisation[]>;
  sites(): Promise<Site[]>;
  /** Persons with the roles they hold at that instant. */
  persons(at: Instant, only?: { demo?: boolean; id?: string }): Promise<Person[]>;

  addSession(session: { sha256: string; personId: PersonId; createdAt: Instant; expiresAt: Instant }): Promise<void>;
  /** The person of a session that is valid at `at`. */
  sessionPerson(sha256: string, at: Instant): Promise<PersonId | undefined>;
  endSession(sha256: string, at: Instant): Promise<void>;
  dropSessionsExpiredBefore(at: Instant): Promise<number>;

  addLink(link: { sha256: string; personId: PersonId; createdAt: Instant; expiresAt: Instant }): Promise<void>;
  /** Uses up a link that is valid at `at`, in one step: of two who try at once, one gets the person. */
  spendLink(sha256: string, at: Instant): Promise<PersonId | undefined>;
  dropLinksExpiredBefore(at: Instant): Promise<void>;

  addToken(token: AccessToken, sha256: string): Promise<void>;
  tokens(organisationId: LegalEntityId): Promise<AccessToken[]>;
  /** The machine of a token that is valid at `at`; notes its use, at most once a minute. */
  tokenIdentity(sha256: string, at: Instant): Promise<Identity | undefined>;
  /** False if there is no such token, of that organisation, that is still in force. */
  revokeToken(revocation: { id: string; organisationId: LegalEntityId; by: string; at: Instant }): Promise<boolean>;
}
