// The full size is for `npm run reliability`; a part of it runs with every `npm test`.

export const isFull = process.env.HORTUS_RELIABILITY === 'full';

export const sized = (full: number, small: number): number => (isFull ? full : small);

/** No test of the small size may take longer: a hang is told soon, not when the budget of a whole run is spent. */
export const testTimeoutMs = sized(1_800_000, 180_000);

/** Another seed is another order of events; the one that failed is told in the failure. */
export const seed = process.env.HORTUS_RELIABILITY_SEED ?? 'hortus';

/** One line of the result, for `docs/reliability.md`. */
export const report = (line: string): void => console.log(`reliability: ${line}`);

/** Says why something could not be shown here. */
export const skipLoudly = (what: string, reason: string): void =>
  console.warn(`reliability: NOT SHOWN HERE: ${what}: ${reason}`);
