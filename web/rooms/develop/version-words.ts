import type { VersionView } from '../../../src/develop/contract.ts';
import { formatFraction } from '../../messages/format.ts';
import { t } from '../../messages/translate.ts';
import type { Status } from '../../ui/status/status.ts';

export const versionStatus: Record<VersionView['state'], Status> = {
  registered: 'consistent',
  candidate: 'provisional',
  released: 'valid',
  refused: 'refused',
};

export const stateWord = (state: VersionView['state']): string => t(`develop.state.${state}`);

const slopeIsOne = (slope: number): boolean => Math.abs(slope - 1) < 1e-9;

/** What the calibration does to probabilities, in words, with its formula. */
export function calibrationWords(calibration: VersionView['calibration']): string {
  if (calibration.kind === 'identity') return t('develop.calibration.identity');
  const { intercept, slope } = calibration;
  const values = {
    level: t(intercept < 0 ? 'develop.calibration.level.lower' : 'develop.calibration.level.higher'),
    formula: t('develop.calibration.formula', {
      intercept: formatFraction(intercept, 3),
      slope: formatFraction(slope, 3),
    }),
  };
  if (slopeIsOne(slope)) return t('develop.calibration.level', values);
  return t(slope < 1 ? 'develop.calibration.narrower' : 'develop.calibration.wider', values);
}

export interface Fit {
  n: string;
  events: string;
  from: string;
  until: string;
}

/** The fit of a candidate, where the record says it in the form that monitor writes. */
export function fitOf({ candidate }: VersionView): Fit | undefined {
  if (candidate === null) return undefined;
  const { n, events, from, until } = candidate.fit;
  if (n === undefined || events === undefined || from === undefined || until === undefined) return undefined;
  return { n: String(n), events: String(events), from: String(from), until: String(until) };
}
