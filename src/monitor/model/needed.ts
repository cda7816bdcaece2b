import { runAlpha, whatIsNeeded } from '#statistics';
import type { Reading } from '../contract.ts';
import type { Claim, ClaimBody, EvidenceState } from './claim.ts';
import { isAsymptotic, type Metric, metricRules } from './metrics.ts';
import { binaryClaimOf } from './processes/rate.ts';
import type { WhatIf } from './what-if.ts';

interface RateWords {
  miss: [string, string];
  hit: [string, string];
}

const rateWords: Partial<Record<Metric, RateWords>> = {
  sensitivity: { miss: ['missed cancer', 'missed cancers'], hit: ['found cancer', 'found cancers'] },
  specificity: { miss: ['false alarm', 'false alarms'], hit: ['healthy man cleared', 'healthy men cleared'] },
  ppv: {
    miss: ['flagged man without cancer', 'flagged men without cancer'],
    hit: ['flagged man with cancer', 'flagged men with cancer'],
  },
  npv: {
    miss: ['cleared man with cancer', 'cleared men with cancer'],
    hit: ['cleared man without cancer', 'cleared men without cancer'],
  },
  coverage: {
    miss: ['case outside its set of answers', 'cases outside their sets of answers'],
    hit: ['case inside its set of answers', 'cases inside their sets of answers'],
  },
  'selective-risk': { miss: ['wrong answer', 'wrong answers'], hit: ['right answer', 'right answers'] },
  'referral-rate': { miss: ['referred case', 'referred cases'], hit: ['answered case', 'answered cases'] },
  'failure-rate': { miss: ['failed exam', 'failed exams'], hit: ['exam with an answer', 'exams with an answer'] },
  'verified-share': {
    miss: ['case left unverified', 'cases left unverified'],
    hit: ['verified case', 'verified cases'],
  },
  'matured-share': {
    miss: ['case without an outcome in time', 'cases without an outcome in time'],
    hit: ['case with an outcome', 'cases with an outcome'],
  },
};

/** What would decide a stream from here, in words; honest about what cannot be said. */
export function whatWouldDecide(
  { body, whatIf }: Pick<Claim, 'body' | 'whatIf'>,
  run: number,
  at: { state: EvidenceState; reading: Reading },
): string[] {
  const { state, reading } = at;
  const lines: string[] = [];
  const known = reading.known ?? reading.n;
  if (known < body.minN) {
    const missing = body.minN - known;
    lines.push(
      `${missing} more relevant ${missing === 1 ? 'case' : 'cases'} with a known outcome until it is judged: ${inTime(missing, body)}.`,
    );
  }
  if (state === 'broken')
    lines.push(
      'It is broken for good: a later recovery is a matter of a new claim, or of a dismissal by two reviewers.',
    );
  if (state !== 'broken') lines.push(...inARow(body, run, at));
  if (whatIf && state !== 'broken') lines.push(wouldBeNoticed(whatIf, body));
  if (body.metric === 'calibration')
    lines.push('A claim of calibration can be broken, never confirmed: it stays consistent at best.');
  if (isAsymptotic(body.metric) && reading.k < body.minEvents)
    lines.push(`At least ${body.minEvents} events are needed; there are ${reading.k}.`);
  if (body.group !== undefined)
    lines.push('Counted in pairs: the next relevant case of the group and the next of the rest.');
  if (body.candidatesMax !== undefined && reading.logSupport === null && reading.n > 0)
    lines.push(`It cannot be confirmed any more: an exam had more than the ${body.candidatesMax} candidates declared.`);
  return lines;
}

/** How many misses, or hits, in a row would decide a rate that two integers judge. */
function inARow(
  body: ClaimBody,
  run: number,
  { state, reading }: { state: EvidenceState; reading: Reading },
): string[] {
  const words = rateWords[body.metric];
  const isWeighted = body.verification.model === 'audit' && metricRules[body.metric].underAudit === 'weighted';
  if (words === undefined || isWeighted) return [];
  const claim = binaryClaimOf(body);
  const alpha = runAlpha(body.alpha, run);
  const { missesToBreak } = whatIsNeeded(claim, { n: reading.n, k: reading.k }, alpha);
  // Missing outcomes are presumed against the claim where it is to be confirmed.
  const { hitsToConfirm } = whatIsNeeded(claim, reading.forSupport ?? { n: reading.n, k: reading.k }, alpha);
  const lines = [`${count(missesToBreak, words.miss)} in a row would break it.`];
  if (state !== 'confirmed') lines.push(`${count(hitsToConfirm, words.hit)} in a row would confirm it.`);
  return lines;
}

function wouldBeNoticed(whatIf: WhatIf, body: ClaimBody): string {
  const isRise = whatIf.after > whatIf.before;
  const change = `A ${isRise ? 'rise' : 'fall'} from ${percent(whatIf.before)} to ${percent(whatIf.after)}`;
  return whatIf.medianCases === null
    ? `${change} would more often than not go unnoticed for ${whatIf.casesSimulated} relevant cases (simulated).`
    : `${change} would be noticed after about ${whatIf.medianCases} relevant cases, ${inTime(whatIf.medianCases, body)} (simulated).`;
}

const percent = (rate: number): string => `${Math.round(rate * 1000) / 10} %`;

const count = (n: number, [one, many]: [string, string]): string => `${n} ${n === 1 ? one : many}`;

function inTime(cases: number, body: ClaimBody): string {
  const weeks = (cases / body.relevantPerYear) * 52;
  return weeks < 9
    ? `about ${Math.max(1, Math.round(weeks))} weeks at the expected volume`
    : `about ${Math.round(weeks / 4.345)} months at the expected volume`;
}
