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

/** Why scores with outcomes of 0 and 1 cannot be used. */
export function whyNotScored(scores: ArrayLike<number>, outcomes: ArrayLike<number>): string | undefined {
  return whyNotRankable(scores) ?? whyNotBinary(outcomes);
}

/** Why probabilities with outcomes of 0 and 1 cannot be used. */
export function whyNotForecasts(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>): string | undefined {
  return whyNotProbabilities(probabilities) ?? whyNotBinary(outcomes);
}

/** Why probabilities with counts of events among totals (1 each where absent) cannot be used. */
export function whyNotPredictions(predictions: {
  readonly probabilities: ArrayLike<number>;
  readonly events: ArrayLike<number>;
  readonly totals?: ArrayLike<number>;
}): string | undefined {
  const { probabilities, events, totals } = predictions;
  const why = whyNotProbabilities(probabilities);
  if (why !== undefined) return why;
  for (let i = 0; i < events.length; i++) {
    const all = totals?.[i] ?? 1;
    // Weighted counts may exceed their total by rounding.
    const isCount = events[i]! >= 0 && events[i]! <= all * (1 + 1e-9) && Number.isFinite(all);
    if (!isCount) return 'an outcome is neither 0 nor 1';
  }
  return undefined;
}

/** Why the rows of class probabilities with the classes that occurred cannot be used. */
export function whyNotClassPredictions(
  rows: readonly ArrayLike<number>[],
  classes: ArrayLike<number>,
): string | undefined {
  for (const [i, row] of rows.entries()) {
    const why = whyNotProbabilities(row);
    if (why !== undefined) return why;
    if (!(Number.isInteger(classes[i]) && classes[i]! >= 0 && classes[i]! < row.length)) return 'a class is unknown';
  }
  return undefined;
}
