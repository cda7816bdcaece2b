import type { CertificateId, Instant, SiteId } from '#kernel';
import type { CertifyParts } from './carrying-out.ts';
import {
  type CertificateState,
  effectiveStatusAt,
  evolve,
  isLower,
  payloadAt,
  rankOf,
  replay,
  type SiteState,
  type Status,
  servedBases,
} from './model/index.ts';
import { reasonsAt, statusInWords, statusSentence } from './sentences.ts';
import type { StoredCertificate, StoredEvent } from './store.ts';

export interface CertificateHistory {
  state: CertificateState;
  checkedAt: Instant | undefined;
  events: StoredEvent[];
}

/** How the AI may run: `shadow` predicts unseen, so that evidence for a return can exist. */
export type ServingMode = 'on' | 'shadow' | 'off';

export interface ServingAnswer {
  show: boolean;
  mode: ServingMode;
  effectiveStatus: Status | 'unknown';
  conditions: string[];
  /** Who is excluded: the viewer must not show the output for them. */
  exclusions: string[];
  why: string;
  certificateId: CertificateId | undefined;
  statusAsOf: Instant | undefined;
  /** For how long a viewer may go on with this answer. */
  validForSeconds: number;
}

export interface ServingQuestion {
  /** Digest or id. */
  modelVersion: string;
  /** Code or id. */
  site: string;
  /** The viewer has checked that the exam lies outside every exclusion. */
  isOutsideExclusions: boolean;
}

export interface CertifyQuestions {
  certificates(asOf?: Instant): Promise<StoredCertificate[]>;
  certificate(id: CertificateId, asOf?: Instant): Promise<CertificateHistory | undefined>;
  /** May this version be shown at this site now? No whenever it is not known. */
  mayBeShown(question: ServingQuestion): Promise<ServingAnswer>;
}

export const certifyQuestions = (parts: CertifyParts): CertifyQuestions => ({
  certificates: (asOf) => certificates(parts, asOf),
  certificate: (id, asOf) => certificate(parts, id, asOf),
  mayBeShown: (question) => mayBeShown(parts, question),
});

async function certificates({ db, store }: CertifyParts, asOf: Instant | undefined): Promise<StoredCertificate[]> {
  if (asOf === undefined) return store.certificates(db);
  const byCertificate = new Map<string, CertificateState>();
  for (const { event } of await store.events(db, { asOf })) {
    byCertificate.set(event.certificateId, evolve(byCertificate.get(event.certificateId), event));
  }
  return [...byCertificate.values()].map((state) => ({ state, checkedAt: undefined }));
}

async function certificate(
  { db, store }: CertifyParts,
  id: CertificateId,
  asOf: Instant | undefined,
): Promise<CertificateHistory | undefined> {
  const now = await store.certificate(db, id);
  if (now === undefined) return undefined;
  const events = await store.events(db, { certificateId: id, ...(asOf === undefined ? {} : { asOf }) });
  const state = asOf === undefined ? now.state : replay(events.map((one) => one.event));
  if (state === undefined) return undefined;
  return { state, checkedAt: asOf === undefined ? now.checkedAt : undefined, events };
}

async function mayBeShown(parts: CertifyParts, question: ServingQuestion): Promise<ServingAnswer> {
  try {
    return await judged(parts, question);
  } catch {
    return no('The status could not be read, so nothing is shown.');
  }
}

async function judged(parts: CertifyParts, question: ServingQuestion): Promise<ServingAnswer> {
  const { db, store, clock, directory, profile } = parts;
  const site = (await directory.sites()).find((one) => one.id === question.site || one.code === question.site);
  if (site === undefined) return no('This site is not known here.');
  const candidates = (await store.certificates(db)).flatMap((stored) => {
    const found = stored.state.sites.find((one) => one.id === site.id && isVersion(one, question.modelVersion));
    return found === undefined ? [] : [stored];
  });
  // A draft, or a certificate that ended, says nothing where another is in force; of several in force the worst wins.
  const inForce = candidates.filter(({ state }) => servedBases.includes(state.base));
  const [worst] = [...(inForce.length > 0 ? inForce : candidates)].sort(
    (a, b) => rankAt(a.state, site.id) - rankAt(b.state, site.id),
  );
  if (worst === undefined) return no('No certificate covers this version at this site.');
  const { state, checkedAt } = worst;
  const effectiveStatus = effectiveStatusAt(state, site.id);
  const known = { certificateId: state.id, statusAsOf: checkedAt, effectiveStatus };
  if (checkedAt === undefined) return { ...no('The evidence has not been read yet, so nothing is shown.'), ...known };
  const ageSeconds = (clock.now() - checkedAt) / 1000;
  if (ageSeconds < 0 || ageSeconds > profile.statusAgeMaxSeconds) {
    const age = minutesInWords(profile.statusAgeMaxSeconds);
    const why = `The status is older than ${age}, or from the future: nothing is shown until it is read again.`;
    return { ...no(why), ...known };
  }
  const validForSeconds = Math.floor(profile.statusAgeMaxSeconds - ageSeconds);
  return { ...answerFor(state, site.id, question.isOutsideExclusions), validForSeconds, statusAsOf: checkedAt };
}

function answerFor(
  state: CertificateState,
  siteId: SiteId,
  isOutsideExclusions: boolean,
): Omit<ServingAnswer, 'validForSeconds' | 'statusAsOf'> {
  const effectiveStatus = effectiveStatusAt(state, siteId);
  const payload = payloadAt(state, siteId);
  const answer = { effectiveStatus, ...payload, why: statusSentence(state, siteId), certificateId: state.id };
  const mode = modeOf(effectiveStatus);
  if (mode !== 'on') return { ...answer, show: false, mode };
  if (payload.exclusions.length > 0 && !isOutsideExclusions) {
    const why = `${answer.why} Show it only for exams outside the exclusions, and say in the question that this was checked.`;
    return { ...answer, why, show: false, mode };
  }
  // Restricted without a stated exclusion is a restriction that nobody could obey: it is not served.
  const isUnstated = effectiveStatus === 'restricted' && payload.exclusions.length === 0;
  return { ...answer, show: !isUnstated, mode };
}

/** What a status means for serving. A suspended or provisional version runs unseen; what has ended does not run. */
export function modeOf(status: Status): ServingMode {
  if (status === 'suspended' || status === 'provisional') return 'shadow';
  return isLower('suspended', status) ? 'on' : 'off';
}

const isVersion = (site: SiteState, asked: string): boolean =>
  site.modelVersionId === asked || site.modelDigest === asked;

const rankAt = (state: CertificateState, siteId: SiteId): number => rankOf(effectiveStatusAt(state, siteId));

const minutesInWords = (seconds: number): string => `${Math.round(seconds / 60)} minutes`;

const no = (why: string): ServingAnswer => ({
  show: false,
  mode: 'off',
  effectiveStatus: 'unknown',
  conditions: [],
  exclusions: [],
  why,
  certificateId: undefined,
  statusAsOf: undefined,
  validForSeconds: 0,
});

/** The words a list shows for one site. */
export const siteInWords = (state: CertificateState, siteId: SiteId) => ({
  sentence: statusSentence(state, siteId),
  statusWords: statusInWords(effectiveStatusAt(state, siteId)),
  reasons: reasonsAt(state, siteId),
});
