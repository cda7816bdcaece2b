// Goal: every formula gives its published answers, refuses what lies outside its domain, and never reads an unknown as zero.
// Method: the known answers as tables, to 1e-6; hand-made refusals; properties of the evaluator.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReferenceInput, type ReferenceModel, referenceModel, referenceModels } from './index.ts';

const mri = { ageYears: 68, psaNgPerMl: 8.2, piRads: 4, volumeMl: 45 };

function model(id: string): ReferenceModel {
  const found = referenceModel(id);
  if (found === undefined) throw new Error(`no model ${id}`);
  return found;
}

function evaluated(id: string, input: ReferenceInput) {
  const result = model(id).evaluate(input);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function pointers(id: string, input: ReferenceInput): (string | undefined)[] {
  const result = model(id).evaluate(input);
  return result.ok ? [] : result.error.map((error) => error.pointer);
}

const tumVariants = ['full', 'no prior', 'no DRE', 'no volume', 'vol only', 'DRE only', 'prior only', 'none'];
const knownIn: Record<string, readonly (keyof ReferenceInput)[]> = {
  full: ['volumeMl', 'abnormalDre', 'priorNegativeBiopsy'],
  'no prior': ['volumeMl', 'abnormalDre'],
  'no DRE': ['volumeMl', 'priorNegativeBiopsy'],
  'no volume': ['abnormalDre', 'priorNegativeBiopsy'],
  'vol only': ['volumeMl'],
  'DRE only': ['abnormalDre'],
  'prior only': ['priorNegativeBiopsy'],
  none: [],
};

const cases: [name: string, input: ReferenceInput][] = [
  ['68, 8.2, 4, 45, 0, 0', { ...mri, abnormalDre: false, priorNegativeBiopsy: false }],
  ['68, 8.2, 4, 45, 1, 1', { ...mri, abnormalDre: true, priorNegativeBiopsy: true }],
  [
    '60, 5, 2, 60, 0, 1',
    { ageYears: 60, psaNgPerMl: 5, piRads: 2, volumeMl: 60, abnormalDre: false, priorNegativeBiopsy: true },
  ],
];
const tumAnswers: [id: string, answers: number[][]][] = [
  [
    'tum-rc@1',
    [
      [0.789862, 0.76154, 0.824554, 0.729982, 0.800622, 0.68916, 0.779468, 0.744963],
      [0.747858, 0.888718, 0.606989, 0.680746, 0.800622, 0.864671, 0.498119, 0.744963],
      [0.026427, 0.067641, 0.025299, 0.040066, 0.06369, 0.115848, 0.038008, 0.108136],
    ],
  ],
  [
    'tum-rc@2',
    [
      [0.792026, 0.766754, 0.826775, 0.73227, 0.805306, 0.695256, 0.782019, 0.750722],
      [0.761694, 0.893776, 0.618355, 0.696896, 0.805306, 0.871429, 0.509409, 0.750722],
      [0.026154, 0.065879, 0.025245, 0.039496, 0.062343, 0.112941, 0.037677, 0.105487],
    ],
  ],
];

describe('TUM-RC 2026', () => {
  for (const [id, answers] of tumAnswers) {
    it.each(cases.map(([name, input], i) => ({ name, input, expected: answers[i]! })))(
      `${id} gives the published answers of all eight variants for $name`,
      ({ input, expected }) => {
        const given = tumVariants.map((variant) => {
          const { ageYears, psaNgPerMl, piRads } = input;
          const extra = Object.fromEntries(knownIn[variant]!.map((name) => [name, input[name]]));
          const result = evaluated(id, { ageYears, psaNgPerMl, piRads, ...extra });
          expect(result.variant).toBe(variant);
          return result.probability;
        });
        given.forEach((probability, i) => {
          expect(Math.abs(probability - expected[i]!)).toBeLessThan(1e-6);
        });
      },
    );
  }

  it('reads a negative MRI only by the named convention, and says so', () => {
    const input = { ...mri, piRads: 1 };
    expect(pointers('tum-rc@1', input)).toEqual(['/piRads']);
    const mapped = model('tum-rc@1').evaluate(input, { conventions: ['negative-mri-as-pirads-2'] });
    expect(mapped.ok && mapped.value.warnings.map(({ code }) => code)).toEqual(['negative-mri-mapped']);
    expect(mapped.ok && mapped.value.probability).toBe(evaluated('tum-rc@1', { ...mri, piRads: 2 }).probability);
  });

  it('flags what lies outside its intended range, and still answers', () => {
    const warned = (input: ReferenceInput) =>
      evaluated('tum-rc@2', { ...mri, ...input }).warnings.map((w) => w.pointer);
    expect(warned({ ageYears: 90, volumeMl: 300, psaNgPerMl: 99.9 })).toEqual([]);
    expect(warned({ ageYears: 29 })).toEqual(['/ageYears']);
    expect(warned({ ageYears: 92, volumeMl: 308, psaNgPerMl: 100 })).toEqual(['/ageYears', '/psaNgPerMl', '/volumeMl']);
  });
});

describe('the other models after MRI', () => {
  it('give their known answers', () => {
    const pcrc = evaluated('pcrc-mri@2022', {
      ...mri,
      abnormalDre: false,
      priorNegativeBiopsy: false,
      race: 'caucasian',
    });
    expect(Math.abs(pcrc.probability - 0.667509)).toBeLessThan(1e-6);
    const spcc = evaluated('spcc@2021', { ...mri, biopsyHistory: 'naive', race: 'white' });
    expect(Math.abs(spcc.probability - 0.651609)).toBeLessThan(1e-6);
    const beta = evaluated('tum-rc-beta@2023-11', { ...mri, priorNegativeBiopsy: false });
    expect(Math.abs(beta.probability - 0.36439468)).toBeLessThan(1e-8);
  });

  it('take an unknown DRE or race as the publication says, with a warning, but refuse an unknown history', () => {
    const unknown = evaluated('pcrc-mri@2022', { ...mri, priorNegativeBiopsy: false });
    const stated = evaluated('pcrc-mri@2022', {
      ...mri,
      priorNegativeBiopsy: false,
      abnormalDre: false,
      race: 'unknown',
    });
    expect(unknown.probability).toBe(stated.probability);
    expect(unknown.warnings.map(({ pointer }) => pointer)).toEqual(['/abnormalDre', '/race']);
    expect(pointers('pcrc-mri@2022', mri)).toEqual(['/priorNegativeBiopsy']);
  });

  it('step at a PSA density of exactly 0.15', () => {
    const at = (psaNgPerMl: number) =>
      evaluated('pcrc-mri@2022', { ...mri, volumeMl: 40, psaNgPerMl, priorNegativeBiopsy: false }).probability;
    expect(at(6) - at(5.999)).toBeGreaterThan(0.1);
  });

  it('SPCC refuses an MRI without a visible lesion', () => {
    expect(pointers('spcc@2021', { ...mri, piRads: 2, biopsyHistory: 'naive' })).toEqual(['/piRads']);
  });
});

describe('PBCG and PCPTRC 2.0', () => {
  const man = { ageYears: 68, psaNgPerMl: 8.2, africanAncestry: false };
  const full = { ...man, priorNegativeBiopsy: false, abnormalDre: false, firstDegreeFamilyHistory: false };

  it.each([
    ['pbcg@2018', 'prior, DRE, FH', full, [0.435054, 0.192315, 0.372631]],
    ['pbcg@2018', 'none', man, [0.448344, 0.161786, 0.38987]],
    ['pcptrc@2.0', 'prior, DRE, FH', full, [0.659277, 0.217933, 0.12279]],
    ['pcptrc@2.0', 'none', man, [0.659912, 0.207599, 0.13249]],
  ] as const)('%s gives its known answers for the variant %s', (id, variant, input, [none, low, high]) => {
    const result = evaluated(id, input);
    expect(result.variant).toBe(variant);
    for (const [given, expected] of [
      [result.classes?.none, none],
      [result.classes?.low, low],
      [result.probability, high],
    ] as const) {
      expect(Math.abs(given! - expected)).toBeLessThan(1e-6);
    }
  });

  it('PCPTRC weighs the three outcomes by the density of the percentage of free PSA', () => {
    const prior = evaluated('pcptrc@2.0', man).classes!;
    const posterior = evaluated('pcptrc@2.0', { ...man, percentFreePsa: 9 }).classes!;
    // Written out by hand from the published means and standard deviations, as odds of one class against the others.
    const density = (a: number, b: number, sd: number) =>
      Math.exp(-(((Math.log2(9) - a - b * Math.log2(8.2)) / sd) ** 2) / 2) / sd;
    const none = prior.none * density(4.9602101, -0.2195069, 0.5154306);
    const low = prior.low * density(4.9730353, -0.3856204, 0.6010974);
    const high = prior.high * density(4.8059009, -0.3483031, 0.6452902);
    const oddsLow = low / (none + high);
    const oddsNone = none / (low + high);
    expect(posterior.low).toBeCloseTo(oddsLow / (1 + oddsLow), 12);
    expect(posterior.none).toBeCloseTo(oddsNone / (1 + oddsNone), 12);
    expect(posterior.high).toBeCloseTo(1 - oddsLow / (1 + oddsLow) - oddsNone / (1 + oddsNone), 12);
    const warnings = evaluated('pcptrc@2.0', { ...man, percentFreePsa: 5 }).warnings;
    expect(warnings.map(({ pointer }) => pointer)).toEqual(['/percentFreePsa']);
  });

  it.each([
    [0, 0, 0, false, 0.92],
    [0, 0, 3, true, 0.9 * 1.09],
    [0, 1, 0, true, 1.63],
    [0, 4, 1, false, 3.72],
    [1, 2, 5, false, 6.28],
    [2, 0, 0, false, 5.68],
  ])(
    'counted relatives (%i, %i, %i, second degree %s) multiply the odds of any cancer by %f',
    (a, b, c, second, ratio) => {
      const prior = evaluated('pcptrc@2.0', { ...man, firstDegreeFamilyHistory: false }).classes!;
      const odds = (ratio * (prior.low + prior.high)) / prior.none;
      const given = evaluated('pcptrc-family@2.0', {
        ...man,
        relativesProstateUnder60: a,
        relativesProstateFrom60: b,
        relativesBreast: c,
        secondDegreeFamilyHistory: second,
      });
      expect(given.probability).toBeCloseTo(Math.min(0.75, odds / (1 + odds)), 12);
    },
  );

  it('counted relatives never give more than 75 %', () => {
    const given = evaluated('pcptrc-family@2.0', {
      ...man,
      relativesProstateUnder60: 3,
      relativesProstateFrom60: 2,
      relativesBreast: 0,
      secondDegreeFamilyHistory: false,
    });
    expect(given.probability).toBe(0.75);
  });
});

describe('every reference model', () => {
  const complete: ReferenceInput = {
    ...mri,
    abnormalDre: true,
    priorNegativeBiopsy: false,
    africanAncestry: true,
    firstDegreeFamilyHistory: false,
    secondDegreeFamilyHistory: false,
    relativesProstateUnder60: 0,
    relativesProstateFrom60: 0,
    relativesBreast: 0,
    biopsyHistory: 'naive',
  };

  it.each(referenceModels.map((each) => [each.id, each] as const))(
    '%s has a variant for every pattern of unknowns',
    (_id, each) => {
      const patterns = 2 ** each.data.variantInputs.length;
      expect(each.data.variants).toHaveLength(patterns);
      const names = new Set<string>();
      for (let pattern = 0; pattern < patterns; pattern++) {
        const unknown = each.data.variantInputs.filter((_name, bit) => (pattern >> bit) % 2 === 1);
        const input = Object.fromEntries(Object.entries(complete).filter(([name]) => !unknown.includes(name as never)));
        const result = each.evaluate(input);
        if (result.ok) names.add(result.value.variant);
      }
      expect(names.size).toBe(patterns);
    },
  );

  it.each(referenceModels.map((each) => [each.id, each] as const))(
    '%s refuses an input that is no measurement',
    (_id, each) => {
      for (const psaNgPerMl of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, undefined, '8' as never]) {
        const result = each.evaluate({ ...complete, psaNgPerMl });
        expect(result.ok).toBe(false);
        expect(!result.ok && result.error.map(({ pointer }) => pointer)).toEqual(['/psaNgPerMl']);
      }
      if (each.data.inputs.some(({ name }) => name === 'piRads')) {
        for (const piRads of [0, 6, 3.5, Number.NaN]) expect(each.evaluate({ ...complete, piRads }).ok).toBe(false);
      }
      if (each.data.inputs.some(({ name }) => name === 'volumeMl')) {
        for (const volumeMl of [0, -4, Number.NaN]) expect(each.evaluate({ ...complete, volumeMl }).ok).toBe(false);
      }
    },
  );

  it('names every wrong field at once, and a field that no model knows', () => {
    const input = { ageYears: -1, psaNgPerMl: 0, piRads: 9, 'psa/total': 4 } as ReferenceInput;
    expect(pointers('tum-rc@1', input)).toEqual(['/ageYears', '/psaNgPerMl', '/piRads', '/psa~1total']);
  });

  it('gives a probability for every input in its domain, however extreme', () => {
    const positive = fc.double({ min: 1e-6, max: 5000, noNaN: true });
    const men = fc.record({
      ageYears: fc.double({ min: 1, max: 130, noNaN: true }),
      psaNgPerMl: fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
      volumeMl: positive,
      piRads: fc.integer({ min: 3, max: 5 }),
    });
    fc.assert(
      fc.property(men, fc.constantFrom(...referenceModels), (man, each) => {
        const result = each.evaluate({ ...complete, ...man });
        expect(result.ok && result.value.probability >= 0 && result.value.probability <= 1).toBe(true);
        if (!result.ok || result.value.classes === undefined) return;
        const { none, low, high } = result.value.classes;
        expect(none + low + high).toBeCloseTo(1, 12);
      }),
    );
  });

  it('has an artefact digest of its own', () => {
    const digests = referenceModels.map(({ artefactSha256 }) => artefactSha256);
    expect(new Set(digests).size).toBe(referenceModels.length);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    // A digest that changes means that a published coefficient, range or text changed: make a new revision instead.
    expect(model('tum-rc@1').artefactSha256.slice(0, 16)).toBe('02a60377e263578d');
    expect(model('tum-rc@2').artefactSha256.slice(0, 16)).toBe('9a20029bd3325505');
  });
});
