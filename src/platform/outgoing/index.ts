export { type OutgoingAnswer, type OutgoingRequest, outgoing, outgoingFetch } from './outgoing.ts';
export type { OutgoingPolicy } from './policy.ts';
