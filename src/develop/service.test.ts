import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { instant, type ModelVersionId, Problem, type SiteId, sha256Hex } from '#kernel';
import { openLedger } from '#ledger';
import { SimulatedClock } from '#platform/clock';
import { inTransaction } from '#platform/db';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import { type Develop, openDevelop } from './service.ts';

/*
 * Goal: a version is exactly its three parts, its ancestry is kept, and a candidate is decided once.
 * Method: the real store and ledger.
 */
const lead = { id: 'person_lead', role: 'model-lead' };
const parts = (label: string, artefact: string) => ({
  label,
  artefactDigest: sha256Hex(artefact),
  preprocessingDigest: sha256Hex('none'),
  calibration: { kind: 'identity' as const },
});

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'no problem';
};

describeOnEveryDatabase('develop', (open) => {
  const aDevelop = async () => {
    const database = await open();
    const clock = new SimulatedClock(instant('2020-01-01T00:00:00Z'));
    const dataDir = await mkdtemp(join(tmpdir(), 'hortus-develop-'));
    const ledger = await openLedger({ db: database.db, clock, dataDir, origin: { kind: 'simulation' } });
    const develop = openDevelop({ database, clock, ledger });
    const model = await develop.registerModel(
      {
        name: 'Risk',
        intendedPurpose: 'triage',
        population: 'men',
        endpoint: 'csPCa',
        referenceModelId: undefined,
        notice: undefined,
      },
      lead,
    );
    return { database, clock, ledger, develop, model };
  };

  const aCandidate = (develop: Develop, database: Awaited<ReturnType<typeof open>>, base: ModelVersionId) =>
    inTransaction(database.db, (tx) =>
      develop.addCandidate(tx, {
        baseVersionId: base,
        intercept: -0.5,
        slope: 0.8,
        decisionThreshold: 0.1,
        deficiencyId: 'def_1',
        siteIds: ['site_1' as SiteId],
        fit: { kind: 'intercept-and-slope' },
        actor: lead,
        at: instant('2020-06-01T00:00:00Z'),
      }),
    );

  it('registers the same parts once, whatever the label', async () => {
    const { develop, model } = await aDevelop();
    await develop.registerVersion(model.id, parts('1.0', 'a'), lead);
    expect(await codeOf(develop.registerVersion(model.id, parts('1.1', 'a'), lead))).toBe('conflict');
    expect(await codeOf(develop.registerVersion(model.id, parts('1.0', 'b'), lead))).toBe('conflict');
  });

  it('refuses a reference model that nobody published', async () => {
    const { develop, model } = await aDevelop();
    const { id: _id, registeredAt: _at, ...request } = model;
    expect(await codeOf(develop.registerModel({ ...request, referenceModelId: 'nobody@1' }, lead))).toBe('not-found');
  });

  it('gives a candidate the next label, the composed calibration and the ancestry of its base', async () => {
    const { develop, model, database } = await aDevelop();
    const original = await develop.registerVersion(model.id, parts('2.1', 'a'), lead);
    const first = await aCandidate(develop, database, original.id);
    expect(first.label).toBe('2.2');
    const second = await aCandidate(develop, database, first.id);
    const version = await develop.modelVersion(database.db, second.id);
    expect(version).toMatchObject({
      label: '2.3',
      state: 'candidate',
      originalVersionId: original.id,
      previousVersionId: first.id,
      calibration: { kind: 'logistic', intercept: -0.5 + 0.8 * -0.5, slope: 0.8 * 0.8 },
    });
  });

  it('decides a candidate once; the same decision again changes nothing', async () => {
    const { develop, model, database } = await aDevelop();
    const original = await develop.registerVersion(model.id, parts('2.1', 'a'), lead);
    const { id } = await aCandidate(develop, database, original.id);
    const at = instant('2020-07-01T00:00:00Z');
    const decide = (versionId: ModelVersionId, outcome: 'released' | 'refused') =>
      inTransaction(database.db, (tx) => develop.decideCandidate(tx, { versionId, outcome, at }));
    await decide(id, 'released');
    await decide(id, 'released');
    expect(await codeOf(decide(id, 'refused'))).toBe('wrong-state');
    expect(await codeOf(decide(original.id, 'released'))).toBe('wrong-state');
  });
});
