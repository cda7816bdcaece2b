import { type FieldError, ok, type Result, refused } from '#kernel';
import {
  type CategoryName,
  type FlagName,
  type FormulaData,
  type InputName,
  type InputSpec,
  inputNames,
  type NumberInput,
  type NumberName,
} from './formula.ts';

/** What is known of one man. An input that is absent is unknown: it selects a variant and is never read as zero. */
export type ReferenceInput = { [N in NumberName]?: number | undefined } & { [N in FlagName]?: boolean | undefined } & {
  [N in CategoryName]?: string | undefined;
};

/** A named reading of an input the publication does not cover. Nothing is mapped unless its convention is named. */
export type Convention = 'negative-mri-as-pirads-2';

export interface Warning {
  code: 'outside-intended-range' | 'negative-mri-mapped' | 'unknown-as-published';
  /** JSON pointer to the input. */
  pointer: string;
  detail: string;
}

/** Inputs inside the domain of the formula, ready for its terms. */
export interface KnownInputs {
  values: ReadonlyMap<InputName, number | boolean | string>;
  warnings: Warning[];
}

type Reading = { value: number | boolean | string | undefined; warning?: Warning } | { error: string };

/**
 * Checks an input record against the published domain of a model.
 * @returns the known values and the warnings; or one error with a JSON pointer for every field outside the domain,
 *   required and missing, of the wrong type, or not the name of any input.
 */
export function readInput(
  formula: FormulaData,
  input: Readonly<ReferenceInput>,
  conventions: readonly Convention[],
): Result<KnownInputs, FieldError[]> {
  const values = new Map<InputName, number | boolean | string>();
  const warnings: Warning[] = [];
  const errors: FieldError[] = [];
  for (const spec of formula.inputs) {
    const reading = readOne(spec, input[spec.name], conventions);
    if ('error' in reading) {
      errors.push({ pointer: `/${spec.name}`, detail: reading.error });
      continue;
    }
    if (reading.value !== undefined) values.set(spec.name, reading.value);
    if (reading.warning !== undefined) warnings.push(reading.warning);
  }
  for (const name of Object.keys(input)) {
    if (!inputNames.has(name))
      errors.push({ pointer: `/${escapePointer(name)}`, detail: 'not an input of any model here' });
  }
  return errors.length === 0 ? ok({ values, warnings }) : refused(errors);
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function readOne(spec: InputSpec, given: unknown, conventions: readonly Convention[]): Reading {
  if (given === undefined || given === null) return readMissing(spec);
  switch (spec.kind) {
    case 'flag':
      return typeof given === 'boolean' ? { value: given } : { error: 'true or false' };
    case 'category':
      return typeof given === 'string' && spec.values.includes(given)
        ? { value: given }
        : { error: `one of ${spec.values.join(', ')}` };
    default:
      return readNumber(spec, given, conventions);
  }
}

function readMissing(spec: InputSpec): Reading {
  if (spec.isRequired) return { error: 'required by this model' };
  if (!('whenMissing' in spec) || spec.whenMissing === undefined) return { value: undefined };
  const detail = `unknown, read as ${spec.whenMissing} as its publication says`;
  return {
    value: spec.whenMissing,
    warning: { code: 'unknown-as-published', pointer: `/${spec.name}`, detail },
  };
}

function readNumber(spec: NumberInput, given: unknown, conventions: readonly Convention[]): Reading {
  const { above, min, max } = spec.domain;
  const isNumber = typeof given === 'number' && Number.isFinite(given);
  const isInside =
    isNumber && given <= max && (above === undefined || given > above) && !(min !== undefined && given < min);
  if (!isInside || (spec.kind === 'integer' && !Number.isInteger(given))) {
    const range = above === undefined ? `from ${min} to ${max}` : `above ${above} and at most ${max}`;
    return { error: `${spec.kind === 'integer' ? 'a whole number' : 'a number'} ${range}` };
  }
  const pointer = `/${spec.name}`;
  if (spec.negativeMri !== undefined && given === 1) {
    if (!conventions.includes(spec.negativeMri)) {
      return { error: `the model has no PI-RADS 1; name the convention ${spec.negativeMri} to read it as 2` };
    }
    return { value: 2, warning: { code: 'negative-mri-mapped', pointer, detail: 'PI-RADS 1 read as PI-RADS 2' } };
  }
  const limits = spec.intended;
  const isIntended =
    limits === undefined ||
    (!(limits.min !== undefined && given < limits.min) &&
      !(limits.max !== undefined && given > limits.max) &&
      !(limits.below !== undefined && given >= limits.below));
  if (isIntended) return { value: given };
  return { value: given, warning: { code: 'outside-intended-range', pointer, detail: intendedRange(limits) } };
}

function intendedRange(limits: NonNullable<NumberInput['intended']>): string {
  const parts = [
    limits.min === undefined ? '' : `at least ${limits.min}`,
    limits.max === undefined ? '' : `at most ${limits.max}`,
    limits.below === undefined ? '' : `below ${limits.below}`,
  ];
  return `the model is meant for ${parts.filter((part) => part !== '').join(' and ')}`;
}
