declare const withoutLabels: unique symbol;

/**
 * A figure made without the outcomes that it is about: an early indication, never evidence for a claim. It is no
 * `Estimate`, on purpose: the compiler refuses it wherever evidence is wanted, and a screen must name what it assumes.
 */
export interface EarlyIndication {
  readonly [withoutLabels]: true;
  readonly kind: 'early indication';
  readonly value: number;
  /** Sampling interval, where the method has one; it does not cover a failure of what is assumed. */
  readonly interval: { readonly lower: number; readonly upper: number; readonly level: number } | undefined;
  /** Cases that it rests on, most of them without outcome. */
  readonly n: number;
  /** Completes "holds only if …". */
  readonly assumes: string;
  readonly method: string;
}

/** Why there is no early indication; completes "not indicated, because …". */
export interface NotIndicated {
  readonly kind: 'not indicated';
  readonly because: string;
  readonly n: number;
}

/** The one way to make an early indication. */
export function earlyIndication(figure: Omit<EarlyIndication, typeof withoutLabels | 'kind'>): EarlyIndication {
  // The brand exists for the compiler alone.
  return { ...figure, kind: 'early indication' } as EarlyIndication;
}

export function notIndicated(n: number, because: string): NotIndicated {
  return { kind: 'not indicated', because, n };
}
