import type { ClaimRequest } from '../contract.ts';
import { metricRules } from './metrics.ts';

/** Part of a request that is wrong, by JSON pointer. */
export interface PointedError {
  pointer: string;
  detail: string;
}

/** What a request of this kind of claim must say, and must not. */
export function kindErrors(request: ClaimRequest): PointedError[] {
  return [...limitErrors(request), ...groupErrors(request), ...candidateErrors(request)];
}

function limitErrors({ metric, bound, boundUpper, tolerance }: ClaimRequest): PointedError[] {
  const { limit } = metricRules[metric];
  if (limit === 'tolerance') {
    return tolerance === undefined ? [{ pointer: '/tolerance', detail: 'This claim needs its tolerance.' }] : [];
  }
  if (limit === 'range') {
    const isRange = bound !== undefined && boundUpper !== undefined && bound < boundUpper;
    return isRange ? [] : [{ pointer: '/bound', detail: 'A range needs bound < boundUpper, e.g. 0.8 and 1.25.' }];
  }
  if (metric === 'false-positives-per-exam') {
    return bound === undefined ? [{ pointer: '/bound', detail: 'A count an exam needs its bound, e.g. 0.5.' }] : [];
  }
  return bound === undefined || bound >= 1
    ? [{ pointer: '/bound', detail: 'A rate needs a bound inside (0, 1).' }]
    : [];
}

function groupErrors({ metric, group, among }: ClaimRequest): PointedError[] {
  if (metricRules[metric].measure !== 'group') {
    return group === undefined ? [] : [{ pointer: '/group', detail: 'Only a claim about a gap names a group.' }];
  }
  const errors: PointedError[] = [];
  if (group === undefined)
    errors.push({ pointer: '/group', detail: 'A gap is between a group and the rest: name it.' });
  if (among === 'flagged') errors.push({ pointer: '/among', detail: 'Among flagged cases this gap means nothing.' });
  return errors;
}

function candidateErrors({ metric, bound, candidatesMax }: ClaimRequest): PointedError[] {
  const pointer = '/candidatesMax';
  if (metric !== 'false-positives-per-exam') {
    return candidatesMax === undefined ? [] : [{ pointer, detail: 'Only false positives per exam have such a limit.' }];
  }
  const isAbove = candidatesMax !== undefined && (bound === undefined || candidatesMax > bound);
  return isAbove
    ? []
    : [{ pointer, detail: 'Name the most candidates that the version can give an exam: above the bound.' }];
}

/** What a random audit of cleared cases makes inexact. */
export function auditErrors({ metric, among }: ClaimRequest): PointedError[] {
  const { underAudit } = metricRules[metric];
  if (underAudit === 'refused') {
    return [
      { pointer: '/verification', detail: 'Under an audit this metric has no exact test: use a reference standard.' },
    ];
  }
  if (underAudit !== 'among-flagged' || among === 'flagged') return [];
  const detail =
    'Under an audit this metric is exact only among flagged cases, all of which are verified: use among = flagged.';
  return [{ pointer: '/among', detail }];
}
