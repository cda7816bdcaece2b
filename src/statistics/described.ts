/** A figure without an interval: a description, never evidence for a claim. */
export interface Described {
  readonly estimable: true;
  readonly value: number;
  readonly n: number;
}

export function described(value: number, n: number): Described {
  return { estimable: true, value, n };
}
