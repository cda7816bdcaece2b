import type { FormulaData, InputName, Term, Variant } from './formula.ts';
import { age, optionalFlag, psa, volume } from './input-specs.ts';

/** One row of the published table; a coefficient that is absent belongs to an input the variant does without. */
interface PublishedRow {
  variant: string;
  intercept: number;
  ageYears: number;
  log2Psa: number;
  piRads: number;
  log2Volume?: number;
  abnormalDre?: number;
  priorNegativeBiopsy?: number;
}

const revision1: readonly PublishedRow[] = [
  {
    variant: 'full',
    intercept: -2.07771,
    ageYears: 0.04981,
    log2Psa: 0.48253,
    piRads: 1.28603,
    log2Volume: -1.20072,
    abnormalDre: 0.88053,
    priorNegativeBiopsy: -1.1174,
  },
  {
    variant: 'no prior',
    intercept: -1.78074,
    ageYears: 0.05017,
    log2Psa: 0.41618,
    piRads: 1.28363,
    log2Volume: -1.2505,
    abnormalDre: 0.91657,
  },
  {
    variant: 'no DRE',
    intercept: -2.53834,
    ageYears: 0.05433,
    log2Psa: 0.46774,
    piRads: 1.40723,
    log2Volume: -1.21223,
    priorNegativeBiopsy: -1.11284,
  },
  {
    variant: 'no volume',
    intercept: -6.4744,
    ageYears: 0.02571,
    log2Psa: 0.21028,
    piRads: 1.27058,
    abnormalDre: 1.03662,
    priorNegativeBiopsy: -1.27395,
  },
  {
    variant: 'vol only',
    intercept: -2.27881,
    ageYears: 0.05417,
    log2Psa: 0.40401,
    piRads: 1.41712,
    log2Volume: -1.25813,
  },
  {
    variant: 'DRE only',
    intercept: -6.34199,
    ageYears: 0.02497,
    log2Psa: 0.11358,
    piRads: 1.27386,
    abnormalDre: 1.05844,
  },
  {
    variant: 'prior only',
    intercept: -7.1182,
    ageYears: 0.03122,
    log2Psa: 0.19274,
    piRads: 1.41818,
    priorNegativeBiopsy: -1.27009,
  },
  { variant: 'none', intercept: -7.03464, ageYears: 0.03036, log2Psa: 0.10207, piRads: 1.43306 },
];
const revision2: readonly PublishedRow[] = [
  {
    variant: 'full',
    intercept: -2.27918,
    ageYears: 0.05139,
    log2Psa: 0.46219,
    piRads: 1.31431,
    log2Volume: -1.19057,
    abnormalDre: 0.91551,
    priorNegativeBiopsy: -1.0907,
  },
  {
    variant: 'no prior',
    intercept: -1.99885,
    ageYears: 0.05169,
    log2Psa: 0.4002,
    piRads: 1.31446,
    log2Volume: -1.23796,
    abnormalDre: 0.93983,
  },
  {
    variant: 'no DRE',
    intercept: -2.70773,
    ageYears: 0.0555,
    log2Psa: 0.44646,
    piRads: 1.43709,
    log2Volume: -1.20305,
    priorNegativeBiopsy: -1.08037,
  },
  {
    variant: 'no volume',
    intercept: -6.59522,
    ageYears: 0.02665,
    log2Psa: 0.19985,
    piRads: 1.29563,
    abnormalDre: 1.07673,
    priorNegativeBiopsy: -1.25034,
  },
  {
    variant: 'vol only',
    intercept: -2.45922,
    ageYears: 0.05533,
    log2Psa: 0.38753,
    piRads: 1.44691,
    log2Volume: -1.24684,
  },
  {
    variant: 'DRE only',
    intercept: -6.47392,
    ageYears: 0.026,
    log2Psa: 0.10883,
    piRads: 1.30009,
    abnormalDre: 1.08885,
  },
  {
    variant: 'prior only',
    intercept: -7.22844,
    ageYears: 0.03191,
    log2Psa: 0.18077,
    piRads: 1.44682,
    priorNegativeBiopsy: -1.23983,
  },
  { variant: 'none', intercept: -7.15298, ageYears: 0.03116, log2Psa: 0.09626, piRads: 1.46109 },
];

function variantOf(row: PublishedRow): Variant {
  const known: InputName[] = [];
  const high: Term[] = [
    { kind: 'constant', coefficient: row.intercept },
    { kind: 'linear', input: 'ageYears', coefficient: row.ageYears },
    { kind: 'log2', input: 'psaNgPerMl', coefficient: row.log2Psa },
    { kind: 'linear', input: 'piRads', coefficient: row.piRads },
  ];
  if (row.log2Volume !== undefined) {
    known.push('volumeMl');
    high.push({ kind: 'log2', input: 'volumeMl', coefficient: row.log2Volume });
  }
  if (row.abnormalDre !== undefined) {
    known.push('abnormalDre');
    high.push({ kind: 'flag', input: 'abnormalDre', coefficient: row.abnormalDre });
  }
  if (row.priorNegativeBiopsy !== undefined) {
    known.push('priorNegativeBiopsy');
    high.push({ kind: 'flag', input: 'priorNegativeBiopsy', coefficient: row.priorNegativeBiopsy });
  }
  return { name: row.variant, known, high };
}

const tumRc = (revision: string, rows: readonly PublishedRow[], population: string): FormulaData => ({
  id: 'tum-rc',
  revision,
  title: 'TUM-RC, risk calculator of the Technical University of Munich (2026)',
  source: 'github.com/chernovaok/TUM-RC',
  licence: 'MIT',
  endpoint: { name: 'csPCa', definition: 'ISUP grade group 2 or higher on biopsy' },
  intendedPurpose: 'Probability of clinically significant prostate cancer before a first or repeated biopsy, after MRI',
  population,
  inputs: [
    age({ min: 30, max: 90 }),
    psa({ below: 100 }),
    {
      name: 'piRads',
      kind: 'integer',
      unit: '1',
      isRequired: true,
      domain: { min: 1, max: 5 },
      negativeMri: 'negative-mri-as-pirads-2',
    },
    volume({ isRequired: false, intended: { max: 300 } }),
    optionalFlag('abnormalDre'),
    optionalFlag('priorNegativeBiopsy'),
  ],
  variantInputs: ['volumeMl', 'abnormalDre', 'priorNegativeBiopsy'],
  link: 'logit',
  variants: rows.map(variantOf),
});

/** The coefficients published from 7 to 16 January 2026. */
export const tumRcRevision1 = tumRc(
  '1',
  revision1,
  'Munich, one institution; 1,228 biopsies, 67 % csPCa, 74 % PI-RADS 4-5; no earlier cancer; 4.4 % PI-RADS 2, no PI-RADS 1',
);

/** The coefficients published since 26 January 2026. */
export const tumRcRevision2 = tumRc(
  '2',
  revision2,
  'Munich, one institution; 1,333 biopsies, 67 % csPCa, 75 % PI-RADS 4-5; no earlier cancer; 4.4 % PI-RADS 2, no PI-RADS 1',
);
