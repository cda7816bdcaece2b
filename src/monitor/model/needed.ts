import { prepareBinaryClaim, runAlpha, whatIsNeeded } from '#statistics';
import type { Reading } from '../contract.ts';
import type { Claim, ClaimBody, EvidenceState } from './claim.ts';
import type { WhatIf } from './what-if.ts';

const rateWords: Record<string, { miss: [string, string]; hit: [string, string] }> = {
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
  const words = rateWords[body.metric];
  if (body.verification.model === 'reference-standard' && words && body.alternatives && state !== 'broken') {
    const claim = prepareBinaryClaim({
      bound: body.bound,
      breakOffsets: body.alternatives.break,
      supportOffsets: body.alternatives.support,
    });
    const alpha = runAlpha(body.alpha, run);
    const { missesToBreak } = whatIsNeeded(claim, { n: reading.n, k: reading.k }, alpha);
    // Missing outcomes are presumed against the claim where it is to be confirmed.
    const { hitsToConfirm } = whatIsNeeded(claim, reading.forSupport ?? { n: reading.n, k: reading.k }, alpha);
    lines.push(`${count(missesToBreak, words.miss)} in a row would break it.`);
    if (state !== 'confirmed') lines.push(`${count(hitsToConfirm, words.hit)} in a row would confirm it.`);
  }
  if (whatIf && state !== 'broken') lines.push(wouldBeNoticed(whatIf, body));
  if (body.metric === 'calibration')
    lines.push('A claim of calibration can be broken, never confirmed: it stays consistent at best.');
  if (body.metric === 'auroc' && reading.k < body.minEvents)
    lines.push(`At least ${body.minEvents} events are needed; there are ${reading.k}.`);
  return lines;
}

function wouldBeNoticed(whatIf: WhatIf, body: ClaimBody): string {
  const fall = `A fall from ${percent(whatIf.before)} to ${percent(whatIf.after)}`;
  return whatIf.medianCases === null
    ? `${fall} would more often than not go unnoticed for ${whatIf.casesSimulated} relevant cases (simulated).`
    : `${fall} would be noticed after about ${whatIf.medianCases} relevant cases, ${inTime(whatIf.medianCases, body)} (simulated).`;
}

const percent = (rate: number): string => `${Math.round(rate * 1000) / 10} %`;

const count = (n: number, [one, many]: [string, string]): string => `${n} ${n === 1 ? one : many}`;

function inTime(cases: number, body: ClaimBody): string {
  const weeks = (cases / body.relevantPerYear) * 52;
  return weeks < 9
    ? `about ${Math.max(1, Math.round(weeks))} weeks at the expected volume`
    : `about ${Math.round(weeks / 4.345)} months at the expected volume`;
}
