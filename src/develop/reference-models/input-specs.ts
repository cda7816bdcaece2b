import type { FlagInput, FlagName, NumberInput } from './formula.ts';

/** Years, as every formula reads them; the domain only excludes what is no age. */
export const age = (intended?: NumberInput['intended']): NumberInput => ({
  name: 'ageYears',
  kind: 'number',
  unit: 'a',
  isRequired: true,
  domain: { above: 0, max: 130 },
  ...(intended === undefined ? {} : { intended }),
});

export const psa = (intended?: NumberInput['intended']): NumberInput => ({
  name: 'psaNgPerMl',
  kind: 'number',
  unit: 'ng/mL',
  isRequired: true,
  domain: { above: 0, max: 1_000_000 },
  ...(intended === undefined ? {} : { intended }),
});

export const volume = (options: { isRequired: boolean; intended?: NumberInput['intended'] }): NumberInput => ({
  name: 'volumeMl',
  kind: 'number',
  unit: 'mL',
  isRequired: options.isRequired,
  domain: { above: 0, max: 5_000 },
  ...(options.intended === undefined ? {} : { intended: options.intended }),
});

export const optionalFlag = (name: FlagName): FlagInput => ({ name, kind: 'flag', isRequired: false });
export const requiredFlag = (name: FlagName): FlagInput => ({ name, kind: 'flag', isRequired: true });
