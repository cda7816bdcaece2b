import { addDays, dayOf, type Instant, normalDraw, type Random, seededRandom, startOfDay } from '#kernel';
import {
  type Hospital,
  hospitals,
  type ScannerUpgrade,
  type SiteCode,
  simulatedFrom,
  simulatedUntil,
} from './hospitals.ts';

/** A biopsy result as the pathologist reported it. */
export interface ReportedOutcome {
  reportedAt: Instant;
  /** ISUP grade group 2 or higher. */
  isCsPca: boolean;
}

/** One exam of the simulated world: what the AI said, what is true, and what would become known. */
export interface SimulatedCase {
  siteCode: SiteCode;
  /** Looks random, is seeded. */
  caseId: string;
  /** The man; some come twice. */
  pseudonym: string;
  examinedAt: Instant;
  predictedAt: Instant;
  /** Probability that the original version of the model gives, six decimals, strictly between 0 and 1. */
  probability: number;
  /** Standard deviation of the probability over the model's ensemble. */
  uncertainty: number;
  /** PI-QUAL v2: 1 inadequate, 2 acceptable, 3 optimal. */
  imageQuality: 1 | 2 | 3;
  /** Conformal p-value of the exam among the training exams; 0.01 or less is rare. In (0, 1]. */
  rarityP: number;
  /** The hidden truth. Nothing but the simulation may read it. */
  isCsPca: boolean;
  /** The result that a referral for biopsy would bring; absent for a man who refuses. */
  ifReferred?: ReportedOutcome;
  /** A later revision by pathology, if the referral would bring one. */
  correction?: ReportedOutcome;
  /** The clinician refers him even if the AI is negative and the audit does not select him. */
  isReferredAnyway: boolean;
}

/** What happened to a case at run time: decided by the version in use and by the audit sampler. */
export interface Referral {
  /** The version that clinicians see gave a probability at or above its decision threshold. */
  isFlagged: boolean;
  isSelectedForAudit: boolean;
}

/** The reports that reach Hortus for a case, in order of time: none, one, or one and its correction. */
export function reportsOf(simulated: SimulatedCase, referral: Referral): ReportedOutcome[] {
  const isReferred = referral.isFlagged || referral.isSelectedForAudit || simulated.isReferredAnyway;
  if (!isReferred || simulated.ifReferred === undefined) return [];
  return simulated.correction === undefined ? [simulated.ifReferred] : [simulated.ifReferred, simulated.correction];
}

/**
 * The whole simulated world, five years and three hospitals, in order of prediction.
 * @param seed any text; the same seed gives the same world on every machine. Each hospital draws from a stream of its own.
 * @returns more than 20,000 cases. Cost: linear, about 0.2 s.
 */
export function simulate(seed: string): SimulatedCase[] {
  return hospitals
    .flatMap((hospital) => simulateHospital(hospital, seededRandom(`${seed}/${hospital.code.toLowerCase()}`)))
    .sort((a, b) => a.predictedAt - b.predictedAt || (a.caseId < b.caseId ? -1 : 1));
}

export interface SimulatedWeek {
  /** Monday, 00:00 UTC. */
  startsAt: Instant;
  /** In order of prediction. */
  cases: SimulatedCase[];
}

/** The world week by week, quiet weeks included, for a clock that advances by weeks. */
export function* weeksOf(cases: readonly SimulatedCase[]): Generator<SimulatedWeek> {
  let at = 0;
  const lastDay = startOfDay(simulatedUntil);
  for (let startsAt = firstMonday; startsAt <= lastDay; startsAt = addDays(startsAt, 7)) {
    const from = at;
    while (at < cases.length && cases[at]!.predictedAt < addDays(startsAt, 7)) at++;
    yield { startsAt, cases: cases.slice(from, at) };
  }
}

/** Monday of the week that holds the first simulated day. */
const firstMonday = addDays(startOfDay(simulatedFrom), -((new Date(startOfDay(simulatedFrom)).getUTCDay() + 6) % 7));

/** Exams per weekday, Monday first: a few on Saturdays, none on Sundays. */
const weekdayShare = [0.22, 0.21, 0.2, 0.2, 0.16, 0.01, 0];

function simulateHospital(hospital: Hospital, random: Random): SimulatedCase[] {
  const cases: SimulatedCase[] = [];
  const lastDay = startOfDay(simulatedUntil);
  const firstDay = startOfDay(hospital.opensOn);
  for (let day = firstDay; day <= lastDay; day = addDays(day, 1)) {
    const weekday = (new Date(day).getUTCDay() + 6) % 7;
    const mean = hospital.examsPerWeek * weekdayShare[weekday]! * seasonOf(day);
    const examsToday = poissonDraw(mean, random);
    for (let i = 0; i < examsToday; i++) cases.push(simulateCase({ hospital, day, earlier: cases, random }));
  }
  return cases;
}

/** Half a service around the turn of the year, a little less in summer. */
function seasonOf(day: Instant): number {
  const monthAndDay = dayOf(day).slice(5);
  if (monthAndDay >= '12-24' || monthAndDay <= '01-02') return 0.5;
  return monthAndDay >= '07-15' && monthAndDay <= '08-20' ? 0.8 : 1;
}

interface CaseOptions {
  hospital: Hospital;
  day: Instant;
  /** The hospital's cases so far, in order of day. */
  earlier: readonly SimulatedCase[];
  random: Random;
}

const minuteMs = 60_000;

function simulateCase({ hospital, day, earlier, random }: CaseOptions): SimulatedCase {
  const minuteOfDay = 7 * 60 + 30 + Math.floor(random() * 10 * 60);
  const examinedAt = (day + minuteOfDay * minuteMs + Math.floor(random() * minuteMs)) as Instant;
  const predictedAt = (examinedAt + Math.round((20 + 40 * random()) * minuteMs)) as Instant;
  const imageQuality = drawImageQuality(hospital, random);
  const risk = drawRisk(imageQuality, random);
  const isCsPca = random() < expit(risk);
  const upgrade =
    hospital.upgrade !== undefined && day >= startOfDay(hospital.upgrade.on) ? hospital.upgrade : undefined;
  const probability = toProbability(upgrade === undefined ? risk : distorted(risk, upgrade, random));
  const spread =
    (0.15 + 0.15 * (3 - imageQuality) + (upgrade === undefined ? 0 : 0.2)) * Math.exp(0.4 * normalDraw(random));
  return {
    siteCode: hospital.code,
    caseId: `case_${drawText(20, random)}`,
    pseudonym: returningMan(earlier, day, random) ?? `ps_${drawText(20, random)}`,
    examinedAt,
    predictedAt,
    probability,
    uncertainty: rounded(Math.min(0.5, probability * (1 - probability) * 2 * spread), 4),
    imageQuality,
    // Images of the new scanner look a little unfamiliar: their p-values crowd towards zero.
    rarityP: rounded(Math.max(1e-4, random() ** (upgrade === undefined ? 1 : 1.8)), 4),
    isCsPca,
    ...drawReferral(predictedAt, isCsPca, random),
  };
}

function drawImageQuality(hospital: Hospital, random: Random): 1 | 2 | 3 {
  const draw = random();
  const [inadequate, acceptable] = hospital.imageQuality;
  return draw < inadequate ? 1 : draw < inadequate + acceptable ? 2 : 3;
}

/** Mean and spread of the log-odds by image quality: the poorer the images, the less they tell. Prevalence stays. */
const riskByQuality = {
  1: { mean: -1.7, sd: 1.9 },
  2: { mean: -2, sd: 2.5 },
  3: { mean: -2.1, sd: 2.7 },
} as const;

/** The log-odds of csPCa given everything the model can see: a model that shows them is perfectly calibrated. */
const drawRisk = (quality: 1 | 2 | 3, random: Random): number =>
  riskByQuality[quality].mean + riskByQuality[quality].sd * normalDraw(random);

function distorted(risk: number, upgrade: ScannerUpgrade, random: Random): number {
  const seen = risk + upgrade.noise * normalDraw(random) - (random() < upgrade.drownedShare ? upgrade.drownedFall : 0);
  return upgrade.shownPivot + upgrade.stretch * (seen - upgrade.pivot);
}

/** Six decimals is the score quantisation of the demonstration; 0 and 1 are never claimed. */
const toProbability = (logOdds: number): number => Math.min(0.999999, Math.max(0.000001, rounded(expit(logOdds), 6)));

/** About one exam in sixteen is of a man seen half a year ago or longer, in whom no cancer was found then. */
function returningMan(earlier: readonly SimulatedCase[], day: Instant, random: Random): string | undefined {
  if (random() >= 1 / 16) return undefined;
  let [from, to] = [0, earlier.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (earlier[middle]!.predictedAt < addDays(day, -180)) from = middle + 1;
    else to = middle;
  }
  if (from === 0) return undefined;
  const man = earlier[Math.floor(random() * from)]!;
  return man.isCsPca ? undefined : man.pseudonym;
}

const refusedShare = 0.012;
const lateShare = 0.008;
const revisedShare = 0.003;
const referredAnywayShare = { withCsPca: 0.08, without: 0.03 };

function drawReferral(
  predictedAt: Instant,
  isCsPca: boolean,
  random: Random,
): Pick<SimulatedCase, 'ifReferred' | 'correction' | 'isReferredAnyway'> {
  const isReferredAnyway = random() < (isCsPca ? referredAnywayShare.withCsPca : referredAnywayShare.without);
  const fate = random();
  const promptDays = Math.min(85, 8 + 24 * Math.exp(0.45 * normalDraw(random)));
  const lateDays = 95 + 120 * random();
  const isRevised = random() < revisedShare;
  const revisedAfterDays = 14 + 150 * random();
  if (fate < refusedShare) return { isReferredAnyway };
  const reportedAt = addDays(predictedAt, rounded(fate < refusedShare + lateShare ? lateDays : promptDays, 3));
  if (!isRevised) return { isReferredAnyway, ifReferred: { reportedAt, isCsPca } };
  return {
    isReferredAnyway,
    ifReferred: { reportedAt, isCsPca: !isCsPca },
    correction: { reportedAt: addDays(reportedAt, rounded(revisedAfterDays, 3)), isCsPca },
  };
}

const expit = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

function drawText(length: number, random: Random): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(random() * 32)];
  return text;
}

/** Knuth's product of uniforms; the means here are below ten. */
function poissonDraw(mean: number, random: Random): number {
  const floor = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > floor; product *= random()) count++;
  return count;
}
