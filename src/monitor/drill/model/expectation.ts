import { type Random, seededRandom } from '#kernel';
import type { Cell } from '../../model/cells.ts';
import type { ClaimBody } from '../../model/claim.ts';
import { metricRules } from '../../model/metrics.ts';
import { newProcess } from '../../model/processes/new-process.ts';
import { cellsOf, type StreamCopy } from './copy.ts';
import type { Inject, Injection } from './injection.ts';

/** What a claim is about, on a copy as it is and with an injection in every case of it; null where not estimable. */
export interface CopyValues {
  readonly value: number | null;
  readonly injectedValue: number | null;
}

export function valuesOn(claim: { body: ClaimBody; run: number }, copy: StreamCopy, inject: Inject): CopyValues {
  const random: Random = seededRandom('value of the copy');
  const cells = cellsOf(copy);
  return {
    value: figureOn(claim, cells),
    injectedValue: figureOn(
      claim,
      cells.map((cell) => inject(cell, random)),
    ),
  };
}

function figureOn({ body, run }: { body: ClaimBody; run: number }, cells: ArrayLike<Cell>): number | null {
  const process = newProcess(body, run, undefined);
  for (let i = 0; i < cells.length; i++) process.step(cells[i]!);
  const estimate = process.estimate();
  return estimate.estimable ? estimate.value : null;
}

/** Whether a figure is what the claim promises. */
export function holds(value: number, body: ClaimBody): boolean {
  switch (metricRules[body.metric].limit) {
    case 'least':
      return value >= body.bound;
    case 'most':
      return value <= body.bound;
    case 'range':
      return value >= body.bound && value <= (body.boundUpper ?? Infinity);
    case 'tolerance':
      return Math.abs(value) <= (body.tolerance ?? 0);
  }
}

/** What the claim promises, in words. */
export function promiseInWords(body: ClaimBody): string {
  switch (metricRules[body.metric].limit) {
    case 'least':
      return `at least ${body.bound}`;
    case 'most':
      return `at most ${body.bound}`;
    case 'range':
      return `${body.bound} to ${body.boundUpper}`;
    case 'tolerance':
      return `within ${body.tolerance}`;
  }
}

/**
 * What a drill should lead to: an alarm if the claim no longer holds with the injection in every case. Late labels alone
 * are no fault of a model. A whole calibration curve has no single figure: there an injected shift should be found.
 */
export function expectedOf({ kind }: Injection, body: ClaimBody, { injectedValue }: CopyValues): 'alarm' | 'silence' {
  if (kind === 'label-delay') return 'silence';
  if (injectedValue === null || metricRules[body.metric].evidence === 'mixture') return 'alarm';
  return holds(injectedValue, body) ? 'silence' : 'alarm';
}
