import type { CertificateId, Instant, LegalEntityId, ModelVersionId, SiteId } from '#kernel';
import type { ChangeComparison, ClaimVerdict } from '../ports.ts';
import type { Actor, Signature } from './events.ts';
import type { Route } from './state.ts';

/** What every command carries. */
export interface Envelope {
  at: Instant;
  actor: Actor;
  reason: string;
  /** Digests of the evidence that the actor had open. */
  evidenceSeen: string[];
  /** SHA-256 of the document of the authority, assessor or hospital that this act mirrors. */
  documentDigest?: string;
}

/** A model version that a certificate covers or shall cover at some sites. */
export interface VersionRef {
  id: ModelVersionId;
  digest: string;
  /** What a reader calls it, e.g. `ProstateRisk 2.1`. */
  label: string;
}

/** Acts that raise a status, or bring a new version: two persons sign what they saw. */
export type RaisingAct =
  | { type: 'issueProvisional'; plan: 'shadow' | 'clinical-investigation' }
  | { type: 'renewProvisional' }
  | { type: 'issue'; validUntil?: Instant }
  | { type: 'liftCondition'; conditionId: string }
  | { type: 'liftRestriction'; restrictionId: string }
  | { type: 'liftSiteStop'; siteId: SiteId }
  | { type: 'reinstate'; siteIds: SiteId[] }
  | {
      type: 'release';
      candidate: VersionRef & { siteIds: SiteId[]; referenceVersionIds: ModelVersionId[] };
      comparisons: ChangeComparison[];
      claims: ClaimVerdict[];
    };
export type RaisingType = RaisingAct['type'];

/** Acts of one person, effective at once; none of them raises. */
export type ImmediateAct =
  | {
      type: 'create';
      certificateId: CertificateId;
      name: string;
      purpose: string;
      route: Route;
      legalEntity: { id: LegalEntityId; name: string };
      version: VersionRef;
      sites: { id: SiteId; name: string }[];
      claims: ClaimVerdict[];
    }
  | { type: 'submit' }
  | { type: 'refuse' }
  | { type: 'imposeCondition'; text: string; siteIds?: SiteId[]; deadline?: Instant }
  | { type: 'restrict'; predicate: string; siteIds?: SiteId[] }
  | { type: 'suspend'; siteIds?: SiteId[] }
  | { type: 'withdraw' }
  | { type: 'supersede'; by: CertificateId }
  | { type: 'siteStop'; siteId: SiteId }
  | { type: 'requestStop'; siteIds?: SiteId[] }
  | { type: 'answerStopRequest'; requestId: string; outcome: 'stopped' | 'not-stopped' }
  | { type: 'answerTask'; taskId: string; outcome: 'confirmed' | 'rejected' }
  | { type: 'refuseChange'; candidateVersionId: ModelVersionId };
export type ImmediateType = ImmediateAct['type'];

/** What the machine reports: new evidence, or that time has passed. */
export type MachineAct = { type: 'claimVerdict'; verdicts: ClaimVerdict[] } | { type: 'tick' };

export type RaisingCommand = Envelope &
  RaisingAct & {
    signatures: Signature[];
    /** Whether a second organisation with a role that may sign exists in this installation. */
    anotherOrganisation: boolean;
  };
export type ImmediateCommand = Envelope & ImmediateAct;
export type MachineCommand = Envelope & MachineAct;
export type Command = RaisingCommand | ImmediateCommand | MachineCommand;
export type CommandType = Command['type'];

export const raisingTypes: readonly RaisingType[] = [
  'issueProvisional',
  'renewProvisional',
  'issue',
  'liftCondition',
  'liftRestriction',
  'liftSiteStop',
  'reinstate',
  'release',
];

/** True for an act that two persons sign. */
export const isRaising = (command: Command): command is RaisingCommand =>
  (raisingTypes as readonly string[]).includes(command.type);
