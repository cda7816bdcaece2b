/* Goal: a dot in the rail means that something waits for exactly this person. Method: plain certificates and readers. */
import { describe, expect, it } from 'vitest';
import type { CertificateView } from '../../src/certify/contract.ts';
import type { DeficiencySummary } from '../../src/monitor/contract.ts';
import { isMine, isOfReader, isSoon, tasksOf } from './waiting.ts';

type Task = CertificateView['sites'][number]['toDo'][number];

const aSite = (toDo: Task[], name = 'Westhaven') => ({ siteId: `site-${name}`, name, toDo });
const aCertificate = (sites: ReturnType<typeof aSite>[], legalEntityId = 'home') =>
  ({ id: `certificate-${legalEntityId}`, legalEntityId, sites }) as unknown as CertificateView;

const audit: Task = { what: 'Carry out the yearly audit.', by: ['assessor'], since: '2021-05-01T00:00:00Z', due: null };
const decide: Task = { what: 'Decide.', by: ['safety officer', 'assessor'], since: null, due: '2021-07-01T00:00:00Z' };

const reader = (role: 'safety-officer' | 'assessor' | 'model-lead', organisationId: string, isOfHospital = true) => ({
  roles: [role],
  organisationId,
  isOfHospital,
});

describe('tasks of certificates', () => {
  it('are listed once for the whole certificate, the nearest end first', () => {
    const tasks = tasksOf([aCertificate([aSite([audit, decide]), aSite([audit], 'Heidestad')])]);
    expect(tasks.map(({ what }) => what)).toEqual(['Decide.', 'Carry out the yearly audit.']);
  });

  it('wait for the roles they name, for hospital people only at home', () => {
    const [task] = tasksOf([aCertificate([aSite([decide])])]);
    expect(isMine(task!, reader('safety-officer', 'home'))).toBe(true);
    expect(isMine(task!, reader('safety-officer', 'elsewhere'))).toBe(false);
    expect(isMine(task!, reader('assessor', 'bureau', false))).toBe(true);
    expect(isMine(task!, reader('model-lead', 'home'))).toBe(false);
  });
});

describe('a task', () => {
  it('is for now when it has no date or ends within a quarter', () => {
    expect(isSoon({ due: null }, '2021-06-01')).toBe(true);
    expect(isSoon({ due: '2021-08-01T00:00:00Z' }, '2021-06-01')).toBe(true);
    expect(isSoon({ due: '2021-01-01T00:00:00Z' }, '2021-06-01')).toBe(true);
    expect(isSoon({ due: '2022-06-01T00:00:00Z' }, '2021-06-01')).toBe(false);
  });
});

describe('a deficiency', () => {
  const sites = [{ id: 'site', code: 'WESTHAVEN', name: 'Westhaven', legalEntityId: 'home' }];
  const deficiency = { siteCode: 'WESTHAVEN' } as DeficiencySummary;

  it('concerns the people of its hospital and those who look at all', () => {
    expect(isOfReader(deficiency, reader('safety-officer', 'home'), sites)).toBe(true);
    expect(isOfReader(deficiency, reader('safety-officer', 'elsewhere'), sites)).toBe(false);
    expect(isOfReader(deficiency, reader('assessor', 'bureau', false), sites)).toBe(true);
  });
});
