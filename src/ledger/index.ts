export type { Act, ActKind, OriginKind } from './model.ts';
export { actKinds, chainPlaceOf, entryBytesMax, kindOf, originKinds, predicateBase, predicateTypeOf } from './model.ts';
export type { ConsistencyProof, EntryPage, EntryView, InclusionProof, LedgerQuestions } from './questions.ts';
export { ledgerRoutes } from './routes.ts';
export { type Ledger, type LedgerOptions, openLedger } from './service.ts';
export type { EntryQuery, SignedCheckpoint } from './store.ts';
export {
  failureLine,
  type LedgerCheck,
  type LedgerFailure,
  type LedgerVerdict,
  type VerifyOptions,
  verifyLedger,
  verifyStoredLedger,
} from './verify-ledger.ts';
