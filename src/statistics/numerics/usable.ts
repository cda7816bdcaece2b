/**
 * Why numbers cannot be computed with, in words that complete "not estimable, because …"; undefined where they can.
 * Data come from outside: a NaN among them is an answer for the reader, not a crash.
 */
export function whyNotFinite(values: ArrayLike<number>): string | undefined {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) return 'a value is not a number';
    if (!Number.isFinite(value)) return 'a value is infinite';
  }
  return undefined;
}

/** Why scores cannot be ranked: infinite ones can, NaN cannot. */
export function whyNotRankable(scores: ArrayLike<number>): string | undefined {
  for (let i = 0; i < scores.length; i++) if (Number.isNaN(scores[i]!)) return 'a score is not a number';
  return undefined;
}

/** Why numbers are no probabilities. */
export function whyNotProbabilities(probabilities: ArrayLike<number>): string | undefined {
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (!(p >= 0 && p <= 1)) return 'a probability lies outside [0, 1] or is not a number';
  }
  return undefined;
}

/** Why numbers are no outcomes of 0 and 1. */
export function whyNotBinary(outcomes: ArrayLike<number>): string | undefined {
  for (let i = 0; i < outcomes.length; i++) {
    if (outcomes[i] !== 0 && outcomes[i] !== 1) return 'an outcome is neither 0 nor 1';
  }
  return undefined;
}

/** Why rows are no matrix of finite numbers. */
export function whyNotMatrix(rows: readonly ArrayLike<number>[]): string | undefined {
  for (const row of rows) {
    if (row.length === 0 || row.length !== rows[0]!.length) return 'rows have different or no features';
    const why = whyNotFinite(row);
    if (why !== undefined) return why;
  }
  return undefined;
}
