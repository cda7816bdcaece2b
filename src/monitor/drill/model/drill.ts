import { assert, type Random, seededRandom } from '#kernel';
import { clopperPearsonInterval, runAlpha } from '#statistics';
import { type ClaimBody, claimDigest, detectorThresholds } from '../../model/claim.ts';
import { isAsymptotic } from '../../model/metrics.ts';
import type { RuleFinding } from '../contract.ts';
import { cellsOf, drawDays, type StreamCopy } from './copy.ts';
import type { Inject } from './injection.ts';
import { figureOf } from './other-tools.ts';
import { type Alarm, hortusRule, hortusRules, otherRules, type Watched, watch } from './watching.ts';

/** A drill, ready to run: everything that its result depends on. */
export interface DrillDesign {
  readonly claim: { readonly body: ClaimBody; readonly run: number };
  readonly copy: StreamCopy;
  readonly inject: Inject;
  /** Days of each run before and from the injection on. */
  readonly daysBefore: number;
  readonly daysAfter: number;
  readonly runs: number;
  readonly seed: string;
}

/** One run: the same drawn stream as it is, and with the injection. */
export interface DrillRun {
  readonly without: Watched;
  readonly injected: Watched;
}

/** Run i of a drill; it depends on nothing but the design and i. Cost: twice the cases of a run. */
export function drillRun(design: DrillDesign, i: number): DrillRun {
  const { claim, copy, inject, daysBefore, daysAfter, seed } = design;
  const random = (of: string): Random => seededRandom(`${seed}|${claimDigest(claim.body)}|${of}|${i}`);
  const days = drawDays(copy, daysBefore + daysAfter, random('days'));
  const ofInjection = random('injection');
  const injected = days.map((cells, day) =>
    day < daysBefore ? cells : cells.map((cell) => inject(cell, ofInjection)),
  );
  const pool = cellsOf(copy);
  const watched = (stream: Uint16Array[]): Watched => watch(stream, claim, { pool, random: random('reference') });
  return { without: watched(days), injected: watched(injected) };
}

/** What the runs say, rule by rule: ours, two that know nothing, and those of other tools. */
export interface DrillFindings {
  readonly findings: RuleFinding[];
  readonly relevantBefore: number;
  readonly relevantInAll: number;
  /** By Ville's inequality for the break process, and E[M] ≤ n for the detector: α + n/A. */
  readonly statedFalseAlarms: number;
  readonly notes: string[];
}

export function summariseDrill(design: DrillDesign, runs: readonly DrillRun[]): DrillFindings {
  assert(runs.length > 0, 'a drill has runs');
  const { body } = design.claim;
  const relevantInAll = median(runs.map(({ without }) => without.relevantByDay.at(-1)!));
  const relevantBefore = median(runs.map(({ without }) => relevantAt(without, design.daysBefore - 1)));
  const byRule = (rule: string, by: RuleFinding['by']): RuleFinding =>
    findingOf(
      design,
      { rule, by },
      runs.map(({ without, injected }) => ({
        without: without.alarms.get(rule),
        injected: injected.alarms.get(rule),
        relevantBefore: relevantAt(injected, design.daysBefore - 1),
      })),
    );
  const ours = hortusRules.map((rule) => byRule(rule, 'hortus'));
  const told = ours.find(({ rule }) => rule === hortusRule)!;
  const dummies = dummyFindings(design, runs, { told, relevantInAll });
  const hasFigure = figureOf(body) !== undefined;
  return {
    findings: [...ours, ...dummies, ...(hasFigure ? otherRules.map((rule) => byRule(rule, 'other-tools')) : [])],
    relevantBefore,
    relevantInAll,
    statedFalseAlarms: statedFalseAlarms(design, relevantInAll),
    notes: hasFigure ? [] : ['Other tools have no rule for a claim of this kind.'],
  };
}

interface RunOfRule {
  without: Alarm | undefined;
  injected: Alarm | undefined;
  relevantBefore: number;
}

function findingOf(
  { daysBefore }: DrillDesign,
  named: Pick<RuleFinding, 'rule' | 'by'>,
  runs: readonly RunOfRule[],
): RuleFinding {
  const judged = runs.filter(({ injected }) => injected === undefined || injected.day >= daysBefore);
  const delays = (of: (alarm: Alarm, run: RunOfRule) => number): number | null => {
    const middle = median(judged.map((run) => (run.injected === undefined ? Infinity : of(run.injected, run))));
    return Number.isFinite(middle) ? middle : null;
  };
  return {
    ...named,
    found: shareOf(judged.filter(({ injected }) => injected !== undefined).length, judged.length),
    falseAlarms: shareOf(runs.filter(({ without }) => without !== undefined).length, runs.length),
    medianDelayCases: delays((alarm, run) => alarm.relevant - run.relevantBefore),
    medianDelayDays: delays((alarm) => alarm.day - daysBefore + 1),
  };
}

/**
 * Alarms that look at nothing: one at every k-th relevant case from a random start, k such that it alarms as often
 * without injection as Hortus does (or might, by the interval's upper end, where Hortus never did); and one at every
 * 100th case.
 */
function dummyFindings(
  design: DrillDesign,
  runs: readonly DrillRun[],
  { told, relevantInAll }: { told: RuleFinding; relevantInAll: number },
): RuleFinding[] {
  const { count, of, upper } = told.falseAlarms;
  const period = Math.max(1, Math.round(relevantInAll / (count > 0 ? count / of : upper)));
  const matched = runs.map((_, i) => 1 + Math.floor(seededRandom(`${design.seed}|dummy|${i}`)() * period));
  const finding = (rule: string, alarmsAt: readonly number[]): RuleFinding =>
    findingOf(
      design,
      { rule, by: 'dummy' },
      runs.map(({ without, injected }, i) => ({
        without: alarmAt(without, alarmsAt[i]!),
        injected: alarmAt(injected, alarmsAt[i]!),
        relevantBefore: relevantAt(injected, design.daysBefore - 1),
      })),
    );
  return [
    finding(`alarm that knows nothing, every ${period} cases`, matched),
    finding(
      'alarm every 100 cases',
      runs.map(() => 100),
    ),
  ];
}

function alarmAt({ relevantByDay }: Watched, relevant: number): Alarm | undefined {
  const day = relevantByDay.findIndex((count) => count >= relevant);
  return day < 0 ? undefined : { relevant, day };
}

const relevantAt = ({ relevantByDay }: Watched, day: number): number => (day < 0 ? 0 : relevantByDay[day]!);

function statedFalseAlarms({ claim }: DrillDesign, cases: number): number {
  const { body, run } = claim;
  const alpha = runAlpha(body.alpha, run);
  const hasDetector = !isAsymptotic(body.metric);
  return Math.min(1, alpha + (hasDetector ? cases / detectorThresholds(body.relevantPerYear, run).notice : 0));
}

function shareOf(count: number, of: number): RuleFinding['found'] {
  const interval = clopperPearsonInterval({ n: of, k: count });
  return interval.estimable
    ? { count, of, lower: interval.lower, upper: interval.upper }
    : { count, of, lower: 0, upper: 1 };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Infinity;
  return sorted.length % 2 === 1 || sorted[middle] === Infinity
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
