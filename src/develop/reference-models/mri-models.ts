import type { FormulaData } from './formula.ts';
import { age, psa, requiredFlag, volume } from './input-specs.ts';

const tumRcRepository = 'coefficients as carried in github.com/chernovaok/TUM-RC';

/** PCRC-MRI: a rectal examination and a race that are unknown have published values, a volume and a history have not. */
export const pcrcMri: FormulaData = {
  id: 'pcrc-mri',
  revision: '2022',
  title: 'PCRC-MRI',
  source: `Kinnaird et al. 2022, Can Urol Assoc J 16(3):E161-6; ${tumRcRepository}`,
  licence: 'MIT',
  endpoint: { name: 'csPCa', definition: 'ISUP grade group 2 or higher on biopsy' },
  intendedPurpose: 'Probability of clinically significant prostate cancer before a biopsy, after MRI',
  population:
    'Los Angeles and New York; 2,354 biopsies, 40 % csPCa, 52 % PI-RADS 4-5, 19 % PI-RADS 1-2; no earlier cancer',
  inputs: [
    age(),
    psa(),
    {
      name: 'piRads',
      kind: 'integer',
      unit: '1',
      isRequired: true,
      domain: { min: 1, max: 5 },
      negativeMri: 'negative-mri-as-pirads-2',
    },
    volume({ isRequired: true }),
    requiredFlag('priorNegativeBiopsy'),
    { name: 'abnormalDre', kind: 'flag', isRequired: false, whenMissing: false },
    {
      name: 'race',
      kind: 'category',
      values: ['african-american', 'asian', 'caucasian', 'other', 'unknown'],
      isRequired: false,
      whenMissing: 'unknown',
    },
  ],
  variantInputs: [],
  link: 'logit',
  variants: [
    {
      name: 'only',
      known: [],
      high: [
        { kind: 'constant', coefficient: -4.6299 },
        { kind: 'linear', input: 'ageYears', coefficient: 0.0547 },
        {
          kind: 'category',
          input: 'race',
          coefficients: { 'african-american': 0.2378, asian: -0.7719, caucasian: 0, other: 0.1884, unknown: -0.0856 },
        },
        { kind: 'linear', input: 'psaNgPerMl', coefficient: 0.0192 },
        { kind: 'flag', input: 'abnormalDre', coefficient: 0.8646 },
        { kind: 'flag', input: 'priorNegativeBiopsy', coefficient: -0.6163 },
        { kind: 'linear', input: 'volumeMl', coefficient: -0.0179 },
        { kind: 'psa-density-at-least', limit: 0.15, coefficient: 0.8802 },
        { kind: 'category', input: 'piRads', coefficients: { '2': 0, '3': 0.5102, '4': 1.3751, '5': 2.7627 } },
      ],
    },
  ],
};

/** SPCC, Stanford: fitted on visible lesions only, PI-RADS 3 to 5. */
export const spcc: FormulaData = {
  id: 'spcc',
  revision: '2021',
  title: 'SPCC, Stanford Prostate Cancer Calculator',
  source: `Wang et al. 2021, Urol Oncol 39(12):831.e19-27; ${tumRcRepository}`,
  licence: 'MIT',
  endpoint: { name: 'csPCa', definition: 'ISUP grade group 2 or higher on biopsy' },
  intendedPurpose: 'Probability of clinically significant prostate cancer before a biopsy of a PI-RADS 3-5 lesion',
  population: 'Stanford; 1,922 biopsies, 54 % csPCa, 75 % PI-RADS 4-5; includes active surveillance',
  inputs: [
    age(),
    psa(),
    { name: 'piRads', kind: 'integer', unit: '1', isRequired: true, domain: { min: 3, max: 5 } },
    volume({ isRequired: true }),
    {
      name: 'biopsyHistory',
      kind: 'category',
      values: ['naive', 'active-surveillance', 'prior-negative'],
      isRequired: true,
    },
    {
      name: 'race',
      kind: 'category',
      values: ['asian', 'black', 'hispanic', 'white', 'other', 'unknown'],
      isRequired: false,
      whenMissing: 'unknown',
    },
  ],
  variantInputs: [],
  link: 'logit',
  variants: [
    {
      name: 'only',
      known: [],
      high: [
        { kind: 'constant', coefficient: -4.326 },
        { kind: 'psa-density', coefficient: 7.245 },
        { kind: 'linear', input: 'ageYears', coefficient: 3.099, per: 100 },
        { kind: 'category', input: 'piRads', coefficients: { '3': 0, '4': 1.051, '5': 1.717 } },
        {
          kind: 'category',
          input: 'biopsyHistory',
          coefficients: { naive: 0, 'active-surveillance': 0.139, 'prior-negative': -0.6112 },
        },
        {
          kind: 'category',
          input: 'race',
          coefficients: { asian: -0.1757, black: -0.145, hispanic: -0.288, white: 0.4736, other: 0, unknown: 0 },
        },
      ],
    },
  ],
};

/** TUM-RC beta of November 2023, with the endpoint as it was labelled. */
export const tumRcBeta: FormulaData = {
  id: 'tum-rc-beta',
  revision: '2023-11',
  title: 'TUM-RC beta',
  source: 'ClevelandClinicQHS/riskcalc-website (Pirads), published numbers',
  licence: 'published numbers, own code (the repository carries no licence file)',
  endpoint: { name: 'ISUP > 2', definition: 'ISUP grade group above 2, as labelled by its authors' },
  intendedPurpose: 'Probability of prostate cancer before a biopsy, after MRI; awaiting external validation',
  population: '603 men, 35 % with the endpoint',
  inputs: [
    age(),
    psa(),
    { name: 'piRads', kind: 'integer', unit: '1', isRequired: true, domain: { min: 1, max: 5 } },
    volume({ isRequired: true }),
    requiredFlag('priorNegativeBiopsy'),
  ],
  variantInputs: [],
  link: 'logit',
  variants: [
    {
      name: 'only',
      known: [],
      high: [
        { kind: 'constant', coefficient: -6.1785 },
        { kind: 'linear', input: 'ageYears', coefficient: 0.4933, per: 10 },
        { kind: 'log2-psa-density', coefficient: 0.4688 },
        { kind: 'linear', input: 'piRads', coefficient: 0.8548 },
        { kind: 'flag', input: 'priorNegativeBiopsy', coefficient: -0.8491 },
      ],
    },
  ],
};
