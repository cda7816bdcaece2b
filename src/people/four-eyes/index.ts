export type { Executed, NewProposal, Presented, ProposalKind, Subject } from './kinds.ts';
export { type AskedCapacity, capacityOf, roleOf } from './model/capacity.ts';
export type { Proposal, ProposalId, ProposalOutcome, Title } from './model/proposal.ts';
export {
  type Capacity,
  complete,
  digestOf,
  type Part,
  partOf,
  rolesThatSign,
  type Seat,
  type Signature,
  type SigningRule,
} from './model/rule.ts';
export { type FourEyesRouteParts, fourEyesRoutes } from './routes.ts';
export { createFourEyes, type FourEyes, type FourEyesOptions, type RoleDirectory } from './service.ts';
