import type { FlagName, InputSpec, Term, Variant } from './formula.ts';
import { age, optionalFlag, psa, requiredFlag } from './input-specs.ts';

/** Coefficients in the published order: intercept, log2 PSA, age, African ancestry, then prior, DRE, FH as far as known. */
export interface MultinomialRow {
  known: string;
  low: readonly number[];
  high: readonly number[];
}

const flagOf: Record<string, FlagName> = {
  prior: 'priorNegativeBiopsy',
  DRE: 'abnormalDre',
  FH: 'firstDegreeFamilyHistory',
};

/** The variant of one published row: two linear predictors, low and high grade, each against no cancer. */
export function multinomialVariant(row: MultinomialRow): Variant {
  const known = row.known === 'none' ? [] : row.known.split(', ').map((name) => flagOf[name]!);
  return { name: row.known, known, low: termsOf(row.low, known), high: termsOf(row.high, known) };
}

function termsOf(coefficients: readonly number[], known: readonly FlagName[]): Term[] {
  const [intercept, log2Psa, ageYears, africanAncestry, ...flags] = coefficients;
  return [
    { kind: 'constant', coefficient: intercept! },
    { kind: 'log2', input: 'psaNgPerMl', coefficient: log2Psa! },
    { kind: 'linear', input: 'ageYears', coefficient: ageYears! },
    { kind: 'flag', input: 'africanAncestry', coefficient: africanAncestry! },
    ...known.map((input, i): Term => ({ kind: 'flag', input, coefficient: flags[i]! })),
  ];
}

export const multinomialInputs: readonly InputSpec[] = [
  age(),
  psa(),
  requiredFlag('africanAncestry'),
  optionalFlag('priorNegativeBiopsy'),
  optionalFlag('abnormalDre'),
  optionalFlag('firstDegreeFamilyHistory'),
];

export const multinomialVariantInputs: readonly FlagName[] = [
  'priorNegativeBiopsy',
  'abnormalDre',
  'firstDegreeFamilyHistory',
];
