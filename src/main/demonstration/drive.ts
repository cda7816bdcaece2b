import { addDays, type Instant, instant, toIso } from '#kernel';
import { apiClient } from '../api-client.ts';
import { careForCertificate, careForChange, careForDeficiencies, claimsOfOriginal, type Week } from './acts.ts';
import { assembleCast, type Cast } from './cast.ts';
import { demonstrationModel } from './claims.ts';
import { type Hospital, hospitals, type SiteCode } from './hospitals.ts';
import {
  type CertificateDetail,
  certificateOf,
  ensureClaims,
  ensureModel,
  modelOf,
  type VersionRow,
} from './registrations.ts';
import { type SimulatedWeek, simulate, weeksOf } from './simulate.ts';
import { registeredAt, shadowFrom } from './story.ts';
import { type Shown, type Traffic, trafficOf, type Versions } from './traffic.ts';

export interface DriveOptions {
  /** Where the simulation answers; it holds the demo people already. */
  url: string;
  /** May move the clock, and makes the links by which the people sign in. */
  operatorSecret: string;
  seed?: string;
  /** Only the first weeks: for tests. */
  weeksMax?: number;
  onProgress?(progress: { done: number; total: number; phase: string }): void;
  signal?: AbortSignal;
}

export interface Driven {
  cases: number;
  weeks: number;
  /** False where it was aborted. */
  isComplete: boolean;
}

/**
 * Plays the demonstration over the public API, week by week, as hospitals, their systems and people would. Everything
 * looks first at what is there and sends the same rows under the same keys, so an interrupted demonstration goes on at
 * the week where the simulated clock stands. Problems: those of the API. Cost: about a minute at most for five years.
 */
export async function driveDemonstration(options: DriveOptions): Promise<Driven> {
  const operator = apiClient(options.url, { bearer: options.operatorSecret });
  const cast = await assembleCast(operator);
  const world = simulate(options.seed ?? 'hortus');
  const weeks = [...weeksOf(world)].slice(0, options.weeksMax);
  const total = weeks.reduce((sum, week) => sum + week.cases.length, 0);
  const say = (done: number, phase: string): void => options.onProgress?.({ done, total, phase });

  const moveTo = async (at: Instant, settle: boolean): Promise<void> => {
    await operator.post('/api/v1/simulation/clock', { at: toIso(at), settle });
  };
  const now = async (): Promise<Instant> => instant((await operator.get<{ now: string }>('/api/v1/installation')).now);

  say(0, 'registering model, claims and certificates');
  if ((await now()) < registeredAt) await moveTo(registeredAt, false);
  const original = await ensureModel(cast);
  const traffic = trafficOf(cast);
  const resumedAt = await now();
  await prepare({ cast, original, moveTo }, resumedAt);

  let done = 0;
  const past = weeks.filter(({ startsAt }) => addDays(startsAt, 7) < resumedAt);
  const stage: Stage = { cast, traffic, original, moveTo, certificates: new Map() };
  if (past.length > 0) {
    const known = past.flatMap((week) => week.cases);
    await traffic.remember(known, { versions: await versionsNow(stage), upTo: resumedAt });
    for (const hospital of hospitals) await lookAt(stage, hospital);
    done = known.length;
  }
  for (const [i, week] of weeks.entries()) {
    if (i < past.length) continue;
    if (options.signal?.aborted) return { cases: done, weeks: i, isComplete: false };
    await playWeek(stage, week, { isMeeting: i % weeksBetweenMeetings === 0 || i === weeks.length - 1 });
    done += week.cases.length;
    say(done, `week of ${toIso(week.startsAt).slice(0, 10)}`);
  }
  await cast.dismiss();
  return { cases: done, weeks: weeks.length, isComplete: true };
}

/** Rows are sent every week; evidence is counted and people meet every second one, as committees do. */
const weeksBetweenMeetings = 2;

interface Stage {
  cast: Cast;
  traffic: Traffic;
  original: VersionRow;
  /** As each stood when it was last looked at. */
  certificates: Map<SiteCode, CertificateDetail>;
  moveTo(at: Instant, settle: boolean): Promise<void>;
}

/** Claims and, for the two hospitals that begin in January, certificates in shadow, before the first case. */
async function prepare(stage: Pick<Stage, 'cast' | 'original' | 'moveTo'>, resumedAt: Instant): Promise<void> {
  const { cast, original, moveTo } = stage;
  if (resumedAt > shadowFrom.NOORDERZORG) return;
  const first = hospitals.filter(({ code }) => shadowFrom[code] === shadowFrom.NOORDERZORG);
  const week: Week = { now: resumedAt, original, recalibrated: undefined };
  for (const hospital of first) await ensureClaims(cast, hospital, claimsOfOriginal(week, hospital));
  await moveTo(shadowFrom.NOORDERZORG, true);
  const now = { ...week, now: shadowFrom.NOORDERZORG };
  for (const hospital of first) await careForCertificate(cast, hospital, { week: now, known: undefined });
}

async function playWeek(stage: Stage, week: SimulatedWeek, { isMeeting }: { isMeeting: boolean }): Promise<void> {
  const { cast, traffic, original, moveTo } = stage;
  const endsAt = addDays(week.startsAt, 7);
  const versions = await versionsNow(stage);
  await moveTo(endsAt, false);
  // What was known by the end of the week is sent before evidence is counted up to it.
  await traffic.week(week.cases, { endsAt, versions, isShown: shownBy(stage) });
  if (!isMeeting) return;
  await moveTo(endsAt, true);
  const now: Week = { now: endsAt, original, recalibrated: versions.recalibrated };
  await careForDeficiencies(cast, now);
  await careForChange(cast, now);
  for (const hospital of hospitals) {
    const known = stage.certificates.get(hospital.code);
    const after = await careForCertificate(cast, hospital, { week: now, known });
    if (after !== undefined) stage.certificates.set(hospital.code, after);
  }
}

async function versionsNow({ cast, original }: Pick<Stage, 'cast' | 'original'>): Promise<Versions> {
  const model = await modelOf(cast.visitor);
  const others = model?.versions.filter(({ label }) => label !== demonstrationModel.versionLabel) ?? [];
  return { original, recalibrated: others[0] };
}

async function lookAt({ cast, certificates }: Stage, hospital: Hospital): Promise<void> {
  const certificate = await certificateOf(cast, hospital);
  if (certificate !== undefined) certificates.set(hospital.code, certificate);
}

/** From the history of each certificate: whether its site was served at a time. */
function shownBy({ certificates }: Stage): Shown {
  const changes = new Map(
    [...certificates].map(([code, { timeline }]) => [
      code,
      timeline.flatMap(({ at, statusChanges }) => statusChanges.map(({ to }) => ({ at: instant(at), to }))),
    ]),
  );
  return (code, at) => {
    const last = changes.get(code)?.findLast((change) => change.at <= at);
    return last !== undefined && ['valid', 'watch', 'conditional'].includes(last.to);
  };
}
