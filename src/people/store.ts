import type { Id, Instant, LegalEntityId, PersonId } from '#kernel';
import type { Identity, Organisation, Person, Role, Site } from './model.ts';

export interface RoleHolding {
  personId: PersonId;
  organisationId: LegalEntityId;
  role: Role;
  from: Instant;
  until: Instant | undefined;
  /** Who gave it, and in which role; undefined for a machine. */
  grant: { by: string; as: Role | undefined };
  /** True if it is in force only once a second person has confirmed it. */
  awaitsConfirmation: boolean;
  /** Id of the provider whose claims gave it; absent: given inside this house. The two are never mixed. */
  source?: string;
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
  addPerson(person: Omit<Person, 'roles' | 'rolesAwaiting' | 'isDisabled'>, at: Instant): Promise<void>;
  addRole(holding: RoleHolding): Promise<void>;
  /** Ends, from `at` on, what is held by that source now. */
  endRole(ended: { personId: PersonId; role: Role; source: string; at: Instant }): Promise<void>;
  /** Makes others who lock the same organisation wait until the transaction ends. */
  lockOrganisation(id: LegalEntityId): Promise<void>;
  /** Whether anybody at the organisation holds, or ever held, the role in force. */
  everHadRole(organisationId: LegalEntityId, role: Role): Promise<boolean>;
  organisations(): Promise<Organisation[]>;
  sites(): Promise<Site[]>;
  /** Persons with the roles they hold at that instant; with `source`, only those that came from there. */
  persons(at: Instant, only?: { demo?: boolean; id?: string; source?: string }): Promise<Person[]>;

  addToken(token: AccessToken, sha256: string): Promise<void>;
  tokens(organisationId: LegalEntityId): Promise<AccessToken[]>;
  /** The machine of a token that is valid at `at`; notes its use, at most once a minute. */
  tokenIdentity(sha256: string, at: Instant): Promise<Identity | undefined>;
  /** False if there is no such token, of that organisation, that is still in force. */
  revokeToken(revocation: { id: string; organisationId: LegalEntityId; by: string; at: Instant }): Promise<boolean>;
}
