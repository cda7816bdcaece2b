import type { FormulaData, Term, Variant } from './formula.ts';
import { age, psa } from './input-specs.ts';
import { type MultinomialRow, multinomialInputs, multinomialVariant, multinomialVariantInputs } from './multinomial.ts';

const rows: readonly MultinomialRow[] = [
  {
    known: 'prior, DRE, FH',
    low: [-3.00215469, 0.2561339, 0.01643637, 0.12172599, -0.45533257, -0.03864628, 0.27197219],
    high: [-7.05304534, 0.70489441, 0.04753804, 1.04174529, -0.21409933, 0.40068434, 0.22467348],
  },
  {
    known: 'prior, DRE',
    low: [-2.89648245, 0.25904098, 0.01559192, 0.11996693, -0.45444, -0.03729244],
    high: [-6.96119633, 0.70674359, 0.04676393, 1.0393772, -0.21100921, 0.40319606],
  },
  {
    known: 'prior, FH',
    low: [-3.01529063, 0.25578861, 0.01654912, 0.12327661, -0.45825158, 0.27183869],
    high: [-6.94522156, 0.7063726, 0.04697087, 1.02065099, -0.18320006, 0.23044734],
  },
  {
    known: 'DRE, FH',
    low: [-2.90933651, 0.23803667, 0.01447269, 0.11443251, -0.06592322, 0.27128248],
    high: [-6.99449483, 0.69530025, 0.04637911, 1.03847001, 0.38651649, 0.22287791],
  },
  {
    known: 'prior',
    low: [-2.90917471, 0.25872451, 0.01570165, 0.12141077, -0.45729181],
    high: [-6.85264083, 0.70797314, 0.04621214, 1.01887797, -0.17972927],
  },
  {
    known: 'DRE',
    low: [-2.80429793, 0.24127801, 0.01363705, 0.11165777, -0.06487585],
    high: [-6.90681925, 0.69720305, 0.04566552, 1.03622425, 0.38925765],
  },
  {
    known: 'FH',
    low: [-2.92983751, 0.23714373, 0.01463232, 0.1176543, 0.27095959],
    high: [-6.90439295, 0.69799874, 0.0460813, 1.01787561, 0.22913998],
  },
  {
    known: 'none',
    low: [-2.81814489, 0.2404437, 0.01370219, 0.12000825],
    high: [-6.8424997, 0.70043815, 0.0457446, 1.01699029],
  },
];
const shared = {
  revision: '2.0',
  source: 'PCPTRC 2.0; coefficients as in ClevelandClinicQHS/riskcalc-website (January 2026)',
  licence: 'published numbers, own code (the repository carries no licence file)',
  population: 'Men of the Prostate Cancer Prevention Trial',
  link: 'multinomial',
  variants: rows.map(multinomialVariant),
} as const;

/** The calculator of the Prostate Cancer Prevention Trial; a known percentage of free PSA updates its three risks. */
export const pcptrc: FormulaData = {
  ...shared,
  id: 'pcptrc',
  title: 'PCPTRC 2.0 risk calculator',
  endpoint: { name: 'csPCa', definition: 'Gleason score 7 or higher on biopsy (ISUP grade group 2 or higher)' },
  intendedPurpose: 'Probability of no, low-grade and high-grade prostate cancer before a biopsy, without MRI',
  inputs: [
    ...multinomialInputs,
    {
      name: 'percentFreePsa',
      kind: 'number',
      unit: '%',
      isRequired: false,
      domain: { above: 0, max: 100 },
      intended: { min: 5.5, max: 72.96 },
    },
  ],
  variantInputs: multinomialVariantInputs,
  updates: {
    percentFreePsa: {
      none: { intercept: 4.9602101, slope: -0.2195069, sd: 0.5154306 },
      low: { intercept: 4.9730353, slope: -0.3856204, sd: 0.6010974 },
      high: { intercept: 4.8059009, slope: -0.3483031, sd: 0.6452902 },
    },
  },
};

const familyHistory = 'firstDegreeFamilyHistory';

const withoutFamilyHistory = (variant: Variant): Variant => {
  const isKept = (term: Term): boolean => !('input' in term && term.input === familyHistory);
  return {
    name: variant.name,
    known: variant.known.filter((name) => name !== familyHistory),
    high: variant.high.filter(isKept),
    low: variant.low?.filter(isKept) ?? [],
  };
};

const relatives = (name: 'relativesProstateUnder60' | 'relativesProstateFrom60' | 'relativesBreast') =>
  ({ name, kind: 'integer', unit: '1', isRequired: true, domain: { min: 0, max: 50 } }) as const;

/**
 * PCPTRC 2.0 with counted relatives. The update is published for low and high grade pooled, so its endpoint is any
 * cancer and it is a model of its own.
 */
export const pcptrcFamily: FormulaData = {
  ...shared,
  id: 'pcptrc-family',
  title: 'PCPTRC 2.0 with detailed family history',
  endpoint: { name: 'any prostate cancer', definition: 'any grade on biopsy' },
  intendedPurpose:
    'Probability of any prostate cancer before a biopsy, without MRI, from counted relatives with cancer',
  inputs: [
    age(),
    psa(),
    ...multinomialInputs.filter(({ name }) => ['africanAncestry', 'priorNegativeBiopsy', 'abnormalDre'].includes(name)),
    relatives('relativesProstateUnder60'),
    relatives('relativesProstateFrom60'),
    relatives('relativesBreast'),
    { name: 'secondDegreeFamilyHistory', kind: 'flag', isRequired: true },
  ],
  variantInputs: multinomialVariantInputs.filter((name) => name !== familyHistory),
  // The published prior risk is that of a man whose family history is known to be negative.
  variants: shared.variants.filter(({ known }) => known.includes(familyHistory)).map(withoutFamilyHistory),
  updates: {
    familyHistory: {
      secondDegreeFactor: 1.09,
      probabilityMax: 0.75,
      ratios: [
        { under60: [0, 0], from60: [0, 0], breast: [0, 0], ratio: 0.92 },
        { under60: [0, 0], from60: [0, 0], breast: [1], ratio: 0.9 },
        { under60: [0, 0], from60: [1, 1], breast: [0, 0], ratio: 1.63 },
        { under60: [0, 0], from60: [1, 1], breast: [1], ratio: 1.87 },
        { under60: [0, 0], from60: [2], breast: [0, 0], ratio: 3.46 },
        { under60: [0, 0], from60: [2], breast: [1], ratio: 3.72 },
        { under60: [1, 1], from60: [0, 0], breast: [0, 0], ratio: 2.47 },
        { under60: [1, 1], from60: [0, 0], breast: [1], ratio: 2.3 },
        { under60: [1, 1], from60: [1, 1], breast: [0, 0], ratio: 3.65 },
        { under60: [1, 1], from60: [1, 1], breast: [1], ratio: 6.59 },
        { under60: [1, 1], from60: [2], breast: [0], ratio: 6.28 },
        { under60: [2], from60: [0, 0], breast: [0, 0], ratio: 5.68 },
        { under60: [2], from60: [0, 0], breast: [1], ratio: 7.71 },
        { under60: [2], from60: [1, 1], breast: [0, 0], ratio: 9.92 },
        { under60: [2], from60: [1, 1], breast: [1], ratio: 11.57 },
        { under60: [2], from60: [2], breast: [0, 0], ratio: 21.21 },
        { under60: [2], from60: [2], breast: [1], ratio: 15.91 },
      ],
    },
  },
};
