import { assert, type FieldError, ok, type Result, refused } from '#kernel';
import type { FamilyRatio, FormulaData, FreePsaDensity, NumberName, Term, Variant } from './formula.ts';
import { type Convention, type KnownInputs, type ReferenceInput, readInput, type Warning } from './read-input.ts';

export interface ClassProbabilities {
  none: number;
  low: number;
  high: number;
}

export interface Evaluation {
  /** Probability of the model's endpoint, 0–1. */
  probability: number;
  /** The sub-model that the known inputs selected. */
  variant: string;
  /** Multinomial models: all three outcomes; they sum to one. */
  classes?: ClassProbabilities;
  warnings: Warning[];
}

export interface EvaluationOptions {
  conventions?: readonly Convention[];
}

/**
 * The probability that a published formula gives.
 * @param formula the model as data.
 * @param input what is known, in the units of the field names; an absent field is unknown and selects the variant.
 * @param options `conventions`: readings of inputs the publication does not cover, by name.
 * @returns probability 0–1, variant and warnings ("outside the intended range" is a warning); refused with JSON
 *   pointers if an input lies outside the published domain, has a wrong type, or is required and missing.
 * **Source**: the `source` of each formula. Oracle: the known answers in `reference-models.test.ts`, to 1e-6.
 */
export function evaluate(
  formula: FormulaData,
  input: Readonly<ReferenceInput>,
  options: EvaluationOptions = {},
): Result<Evaluation, FieldError[]> {
  const read = readInput(formula, input, options.conventions ?? []);
  if (!read.ok) return refused(read.error);
  const known = read.value;
  const variant = selectVariant(formula, known);
  if (formula.link === 'logit') {
    return ok({ probability: logistic(sum(variant.high, known)), variant: variant.name, warnings: known.warnings });
  }
  return ok(evaluateMultinomial(formula, variant, known));
}

function selectVariant(formula: FormulaData, known: KnownInputs): Variant {
  const present = formula.variantInputs.filter((name) => known.values.has(name));
  const variant = formula.variants.find(
    ({ known: needed }) => needed.length === present.length && present.every((name) => needed.includes(name)),
  );
  assert(variant !== undefined, `${formula.id} has a variant for every pattern of known inputs`);
  return variant;
}

function evaluateMultinomial(formula: FormulaData, variant: Variant, known: KnownInputs): Evaluation {
  assert(variant.low !== undefined, 'a multinomial variant has a low-grade predictor');
  const { percentFreePsa, familyHistory } = formula.updates ?? {};
  if (familyHistory !== undefined) return evaluateFamily(variant, known, familyHistory);
  let classes = softmax(sum(variant.low, known), sum(variant.high, known));
  let name = variant.name;
  const free = known.values.get('percentFreePsa');
  if (percentFreePsa !== undefined && typeof free === 'number') {
    const log2Free = Math.log2(free);
    const log2Psa = Math.log2(numberOf('psaNgPerMl', known));
    const weight = (density: FreePsaDensity): number => logNormalDensity(log2Free, log2Psa, density);
    classes = reweigh(classes, weight(percentFreePsa.none), weight(percentFreePsa.low), weight(percentFreePsa.high));
    name = `${name} + percent free PSA`;
  }
  return { probability: classes.high, variant: name, classes, warnings: known.warnings };
}

/** Low and high grade pooled, their odds times the likelihood ratio of the relatives, capped as published. */
function evaluateFamily(
  variant: Variant,
  known: KnownInputs,
  update: NonNullable<NonNullable<FormulaData['updates']>['familyHistory']>,
): Evaluation {
  const prior = softmax(sum(variant.low!, known), sum(variant.high, known));
  const counts = {
    under60: numberOf('relativesProstateUnder60', known),
    from60: numberOf('relativesProstateFrom60', known),
    breast: numberOf('relativesBreast', known),
  };
  const row = update.ratios.find(
    ({ under60, from60, breast }) =>
      isWithin(counts.under60, under60) && isWithin(counts.from60, from60) && isWithin(counts.breast, breast),
  );
  assert(row !== undefined, 'every pattern of relatives has a likelihood ratio');
  // The factor is published for men without a first-degree relative with prostate cancer only.
  const hasFactor =
    counts.under60 === 0 && counts.from60 === 0 && known.values.get('secondDegreeFamilyHistory') === true;
  const ratio = row.ratio * (hasFactor ? update.secondDegreeFactor : 1);
  const odds = (ratio * (prior.low + prior.high)) / prior.none;
  const probability = Math.min(update.probabilityMax, 1 / (1 + 1 / odds));
  return { probability, variant: `${variant.name} + relatives`, warnings: known.warnings };
}

const isWithin = (count: number, [least, most]: FamilyRatio['breast']): boolean =>
  count >= least && (most === undefined || count <= most);

const sum = (terms: readonly Term[], known: KnownInputs): number =>
  terms.reduce((total, term) => total + termValue(term, known), 0);

function termValue(term: Term, known: KnownInputs): number {
  switch (term.kind) {
    case 'constant':
      return term.coefficient;
    case 'linear':
      return (term.coefficient * numberOf(term.input, known)) / (term.per ?? 1);
    case 'log2':
      return term.coefficient * Math.log2(numberOf(term.input, known));
    case 'flag':
      return known.values.get(term.input) === true ? term.coefficient : 0;
    case 'category': {
      const coefficient = term.coefficients[String(known.values.get(term.input))];
      assert(coefficient !== undefined, `every value of ${term.input} in the domain has a coefficient`);
      return coefficient;
    }
    case 'psa-density':
      return term.coefficient * psaDensity(known);
    case 'log2-psa-density':
      return term.coefficient * Math.log2(psaDensity(known));
    case 'psa-density-at-least':
      return psaDensity(known) >= term.limit ? term.coefficient : 0;
  }
}

const psaDensity = (known: KnownInputs): number => numberOf('psaNgPerMl', known) / numberOf('volumeMl', known);

function numberOf(name: NumberName, known: KnownInputs): number {
  const value = known.values.get(name);
  assert(typeof value === 'number', `${name} is known to the variant that reads it`);
  return value;
}

const logistic = (score: number): number => 1 / (1 + Math.exp(-score));

/** Three classes with scores 0, low, high; the largest score is taken out so that nothing overflows. */
function softmax(low: number, high: number): ClassProbabilities {
  const top = Math.max(0, low, high);
  return normalised(Math.exp(-top), Math.exp(low - top), Math.exp(high - top));
}

function reweigh(classes: ClassProbabilities, none: number, low: number, high: number): ClassProbabilities {
  const top = Math.max(none, low, high);
  return normalised(
    classes.none * Math.exp(none - top),
    classes.low * Math.exp(low - top),
    classes.high * Math.exp(high - top),
  );
}

function normalised(none: number, low: number, high: number): ClassProbabilities {
  const total = none + low + high;
  return { none: none / total, low: low / total, high: high / total };
}

/** Log density up to a constant shared by the classes. */
function logNormalDensity(log2Free: number, log2Psa: number, { intercept, slope, sd }: FreePsaDensity): number {
  const z = (log2Free - (intercept + slope * log2Psa)) / sd;
  return -(z * z) / 2 - Math.log(sd);
}
