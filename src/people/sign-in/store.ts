import type { Id, Instant, LegalEntityId, PersonId } from '#kernel';
import type { SignedIn } from '../model.ts';

/** An open session: whose, and how it was opened. */
export interface Session {
  id: Id<'session'>;
  personId: PersonId;
  signedIn: SignedIn;
  createdAt: Instant;
  lastSeenAt: Instant;
  /** The account at the provider, by which its back-channel logout finds this session. */
  account?: { issuer: string; subject: string; sid: string | undefined } | undefined;
}

/** A session is valid at `at` if it has not ended, is not too old, and was used after `seenAfter`. */
export interface Validity {
  at: Instant;
  seenAfter: Instant;
}

export interface SignInTransaction {
  browserSha256: string;
  provider: string;
  nonce: string;
  codeVerifier: string;
  redirectUri: string;
  returnTo: string;
  isStepUp: boolean;
  sessionSha256: string | undefined;
  personId: PersonId | undefined;
  invitationSha256: string | undefined;
}

export type LinkPurpose = 'sign-in' | 'invitation';

/** What sign-in keeps. Secrets come as their SHA-256 only. */
export interface SignInStore {
  addSession(session: Session & { sha256: string; expiresAt: Instant }): Promise<void>;
  session(sha256: string, validity: Validity): Promise<Session | undefined>;
  sessionsOf(personId: PersonId, validity: Validity): Promise<Session[]>;
  noteSeen(sha256: string, at: Instant): Promise<void>;
  endSession(sha256: string, at: Instant): Promise<void>;
  /** Ends one of a person's sessions by its id, or all of them. @returns how many. */
  endSessionsOf(personId: PersonId, at: Instant, only?: string): Promise<number>;
  endSessionsOfAccount(
    account: { issuer: string; subject: string | undefined; sid: string | undefined },
    at: Instant,
  ): Promise<number>;
  dropSessionsExpiredBefore(at: Instant): Promise<void>;

  addLink(link: {
    sha256: string;
    personId: PersonId;
    purpose: LinkPurpose;
    createdAt: Instant;
    expiresAt: Instant;
  }): Promise<void>;
  /** Uses up a link that is valid at `at`, in one step: of two who try at once, one gets the person. */
  spendLink(sha256: string, purpose: LinkPurpose, at: Instant): Promise<PersonId | undefined>;
  /** Whose link it is or was, used or not. */
  personOfLink(sha256: string): Promise<PersonId | undefined>;
  dropLinksExpiredBefore(at: Instant): Promise<void>;

  addTransaction(
    stateSha256: string,
    begun: SignInTransaction,
    time: { at: Instant; expiresAt: Instant },
  ): Promise<void>;
  /** Takes a transaction that is valid at `at` out of the store, in one step: an answer counts once. */
  takeTransaction(stateSha256: string, at: Instant): Promise<SignInTransaction | undefined>;

  personOfAccount(issuer: string, subject: string): Promise<PersonId | undefined>;
  /** Whether an account in force is bound to this person. Two who ask at once wait for each other. */
  hasAccount(personId: PersonId): Promise<boolean>;
  bindAccount(account: {
    issuer: string;
    subject: string;
    personId: PersonId;
    provider: string;
    at: Instant;
  }): Promise<void>;
  unbindAccount(issuer: string, subject: string, at: Instant): Promise<void>;

  /** False if it was seen before. What is too old to be valid is forgotten. */
  noteStatement(statement: { issuer: string; id: string; expiresAt: Instant; at: Instant }): Promise<boolean>;
}

/** A machine that fetches its own short-lived tokens. */
export interface OAuthClient {
  id: Id<'client'>;
  name: string;
  organisationId: LegalEntityId;
  scopes: string[];
  /** How it proves who it is: a secret, keys, a certificate that a proxy saw. */
  secretSha256: string | undefined;
  jwks: { keys: Record<string, unknown>[] } | undefined;
  certificateSha256: string | undefined;
  createdBy: string;
  createdAt: Instant;
  expiresAt: Instant;
  lastUsedAt: Instant | undefined;
  revokedAt: Instant | undefined;
}

export interface MachineStore {
  addClient(client: OAuthClient): Promise<void>;
  clients(organisationId: LegalEntityId): Promise<OAuthClient[]>;
  /** A client in force at `at`. */
  client(id: string, at: Instant): Promise<OAuthClient | undefined>;
  noteClientUse(id: string, at: Instant): Promise<void>;
  revokeClient(revocation: { id: string; organisationId: LegalEntityId; by: string; at: Instant }): Promise<boolean>;
  addAccessToken(token: {
    sha256: string;
    clientId: string;
    scopes: readonly string[];
    certificateSha256: string | undefined;
    issuedAt: Instant;
    expiresAt: Instant;
  }): Promise<void>;
  /** The client of an access token, both in force at `at`, with the token's own scopes. */
  accessToken(
    sha256: string,
    at: Instant,
  ): Promise<
    | (Pick<OAuthClient, 'id' | 'name' | 'organisationId' | 'scopes'> & { certificateSha256: string | undefined })
    | undefined
  >;
}
