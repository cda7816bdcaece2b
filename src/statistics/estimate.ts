/**
 * A figure with its number of cases and its interval, or the reason why there is none.
 * A value that cannot be computed is never NaN, 0 or −1: it is the second member of this union.
 */
export type Estimate = Estimable | NotEstimable;

export interface Estimable {
  readonly estimable: true;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** Number of cases that the figure rests on. */
  readonly n: number;
  /** Confidence level of the interval, a fraction such as 0.95. */
  readonly level: number;
  /** How value and interval were made, as shown to a reader: 'Robbins beta-binomial confidence sequence'. */
  readonly method: string;
  /** True where the interval holds only asymptotically or under a model; screens must say so. */
  readonly approximate: boolean;
}

export interface NotEstimable {
  readonly estimable: false;
  readonly n: number;
  /** Completes the sentence "not estimable, because …": 'one class only', 'no labels yet'. */
  readonly because: string;
}

/**
 * A figure whose interval holds at the stated level in finite samples.
 * @returns the figure, labelled as exact (not approximate).
 */
export function exactEstimate(figure: Omit<Estimable, 'estimable' | 'approximate'>): Estimable {
  return { estimable: true, ...figure, approximate: false };
}

/**
 * A figure whose interval holds only asymptotically or under a model.
 * @returns the figure, labelled as approximate.
 */
export function approximateEstimate(figure: Omit<Estimable, 'estimable' | 'approximate'>): Estimable {
  return { estimable: true, ...figure, approximate: true };
}

/**
 * The absence of a figure, with its reason.
 * @param n number of cases seen.
 * @param because completes "not estimable, because …".
 */
export function notEstimable(n: number, because: string): NotEstimable {
  return { estimable: false, n, because };
}
