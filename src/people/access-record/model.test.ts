// Goal: who may search and review, what is unusual, and how records are written together are as the rules say. Method:
// tables without a database, and a writer that the test holds back.
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Instant, LegalEntityId } from '#kernel';
import { type Identity, noRelations, type Role } from '../model.ts';
import { exportLines } from './export.ts';
import {
  casesPerHourLimit,
  defaultAnomalyLimits as limits,
  mayReview,
  type RecordedAccess,
  recordScopeOf,
} from './model.ts';
import { groupWriter } from './writer.ts';

const hospital = 'org_hospital' as LegalEntityId;
const other = 'org_other' as LegalEntityId;
const aPerson = (roles: Role[], delegatedFrom?: string): Identity => ({
  kind: 'person',
  id: 'person_a',
  name: '',
  organisationId: hospital,
  roles,
  scopes: [],
  relations: {
    ...noRelations,
    delegations:
      delegatedFrom === undefined
        ? []
        : [{ id: 'd', fromPersonId: delegatedFrom, role: 'safety-officer', organisationId: hospital }],
  },
});

describe('the access record', () => {
  it('is searched by everybody about themselves, by officers about their data, and by assessors about all', () => {
    expect(recordScopeOf(aPerson(['model-lead']))).toEqual({ identityId: 'person_a', legalEntityId: undefined });
    for (const role of ['deployer-management', 'safety-officer', 'regulatory-lead'] as const) {
      expect(recordScopeOf(aPerson([role]))).toEqual({ identityId: 'person_a', legalEntityId: hospital });
    }
    expect(recordScopeOf(aPerson([], 'person_b'))).toEqual({ identityId: 'person_a', legalEntityId: hospital });
    expect(recordScopeOf(aPerson(['assessor']))).toBe('every');
  });

  it('is reviewed by another person who answers for the data, never by the reader nor by the reader’s delegate', () => {
    const said = (by: Identity, identityId: string, legalEntityId = hospital): string => {
      const judged = mayReview(by, { identityId, legalEntityId });
      return judged.ok ? 'yes' : judged.error.code;
    };
    expect(said(aPerson(['safety-officer']), 'person_b')).toBe('yes');
    expect(said(aPerson([], 'person_c'), 'person_b')).toBe('yes');
    expect(said(aPerson([], 'person_b'), 'person_b')).toBe('four-eyes');
    expect(said(aPerson(['safety-officer']), 'person_a')).toBe('four-eyes');
    expect(said(aPerson(['regulatory-lead']), 'person_b')).toBe('not-allowed');
    expect(said(aPerson(['safety-officer']), 'person_b', other)).toBe('not-found');
  });

  it('takes 500 cases in an hour for unusual, and less of a person who works with few', () => {
    expect(casesPerHourLimit([], limits)).toBe(500);
    expect(casesPerHourLimit([1, 1, 1, 1], limits)).toBe(500);
    expect(casesPerHourLimit([1, 1, 1, 1, 1], limits)).toBe(50);
    expect(casesPerHourLimit([3, 90, 5, 4, 5, 2], limits)).toBe(90);
    expect(casesPerHourLimit([300, 300, 300, 300, 300], limits)).toBe(500);
  });

  it('leaves as CSV that no spreadsheet takes for a formula, and as NDJSON', async () => {
    const access = {
      id: '7',
      at: 0 as Instant,
      requestId: 'r',
      outcome: 'read',
      identityKind: 'person',
      identityId: 'person_a',
      organisationId: undefined,
      action: 'monitor:read-cases',
      purpose: 'monitoring',
      policyIds: ['a.b', 'c.d'],
      objectKind: 'case',
      siteId: undefined,
      legalEntityId: hospital,
      objectIds: ['-1+2', 'with "quotes", and comma'],
      count: 2,
      breakGlassId: undefined,
    } satisfies RecordedAccess;
    const pages = async function* () {
      yield [access];
    };
    const text = async (format: 'csv' | 'ndjson') =>
      (await Readable.from(exportLines(pages(), format)).toArray()).join('');
    const csv = (await text('csv')).split('\r\n');
    expect(csv).toHaveLength(3);
    expect(csv[1]).toBe(
      `7,1970-01-01T00:00:00.000Z,r,read,person,person_a,,monitor:read-cases,monitoring,a.b c.d,case,,org_hospital,"'-1+2 with ""quotes"", and comma",2,`,
    );
    expect(JSON.parse(await text('ndjson'))).toMatchObject({ id: '7', objectIds: access.objectIds, count: 2 });
  });
});

describe('a group writer', () => {
  it('writes at once what comes alone, and together what comes meanwhile', async () => {
    const batches: number[][] = [];
    const gates: (() => void)[] = [];
    const write = groupWriter<number>(async (items) => {
      batches.push([...items]);
      await new Promise<void>((go) => gates.push(go));
    });
    const first = write([1]);
    const more = [write([2, 3]), write([4])];
    expect(batches).toEqual([[1]]);
    gates[0]?.();
    await first;
    expect(batches).toEqual([[1], [2, 3, 4]]);
    gates[1]?.();
    await Promise.all(more);
  });

  it('fails those whose batch failed and goes on', async () => {
    let isBroken = true;
    const write = groupWriter<number>(async () => {
      if (isBroken) throw new Error('down');
    });
    await expect(write([1])).rejects.toThrow('down');
    isBroken = false;
    await expect(write([2])).resolves.toBeUndefined();
  });
});
