import type { Instant } from '#kernel';
import type { Identity } from '#people';
import type { Route } from '#platform/http';
import type { CertifyParts } from './carrying-out.ts';
import { type Reconsideration, reconsider } from './jobs.ts';
import { defaultLawProfile } from './law-profile.ts';
import { raises } from './proposal-kinds.ts';
import { type CertifyQuestions, certifyQuestions } from './questions.ts';
import { certifyRoutes } from './routes.ts';
import { type CertifyService, certifyService } from './service.ts';
import { pgCertifyStore } from './store.pg.ts';

export type { Reconsideration } from './jobs.ts';
export { defaultLawProfile } from './law-profile.ts';
export type { LawProfile, RankedStatus, Status } from './model/index.ts';
export type {
  ChangeComparison,
  ClaimVerdict,
  Consequence,
  Develop,
  Directory,
  EvidenceState,
  LedgerAct,
  LedgerPort,
  ModelVersion,
  MonitorQuestions,
} from './ports.ts';
export type { CertifyQuestions, ServingAnswer, ServingMode } from './questions.ts';
export { assuranceNote } from './sentences.ts';
export type { CertifyService } from './service.ts';

export interface Certify {
  service: CertifyService;
  questions: CertifyQuestions;
  routes: Route<Identity>[];
  /** To be called at least every five minutes, and after new evidence: a status that is older is not served. */
  reconsider(now: Instant): Promise<Reconsideration>;
}

/** The room, put together from what `main/` plugs in. */
export function createCertify(
  options: Omit<CertifyParts, 'store' | 'profile'> & Partial<Pick<CertifyParts, 'profile'>>,
): Certify {
  const parts: CertifyParts = { profile: defaultLawProfile, ...options, store: pgCertifyStore };
  for (const raise of raises(parts)) parts.fourEyes.register(raise);
  const service = certifyService(parts);
  const questions = certifyQuestions(parts);
  return {
    service,
    questions,
    routes: certifyRoutes({ service, questions }),
    reconsider: (now) => reconsider(parts, now),
  };
}
