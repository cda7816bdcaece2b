import { type Instant, type ModelVersionId, type Result, readInstant } from '#kernel';
import { type OutcomeRow, outcomeRow, type PredictionRow, predictionRow, type RowError } from '../contract.ts';

/** A row that passed its own checks; whether it fits what is recorded is for the store to say. */
export interface Prediction {
  caseId: string;
  site: string;
  pseudonym: string;
  predictedAt: Instant;
  modelVersionId: ModelVersionId;
  probability: number;
  decision: boolean | null;
  shownToHuman: boolean;
  uncertainty: number | null;
  imageQuality: number | null;
  rarity: number | null;
  lesions: PredictionRow['lesions'] | null;
  vendor: string | null;
  scanner: string | null;
  ageBand: number | null;
  predictionSet: PredictionRow['predictionSet'] | null;
  abstained: boolean | null;
  failed: boolean | null;
  candidates: number | null;
  corrects: number | null;
  reason: string | null;
  recordedAt: Instant | null;
}

export interface Outcome {
  caseId: string;
  site: string;
  outcome: string;
  value: boolean;
  verification: OutcomeRow['verification'];
  knownAt: Instant;
  lesions: OutcomeRow['lesions'] | null;
  corrects: number | null;
  reason: string | null;
  recordedAt: Instant | null;
}

export type RowProblem = Omit<RowError, 'line'>;
type Read<T> = Result<T, RowProblem[]>;

/** Senders' clocks differ a little; a prediction further in the future than this is a mistake. */
const clockToleranceMs = 5 * 60_000;

/**
 * Checks one prediction row as it came from JSON or CSV.
 * @param now instant of receipt; @param retrospective whether the request declared a convention for past data.
 * @returns the prediction, or every field that is wrong with a JSON pointer.
 */
export function readPrediction(raw: unknown, now: Instant, retrospective: boolean): Read<Prediction> {
  const shape = predictionRow.safeParse(raw);
  if (!shape.success) return { ok: false, error: shapeProblems(shape.error.issues) };
  const row = shape.data;
  const times = readTimes(row.predictedAt, '/predictedAt', row.recordedAt, { now, retrospective });
  const problems = [...times.problems, ...correctionProblems(row)];
  if (problems.length > 0 || times.at === undefined) return { ok: false, error: problems };
  return {
    ok: true,
    value: {
      caseId: row.caseId,
      site: row.site,
      pseudonym: row.pseudonym,
      predictedAt: times.at,
      modelVersionId: row.modelVersionId as ModelVersionId,
      probability: row.probability === 0 ? 0 : row.probability,
      decision: row.decision ?? null,
      shownToHuman: row.shownToHuman ?? false,
      uncertainty: row.uncertainty ?? null,
      imageQuality: row.imageQuality ?? null,
      rarity: row.rarity ?? null,
      lesions: row.lesions ?? null,
      vendor: row.vendor ?? null,
      scanner: row.scanner ?? null,
      ageBand: row.ageBand ?? null,
      predictionSet: row.predictionSet ?? null,
      abstained: row.abstained ?? null,
      failed: row.failed ?? null,
      candidates: row.candidates ?? null,
      corrects: row.corrects ?? null,
      reason: row.reason ?? null,
      recordedAt: times.recordedAt,
    },
  };
}

/** Checks one outcome row; as `readPrediction`. */
export function readOutcome(raw: unknown, now: Instant, retrospective: boolean): Read<Outcome> {
  const shape = outcomeRow.safeParse(raw);
  if (!shape.success) return { ok: false, error: shapeProblems(shape.error.issues) };
  const row = shape.data;
  const times = readTimes(row.knownAt, '/knownAt', row.recordedAt, { now, retrospective });
  const problems = [...times.problems, ...correctionProblems(row)];
  if (problems.length > 0 || times.at === undefined) return { ok: false, error: problems };
  return {
    ok: true,
    value: {
      caseId: row.caseId,
      site: row.site,
      outcome: row.outcome,
      value: row.value,
      verification: row.verification,
      knownAt: times.at,
      lesions: row.lesions ?? null,
      corrects: row.corrects ?? null,
      reason: row.reason ?? null,
      recordedAt: times.recordedAt,
    },
  };
}

/** The text over which two rows of one key count as the same: everything but how they correct one another. */
export function predictionContent(row: Prediction): string {
  const { caseId, site, pseudonym, modelVersionId, probability, decision, shownToHuman } = row;
  const rest = [row.uncertainty, row.imageQuality, row.rarity, row.lesions];
  const when = [row.predictedAt, row.recordedAt];
  return JSON.stringify([
    caseId,
    site,
    pseudonym,
    modelVersionId,
    probability,
    decision,
    shownToHuman,
    ...when,
    ...rest,
    ...furtherOf(row),
  ]);
}

/** What was told beyond the plain answer: only where present, so that rows without it keep the digest they had. */
function furtherOf({ vendor, scanner, ageBand, predictionSet, abstained, failed, candidates }: Prediction): object[] {
  const given = vendor ?? scanner ?? ageBand ?? predictionSet ?? abstained ?? failed ?? candidates;
  if (given === null) return [];
  const fields = { vendor, scanner, ageBand, predictionSet, abstained, failed, candidates };
  return [Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))];
}

export function outcomeContent(row: Outcome): string {
  const when = [row.knownAt, row.recordedAt];
  const lesions = row.lesions === null ? [] : [{ lesions: row.lesions }];
  return JSON.stringify([row.caseId, row.site, row.outcome, row.value, row.verification, ...when, ...lesions]);
}

function readTimes(
  text: string,
  pointer: string,
  recorded: string | undefined,
  receipt: { now: Instant; retrospective: boolean },
): { at: Instant | undefined; recordedAt: Instant | null; problems: RowProblem[] } {
  const problems: RowProblem[] = [];
  const at = readInstant(text);
  const recordedAt = recorded === undefined ? null : (readInstant(recorded) ?? null);
  const bad = (where: string, code: string, detail: string): void => {
    problems.push({ pointer: where, code, detail });
  };
  if (at === undefined)
    bad(pointer, 'not-an-instant', 'Must be an ISO 8601 instant with offset, or a date that exists.');
  else if (at > receipt.now + clockToleranceMs)
    bad(pointer, 'in-the-future', 'Lies in the future of this installation.');
  if (recorded !== undefined && recordedAt === null)
    bad('/recordedAt', 'not-an-instant', 'Must be an ISO 8601 instant.');
  if (recorded !== undefined && !receipt.retrospective) {
    bad(
      '/recordedAt',
      'not-retrospective',
      'Only a request that names its convention for past data may set recordedAt.',
    );
  }
  if (recorded === undefined && receipt.retrospective) {
    bad('/recordedAt', 'missing', 'Past data states when it was recorded, by the convention of the request.');
  }
  if (recordedAt !== null && recordedAt > receipt.now) bad('/recordedAt', 'in-the-future', 'Lies in the future.');
  if (recordedAt !== null && at !== undefined && recordedAt < at) {
    bad('/recordedAt', 'before-the-event', 'Nothing is recorded before it happens.');
  }
  return { at, recordedAt, problems };
}

function correctionProblems(row: { corrects?: number | undefined; reason?: string | undefined }): RowProblem[] {
  if (row.corrects === undefined && row.reason === undefined) return [];
  if (row.corrects !== undefined && row.reason !== undefined) return [];
  const pointer = row.corrects === undefined ? '/corrects' : '/reason';
  return [{ pointer, code: 'missing', detail: 'A correction names the revision it corrects, and why.' }];
}

interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
}

function shapeProblems(issues: readonly Issue[]): RowProblem[] {
  return issues.map((issue) => ({
    pointer: `/${issue.path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
    code: issue.code.replaceAll('_', '-'),
    detail: issue.message,
  }));
}
