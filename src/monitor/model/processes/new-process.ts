import type { ClaimBody } from '../claim.ts';
import { isRate } from '../metrics.ts';
import { AuditedRateProcess } from './audited-rate.ts';
import { CalibrationProcess } from './calibration.ts';
import { ForecastProcess } from './forecast.ts';
import { GapProcess } from './gap.ts';
import { FalsePositivesProcess, LesionSensitivityProcess } from './lesions.ts';
import { MeanLossProcess } from './mean-loss.ts';
import type { ClaimProcess } from './process.ts';
import { RankProcess } from './rank.ts';
import { RateProcess } from './rate.ts';

/** The process of a claim in run k, fresh or as saved. To add a metric: a process here, a line in `metrics.ts`. */
export function newProcess(body: ClaimBody, run: number, saved: Uint8Array | undefined): ClaimProcess {
  const { metric, verification } = body;
  const isWeighted = metric === 'sensitivity' || metric === 'specificity';
  if (isWeighted && verification.model === 'audit') return new AuditedRateProcess(body, run, saved);
  if (isRate(metric)) return new RateProcess(body, run, saved);
  switch (metric) {
    case 'calibration-in-the-large':
    case 'observed-expected':
      return new ForecastProcess(body, run, saved);
    case 'calibration':
      return new CalibrationProcess(body, run, saved);
    case 'brier':
    case 'absolute-error':
    case 'net-benefit':
      return new MeanLossProcess(body, run, saved);
    case 'lesion-sensitivity':
      return new LesionSensitivityProcess(body, run, saved);
    case 'false-positives-per-exam':
      return new FalsePositivesProcess(body, run, saved);
    case 'sensitivity-gap':
    case 'specificity-gap':
      return new GapProcess(body, run, saved);
    default:
      return new RankProcess(body, run, saved);
  }
}
