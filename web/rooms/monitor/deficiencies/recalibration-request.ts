import type { z } from 'zod';
import type { recalibrationRequest } from '../../../../src/monitor/contract.ts';

export type RecalibrationBody = z.input<typeof recalibrationRequest>;

/** What was typed into the form, as text. */
export interface RecalibrationFields {
  kind: RecalibrationBody['kind'];
  fitFrom: string;
  fitUntil: string;
  threshold: 'keep' | 'sensitivity' | 'threshold';
  fraction: string;
}

export const emptyRecalibration: RecalibrationFields = {
  kind: 'intercept-and-slope',
  fitFrom: '',
  fitUntil: '',
  threshold: 'keep',
  fraction: '',
};

/** A number strictly between 0 and 1, with a point or a comma. */
export function readFraction(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  const value = Number(trimmed);
  return /^\d*\.?\d+$/.test(trimmed) && value > 0 && value < 1 ? value : undefined;
}

/** The request; undefined while a number that is needed is missing. What is left empty takes the server's default. */
export function requestOf(fields: RecalibrationFields): RecalibrationBody | undefined {
  const fraction = readFraction(fields.fraction);
  if (fields.threshold !== 'keep' && fraction === undefined) return undefined;
  return {
    kind: fields.kind,
    ...(fields.fitFrom === '' ? {} : { fitFrom: fields.fitFrom }),
    ...(fields.fitUntil === '' ? {} : { fitUntil: fields.fitUntil }),
    ...(fields.threshold === 'threshold' && fraction !== undefined ? { decisionThreshold: fraction } : {}),
    ...(fields.threshold === 'sensitivity' && fraction !== undefined ? { wantedSensitivity: fraction } : {}),
  };
}
