import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { radixArgsort } from '../numerics/radix-argsort.ts';
import { radixSort } from '../numerics/radix-sort.ts';
import { whyNotFinite, whyNotRankable } from '../numerics/usable.ts';

/** What is lost when only the most confident share of cases is accepted. */
export interface RiskCoveragePoint {
  /** Share of cases accepted, from 1 down to 0. */
  readonly coverage: number;
  /** Mean loss of accepted cases; at coverage 0 the last risk is repeated. */
  readonly selectiveRisk: number;
  /** Loss of accepted cases over all cases; 0 at coverage 0. */
  readonly generalisedRisk: number;
  /** Cases with at least this confidence are accepted; +∞ at coverage 0. */
  readonly threshold: number;
}

export interface RiskCoverage {
  readonly estimable: true;
  readonly points: readonly RiskCoveragePoint[];
  /** Area under the selective risk: AURC. */
  readonly area: number;
  /** AURC less that of perfect confidence (e-AURC), for 0/1 losses in closed form. */
  readonly excessArea: number;
  /** Area under the generalised risk: AUGRC, the mean chance that a case both fails and is accepted. */
  readonly generalisedArea: number;
  /** AUGRC less that of perfect confidence (e-AUGRC). */
  readonly excessGeneralisedArea: number;
  readonly n: number;
}

/**
 * Risk against coverage and its areas, on the scale 0 to 1 (some programs show thousandths).
 * @param confidences higher = surer, no NaN; tied cases enter together. @param losses ≥ 0, finite; 0/1 for errors.
 * @returns not estimable with `no labels yet`, or where a confidence or a loss is not a number. Cost: linear (radix sort).
 * **Source**: Geifman & El-Yaniv 2017, ICLR 2019 (e-AURC); Traub et al., NeurIPS 2024 (AUGRC). Trapezoids over points at
 * distinct confidences. Oracle: test/oracles/uncertainty; published cases of fd-shifts.
 */
export function riskCoverage(confidences: ArrayLike<number>, losses: ArrayLike<number>): RiskCoverage | NotEstimable {
  assert(confidences.length === losses.length, 'there is one loss a confidence');
  const n = losses.length;
  const why = n === 0 ? 'no labels yet' : (whyNotRankable(confidences) ?? whyNotFinite(losses));
  if (why !== undefined) return notEstimable(n, why);
  for (let i = 0; i < n; i++) if (losses[i]! < 0) return notEstimable(n, 'a loss is negative');
  const points = curve(confidences, losses);
  const area = trapezoid(points, (point) => point.selectiveRisk);
  const generalisedArea = trapezoid(points, (point) => point.generalisedRisk);
  const best = bestAreas(losses);
  return {
    estimable: true,
    points,
    area,
    excessArea: area - best.selective,
    generalisedArea,
    excessGeneralisedArea: generalisedArea - best.generalised,
    n,
  };
}

/** Points from coverage 1 down to 0, one a distinct confidence. */
function curve(confidences: ArrayLike<number>, losses: ArrayLike<number>): RiskCoveragePoint[] {
  const n = losses.length;
  const order = radixArgsort(confidences);
  const points: RiskCoveragePoint[] = [];
  let lost = 0;
  // From the most confident case on, so that sums of losses only grow and the last one is their total.
  for (let end = n; end > 0; ) {
    const threshold = confidences[order[end - 1]!]!;
    let start = end;
    for (; start > 0 && confidences[order[start - 1]!] === threshold; start--) lost += losses[order[start - 1]!]!;
    const accepted = n - start;
    points.push({ coverage: accepted / n, selectiveRisk: lost / accepted, generalisedRisk: lost / n, threshold });
    end = start;
  }
  const surest = points[0]!;
  const none = { coverage: 0, selectiveRisk: surest.selectiveRisk, generalisedRisk: 0, threshold: Infinity };
  return [none, ...points].reverse();
}

function trapezoid(points: readonly RiskCoveragePoint[], height: (point: RiskCoveragePoint) => number): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    const width = points[i - 1]!.coverage - points[i]!.coverage;
    sum += (width * (height(points[i - 1]!) + height(points[i]!))) / 2;
  }
  return sum;
}

/** The areas of perfect confidence: in closed form for 0/1 losses, else from losses sorted ascending. */
function bestAreas(losses: ArrayLike<number>): { selective: number; generalised: number } {
  const n = losses.length;
  let [sum, isBinary] = [0, true];
  for (let i = 0; i < n; i++) {
    sum += losses[i]!;
    isBinary &&= losses[i] === 0 || losses[i] === 1;
  }
  const rate = sum / n;
  if (isBinary) {
    const selective = rate === 1 ? 1 : rate + (1 - rate) * Math.log1p(-rate);
    return { selective, generalised: (rate * rate) / 2 };
  }
  // Perfect confidence: every case apart from the others, the smallest loss accepted first.
  const sorted = radixSort(losses);
  const ranks = Float64Array.from(sorted, (_, i) => n - i);
  const points = curve(ranks, sorted);
  return {
    selective: trapezoid(points, (point) => point.selectiveRisk),
    generalised: trapezoid(points, (point) => point.generalisedRisk),
  };
}

/**
 * The selective risk at a frozen abstention threshold. Its accepted cases are the counts of a binary claim.
 * @returns mean loss of cases with confidence ≥ threshold; not estimable where nobody is accepted.
 */
export function riskAtThreshold(
  confidences: ArrayLike<number>,
  losses: ArrayLike<number>,
  threshold: number,
): Described | NotEstimable {
  assert(confidences.length === losses.length, 'there is one loss a confidence');
  let [accepted, lost] = [0, 0];
  for (let i = 0; i < losses.length; i++) {
    if (!(confidences[i]! >= threshold)) continue;
    accepted++;
    lost += losses[i]!;
  }
  if (accepted === 0) return notEstimable(0, 'no case is accepted at this threshold');
  return Number.isFinite(lost)
    ? described(lost / accepted, accepted)
    : notEstimable(accepted, 'a loss is not a number');
}
