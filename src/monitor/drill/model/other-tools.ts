import { clopperPearsonInterval, scoreBinCentre, scoreGridDeLong } from '#statistics';
import { type Cell, decodeCell, scoreBins } from '../../model/cells.ts';
import type { ClaimBody } from '../../model/claim.ts';
import { isRate, leastRate, metricRules } from '../../model/metrics.ts';
import { classifyRate, isKnown, type RateMetric } from '../../model/processes/classify.ts';

/**
 * What other tools would compute of the same cases: complete cases only, one figure, looked at again and again. Their
 * rules are fixed-sample rules, so they alarm more often than they say; that is what is shown beside ours.
 */
export interface Figure {
  /** Takes a case. @returns false where it says nothing for the figure. */
  add(cell: Cell): boolean;
  readonly n: number;
  /** Undefined where it cannot be computed, e.g. with one class only. */
  value(): number | undefined;
  /** A test at 5 %: the figure is worse than claimed. Exact for rates. */
  isSignificant(): boolean;
  /** The fixed-n 95 % interval lies on the wrong side of what is claimed. */
  isOutsideInterval(): boolean;
  clear(): void;
}

const [oneSided, twoSided] = [1.6448536269514722, 1.959963984540054];

/** The figure that other tools follow for a metric; undefined where they have none of that kind. */
export function figureOf(body: ClaimBody): (() => Figure) | undefined {
  if (isRate(body.metric)) return () => rateFigure(body);
  switch (body.metric) {
    case 'calibration':
    case 'calibration-in-the-large':
    case 'observed-expected':
      return () => calibrationFigure(body);
    case 'auroc':
      return () => aurocFigure(body);
    default:
      return undefined;
  }
}

function rateFigure(body: ClaimBody): Figure {
  const least = leastRate(body);
  let [n, k] = [0, 0];
  return {
    add: (cell) => {
      const { forBreak, forSupport } = classifyRate(body.metric as RateMetric, body.verification, decodeCell(cell));
      // They differ where the outcome is missing: other tools leave such a case out.
      if (forBreak === 'none' || forBreak !== forSupport) return false;
      n++;
      if (forBreak === 'hit') k++;
      return true;
    },
    get n() {
      return n;
    },
    value: () => (n === 0 ? undefined : k / n),
    isSignificant: () => {
      // P(X ≤ k | θ₀) < .05 if and only if the upper end of the exact 90 % interval lies below θ₀.
      const exact = clopperPearsonInterval({ n, k }, 0.9);
      return exact.estimable && exact.upper < least;
    },
    isOutsideInterval: () => {
      const rate = k / n;
      return n > 0 && rate + twoSided * Math.sqrt((rate * (1 - rate)) / n) < least;
    },
    clear: () => {
      [n, k] = [0, 0];
    },
  };
}

/** Sums of one side of a calibration claim: the mean of z is above 0 where the claim fails on that side. */
interface Side {
  z(p: number, y: number): number;
  sum: number;
  squares: number;
}

function calibrationFigure(body: ClaimBody): Figure {
  const side = (z: Side['z']): Side => ({ z, sum: 0, squares: 0 });
  const tolerance = body.tolerance ?? 0;
  const sides =
    body.metric === 'observed-expected'
      ? [side((p, y) => body.bound * p - y), side((p, y) => y - (body.boundUpper ?? Infinity) * p)]
      : [side((p, y) => y - p - tolerance), side((p, y) => p - y - tolerance)];
  let [n, observed, expected] = [0, 0, 0];
  const isWorse = (multiplier: number): boolean =>
    n > 1 &&
    sides.some(({ sum, squares }) => {
      const variance = (squares - (sum * sum) / n) / (n - 1);
      return sum / n > multiplier * Math.sqrt(variance / n);
    });
  return {
    add: (cell) => {
      const parts = decodeCell(cell);
      if ((body.among === 'flagged' && !parts.flagged) || !isKnown(parts, body.verification)) return false;
      const [p, y] = [scoreBinCentre(parts.bin), parts.value ? 1 : 0];
      n++;
      observed += y;
      expected += p;
      for (const one of sides) {
        const z = one.z(p, y);
        one.sum += z;
        one.squares += z * z;
      }
      return true;
    },
    get n() {
      return n;
    },
    value: () => {
      if (n === 0) return undefined;
      return body.metric === 'observed-expected' ? observed / expected : (observed - expected) / n;
    },
    isSignificant: () => isWorse(oneSided),
    isOutsideInterval: () => isWorse(twoSided),
    clear: () => {
      [n, observed, expected] = [0, 0, 0];
      for (const one of sides) [one.sum, one.squares] = [0, 0];
    },
  };
}

function aurocFigure(body: ClaimBody): Figure {
  const [nonEvents, events] = [new Float64Array(scoreBins), new Float64Array(scoreBins)];
  let n = 0;
  const isBelow = (multiplier: number): boolean => {
    const found = scoreGridDeLong({ nonEvents, events });
    return found.estimable && found.auroc + multiplier * Math.sqrt(found.variance) < body.bound;
  };
  return {
    add: (cell) => {
      const parts = decodeCell(cell);
      if ((body.among === 'flagged' && !parts.flagged) || !isKnown(parts, body.verification)) return false;
      (parts.value ? events : nonEvents)[parts.bin]!++;
      n++;
      return true;
    },
    get n() {
      return n;
    },
    value: () => {
      const found = scoreGridDeLong({ nonEvents, events });
      return found.estimable ? found.auroc : undefined;
    },
    isSignificant: () => isBelow(oneSided),
    isOutsideInterval: () => isBelow(twoSided),
    clear: () => {
      n = 0;
      nonEvents.fill(0);
      events.fill(0);
    },
  };
}

/** True where only a lower figure is worse; calibration is off to either side. */
export const isOneSided = ({ metric }: ClaimBody): boolean => isRate(metric) || metricRules[metric].limit === 'least';

export const chunkCases = 30;
export const referenceChunks = 10;

/**
 * The band mean ± 3 sd (ddof 0) of the figure in reference chunks of 30 cases, as NannyML sets its thresholds.
 * @param cells drawn without injection, endless.
 * @returns undefined where fewer than two chunks have a value.
 */
export function referenceBand(figure: Figure, cells: Iterator<Cell>): { lower: number; upper: number } | undefined {
  const values: number[] = [];
  const drawnMax = 1000 * chunkCases * referenceChunks;
  for (let drawn = 0, chunks = 0; chunks < referenceChunks && drawn < drawnMax; drawn++) {
    figure.add(cells.next().value as Cell);
    if (figure.n < chunkCases) continue;
    const value = figure.value();
    if (value !== undefined) values.push(value);
    figure.clear();
    chunks++;
  }
  figure.clear();
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { lower: mean - 3 * sd, upper: mean + 3 * sd };
}
