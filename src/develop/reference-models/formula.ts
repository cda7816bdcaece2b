const numberNames = [
  'ageYears',
  'psaNgPerMl',
  'volumeMl',
  'piRads',
  'percentFreePsa',
  'relativesProstateUnder60',
  'relativesProstateFrom60',
  'relativesBreast',
] as const;
const flagNames = [
  'abnormalDre',
  'priorNegativeBiopsy',
  'africanAncestry',
  'firstDegreeFamilyHistory',
  'secondDegreeFamilyHistory',
] as const;
const categoryNames = ['race', 'biopsyHistory'] as const;

export type NumberName = (typeof numberNames)[number];
export type FlagName = (typeof flagNames)[number];
export type CategoryName = (typeof categoryNames)[number];
export type InputName = NumberName | FlagName | CategoryName;

/** The names of all inputs that some published formula reads. One input record serves every model. */
export const inputNames: ReadonlySet<string> = new Set<InputName>([...numberNames, ...flagNames, ...categoryNames]);

/** A number in its unit. Outside `domain` the formula has no meaning and is refused; outside `intended` it is flagged. */
export interface NumberInput {
  name: NumberName;
  kind: 'number' | 'integer';
  unit: string;
  isRequired: boolean;
  domain: { above?: number; min?: number; max: number };
  intended?: { min?: number; max?: number; below?: number };
  /** PI-RADS only: the model never saw a negative MRI; it is read as PI-RADS 2 if the caller names that convention. */
  negativeMri?: 'negative-mri-as-pirads-2';
}

/** True or false; `whenMissing` exists only where the publication itself says what an unknown value counts as. */
export interface FlagInput {
  name: FlagName;
  kind: 'flag';
  isRequired: boolean;
  whenMissing?: boolean;
}

export interface CategoryInput {
  name: CategoryName;
  kind: 'category';
  values: readonly string[];
  isRequired: boolean;
  whenMissing?: string;
}

export type InputSpec = NumberInput | FlagInput | CategoryInput;

/** One summand of a linear predictor. A sum of terms is a formula as data: nothing in it is code. */
export type Term =
  | { kind: 'constant'; coefficient: number }
  | { kind: 'linear'; input: NumberName; coefficient: number; per?: number }
  | { kind: 'log2'; input: NumberName; coefficient: number }
  | { kind: 'flag'; input: FlagName; coefficient: number }
  | { kind: 'category'; input: CategoryName | 'piRads'; coefficients: { readonly [value: string]: number } }
  /** PSA density, PSA / volume in ng/mL². */
  | { kind: 'psa-density'; coefficient: number }
  | { kind: 'log2-psa-density'; coefficient: number }
  | { kind: 'psa-density-at-least'; limit: number; coefficient: number };

export interface Variant {
  name: string;
  /** Exactly these of the model's `variantInputs` are known. */
  known: readonly InputName[];
  /** Linear predictor of the endpoint (logit), or of high grade against no cancer (multinomial). */
  high: readonly Term[];
  /** Multinomial only: linear predictor of low grade against no cancer. */
  low?: readonly Term[];
}

/** Normal density of log2(% free PSA) in one class: mean `intercept` + `slope`·log2(PSA), standard deviation `sd`. */
export interface FreePsaDensity {
  intercept: number;
  slope: number;
  sd: number;
}

/** Likelihood ratio of one pattern of relatives; an upper end that is absent means "or more". */
export interface FamilyRatio {
  under60: readonly [number, number?];
  from60: readonly [number, number?];
  breast: readonly [number, number?];
  ratio: number;
}

export interface FormulaUpdates {
  percentFreePsa?: { none: FreePsaDensity; low: FreePsaDensity; high: FreePsaDensity };
  familyHistory?: { ratios: readonly FamilyRatio[]; secondDegreeFactor: number; probabilityMax: number };
}

/** A published risk formula. Another set of coefficients is another model version, with its own digest. */
export interface FormulaData {
  id: string;
  revision: string;
  title: string;
  source: string;
  licence: string;
  endpoint: { name: string; definition: string };
  intendedPurpose: string;
  population: string;
  inputs: readonly InputSpec[];
  variantInputs: readonly InputName[];
  link: 'logit' | 'multinomial';
  variants: readonly Variant[];
  updates?: FormulaUpdates;
}

export const notForClinicalUse =
  'A published formula that stands in for a medical AI in tests and demonstrations. Not for clinical use.';
