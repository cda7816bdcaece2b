// Figures computed the plain way, independently of the statistics room, so that two ways must agree.
import { assert } from '#kernel';

export interface Scored {
  probability: number;
  hasDisease: boolean;
  /** Weight of the case, default 1. */
  weight?: number;
}

/** AUROC by ranks, ties counted half, weighted. */
export function plainAuroc(cases: readonly Scored[]): number {
  const sorted = [...cases].sort((a, b) => a.probability - b.probability);
  let [concordant, below, ones, zeros] = [0, 0, 0, 0];
  for (let start = 0; start < sorted.length; ) {
    let [end, onesHere, zerosHere] = [start, 0, 0];
    for (; end < sorted.length && sorted[end]!.probability === sorted[start]!.probability; end++) {
      const weight = sorted[end]!.weight ?? 1;
      if (sorted[end]!.hasDisease) onesHere += weight;
      else zerosHere += weight;
    }
    concordant += onesHere * (below + zerosHere / 2);
    below += zerosHere;
    ones += onesHere;
    zeros += zerosHere;
    start = end;
  }
  assert(ones > 0 && zeros > 0, 'AUROC needs both classes');
  return concordant / (ones * zeros);
}

export const plainOe = (cases: readonly Scored[]): number =>
  cases.reduce((sum, c) => sum + (c.hasDisease ? (c.weight ?? 1) : 0), 0) /
  cases.reduce((sum, c) => sum + c.probability * (c.weight ?? 1), 0);

export const plainBrier = (cases: readonly Scored[]): number =>
  cases.reduce((sum, c) => sum + (c.probability - Number(c.hasDisease)) ** 2, 0) / cases.length;

export const plainMean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export const plainLogit = (p: number): number => {
  const clipped = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(clipped / (1 - clipped));
};
export const plainExpit = (s: number): number => 1 / (1 + Math.exp(-s));

/** Logistic recalibration logit P = a + b·logit p by Newton's method; `slope` given fixes b. */
export function plainRecalibration(
  cases: readonly Scored[],
  fixedSlope?: number,
): { intercept: number; slope: number } {
  // From a flat start Newton does not overshoot; from b = 1 it diverges on a slope as low as 0.4.
  let [a, b] = [0, fixedSlope ?? 0];
  for (let step = 0; step < 100; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
    for (const c of cases) {
      const x = plainLogit(c.probability);
      const p = plainExpit(a + b * x);
      const weight = c.weight ?? 1;
      const residual = weight * (Number(c.hasDisease) - p);
      const information = weight * p * (1 - p);
      ga += residual;
      gb += residual * x;
      haa += information;
      hab += information * x;
      hbb += information * x * x;
    }
    const det = haa * hbb - hab * hab;
    const [da, db] =
      fixedSlope === undefined ? [(hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det] : [ga / haa, 0];
    a += da;
    b += db;
    if (Math.abs(da) + Math.abs(db) < 1e-10) return { intercept: a, slope: b };
  }
  throw new Error('the recalibration does not converge');
}
