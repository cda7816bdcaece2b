import type { ClaimBody } from '../claim.ts';
import { AuditedRateProcess } from './audited-rate.ts';
import { AurocProcess } from './auroc.ts';
import { ForecastProcess } from './bounded.ts';
import { CalibrationProcess } from './calibration.ts';
import type { ClaimProcess } from './process.ts';
import { RateProcess } from './rate.ts';

/** The process of a claim in run k, fresh or as saved. To add a metric: a process here, a line in `metrics`. */
export function newProcess(body: ClaimBody, run: number, saved: Uint8Array | undefined): ClaimProcess {
  switch (body.metric) {
    case 'sensitivity':
    case 'specificity':
      if (body.verification.model === 'audit') return new AuditedRateProcess(body, run, saved);
      return new RateProcess(body, run, saved);
    case 'ppv':
    case 'npv':
      return new RateProcess(body, run, saved);
    case 'calibration-in-the-large':
    case 'observed-expected':
      return new ForecastProcess(body, run, saved);
    case 'calibration':
      return new CalibrationProcess(body, run, saved);
    case 'auroc':
      return new AurocProcess(body, run, saved);
  }
}
