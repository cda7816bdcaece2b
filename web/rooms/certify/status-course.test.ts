/* Goal: the picture of a certificate shows exactly the changes that its history records. Method: short histories. */
import { describe, expect, it } from 'vitest';
import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import { statusCourse } from './status-course.ts';

const change = (at: string, from: string, to: string, siteId = 'west') =>
  ({ at, statusChanges: [{ siteId, from, to }] }) as CertificateDetailView['timeline'][number];

describe('the course of a status', () => {
  it('begins with the draft and is open at its end', () => {
    expect(statusCourse({ createdAt: '2019-01-01T00:00:00Z', timeline: [] }, 'west')).toEqual([
      { from: '2019-01-01T00:00:00Z', to: null, status: 'draft' },
    ]);
  });

  it('changes when the history says so, at this site alone', () => {
    const timeline = [
      change('2019-06-10T00:00:00Z', 'draft', 'valid'),
      change('2020-01-01T00:00:00Z', 'valid', 'withdrawn', 'north'),
      change('2021-07-14T00:00:00Z', 'valid', 'suspended'),
    ];
    const course = statusCourse({ createdAt: '2019-01-01T00:00:00Z', timeline }, 'west');
    expect(course.map(({ status, to }) => [status, to])).toEqual([
      ['draft', '2019-06-10T00:00:00Z'],
      ['valid', '2021-07-14T00:00:00Z'],
      ['suspended', null],
    ]);
  });

  it('leaves out what lasted no time', () => {
    const at = '2019-01-01T00:00:00Z';
    const timeline = [change(at, 'draft', 'submitted'), change(at, 'submitted', 'valid')];
    expect(statusCourse({ createdAt: at, timeline }, 'west').map(({ status }) => status)).toEqual(['valid']);
  });
});
