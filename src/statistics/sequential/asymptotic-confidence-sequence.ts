import { assert } from '#kernel';
import { approximateEstimate, type Estimate, notEstimable } from '../estimate.ts';
import { lambertWLower } from '../numerics/special.ts';

/** Fewest mature cases and events from which an asymptotic sequence is shown (statistics spec, section 8). */
export const asymptoticMinimum = { cases: 150, events: 40 } as const;

/**
 * ρ² that makes an asymptotic confidence sequence narrowest at tOpt cases: (−W₋₁(−α²/e) − 1) / tOpt.
 * **Source**: Waudby-Smith et al., Annals of Statistics 2024. Oracle: scipy_gold.json, `asymp_cs`.
 */
export function asymptoticRhoSquared(tOpt: number, alpha: number): number {
  assert(tOpt > 0 && alpha > 0 && alpha < 1, 'an asymptotic sequence is tuned at a positive time and level');
  return (-lambertWLower(-(alpha * alpha) / Math.E) - 1) / tOpt;
}

/**
 * Half the width of the sequence where the standard deviation of one case is 1:
 * √(2(nρ²+1)/(n²ρ²) · ln(√(nρ²+1)/α)), with ρ² tuned to tOpt cases.
 * **Source**: Waudby-Smith et al., Annals of Statistics 2024, theorem 2.2. Oracle: scipy_gold.json, `asymp_cs`.
 */
export function asymptoticMargin(options: { n: number; tOpt: number; alpha: number }): number {
  const { n, tOpt, alpha } = options;
  const rhoSquared = asymptoticRhoSquared(tOpt, alpha);
  const grown = n * rhoSquared + 1;
  return Math.sqrt(((2 * grown) / (n * n * rhoSquared)) * Math.log(Math.sqrt(grown) / alpha));
}

/**
 * An asymptotic confidence sequence for an estimator with influence values: AUROC with DeLong's variance, AP, slope.
 * @param figure value; variance: of the estimator itself at n (DeLong's); n mature cases; events among them.
 * @param options range of the figure, to which the interval is cut; tOpt cases at which it is narrowest.
 * @returns approximate; not estimable below 150 cases or 40 events, or without variance.
 * **Source**: Waudby-Smith et al., Annals of Statistics 2024, theorem 2.2; statistics spec, section 8.
 */
export function asymptoticConfidenceSequence(
  figure: { value: number; variance: number; n: number; events: number },
  options: { alpha?: number; tOpt?: number; range?: { from: number; to: number } } = {},
): Estimate {
  const { value, variance, n, events } = figure;
  const { alpha = 0.05, tOpt = 350, range = { from: 0, to: 1 } } = options;
  assert(variance >= 0 && n >= events, 'a variance is not negative, and events are cases');
  if (n < asymptoticMinimum.cases) return notEstimable(n, `fewer than ${asymptoticMinimum.cases} mature cases`);
  if (events < asymptoticMinimum.events) return notEstimable(n, `fewer than ${asymptoticMinimum.events} events`);
  if (n - events === 0) return notEstimable(n, 'one class only');
  // Complete separation has no variance to go by, and must not look like certainty.
  if (variance === 0) return notEstimable(n, 'the figure shows no variance yet');
  const margin = Math.sqrt(n * variance) * asymptoticMargin({ n, tOpt, alpha });
  return approximateEstimate({
    value,
    lower: Math.max(range.from, value - margin),
    upper: Math.min(range.to, value + margin),
    n,
    level: 1 - alpha,
    method: 'asymptotic confidence sequence',
  });
}
