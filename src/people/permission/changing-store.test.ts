import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Clock, Instant } from '#kernel';
import { openLedger } from '#ledger';
import { type Database, inTransaction } from '#platform/db';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { createFourEyes } from '../four-eyes/index.ts';
import { type Identity, noRelations, type Role } from '../model.ts';
import { signOffRoles } from '../role-contract.ts';
import { openPolicies, policyChanges } from './changing.ts';
import { createPermissions } from './permissions.ts';
import { readPolicyFiles } from './policy-files.ts';
import type { PolicyTexts } from './policy-set.ts';

/*
 * Goal: what lies on the disk decides nothing; two persons in different roles bring it into force, at once, after being
 * shown which permissions change. Method: the real mechanism of signatures on the real store.
 */

const shipped = readPolicyFiles();
/** Lets the operator read cases at home. */
const changed: PolicyTexts = {
  ...shipped,
  files: {
    ...shipped.files,
    'monitor.cedar': (shipped.files['monitor.cedar'] ?? '').replace(
      'Role::"clinical-owner",\n    Role::"safety-officer",\n    Role::"model-lead",',
      'Role::"operator",\n    Role::"clinical-owner",\n    Role::"safety-officer",\n    Role::"model-lead",',
    ),
  },
};
const clock: Clock = { now: () => Date.UTC(2026, 0, 1) as Instant };
const home = 'org_home' as never;

const person = (role: Role): Identity => ({
  kind: 'person',
  id: `person_${role}`,
  name: role,
  organisationId: home,
  roles: [role],
  scopes: [],
  relations: noRelations,
  signedIn: { at: clock.now(), strength: 'multi-factor', provider: 'test' },
});

async function aHouse({ db }: Database) {
  const ledger = await openLedger({ db, clock, dataDir: mkdtempSync(join(tmpdir(), 'hortus-policies-')) });
  const directory = {
    organisationsWith: async () => [home],
    identity: async (_: unknown, id: string) => person(id.slice('person_'.length) as Role),
  };
  let disk = shipped;
  const start = async () => {
    const policies = await openPolicies({ db, clock, ledger }, disk);
    const permissions = createPermissions({
      policies,
      directory: { sites: () => [] },
      visitors: false,
      wallClock: clock,
    });
    const fourEyes = createFourEyes({ db, clock, ledger, directory, permissions });
    const changes = policyChanges({ db, clock, ledger, fourEyes }, permissions, () => disk);
    return { permissions, fourEyes, changes };
  };
  const write = (texts: PolicyTexts) => {
    disk = texts;
  };
  return { start, write, ledger, db };
}

const readsCases = { legalEntityId: home };

describeOnEveryDatabase('policies', (open) => {
  it('change by two persons only, who are shown which permissions change; then at once, and over a restart', {
    timeout: 120_000,
  }, async () => {
    const house = await aHouse(await open());
    const first = await house.start();
    expect(first.changes.pending()).toBeUndefined();
    house.write(changed);

    const { permissions, fourEyes, changes } = await house.start();
    const mayOperator = () => permissions.mayDo(person('operator'), 'monitor:read-cases', readsCases);
    expect(mayOperator(), 'the old set stays in force').toBe(false);
    const pending = changes.pending();
    expect(pending?.files).toEqual(['monitor.cedar']);
    expect(new Set(pending?.changes.map(({ action }) => action))).toEqual(new Set(['monitor:read-cases']));
    expect(pending?.changes).toContainEqual({
      who: 'operator',
      action: 'monitor:read-cases',
      relation: 'own-site',
      before: 'no',
      after: 'yes',
    });

    const id = await changes.propose(person('operator'), { reason: 'Operators look into a fault.' });
    const [proposal] = await fourEyes.proposals({ ids: [id] }, { sees: 'all' });
    const seated = proposal?.rule.seats.flatMap(({ roles }) => roles).filter((role) => role !== 'operator');
    expect(signOffRoles, 'no seat by one word alone').toEqual(expect.arrayContaining(seated ?? ['nobody']));
    const sign = async (by: Identity) => {
      const shown = await fourEyes.open(by, id as never);
      return fourEyes.sign(
        by,
        id as never,
        {
          digest: shown.digest,
          seen: shown.parts.map(({ sha256 }) => sha256),
          reason: 'Agreed.',
        } as never,
      );
    };
    await sign(person('operator'));
    expect(mayOperator(), 'one signature is none').toBe(false);
    await sign(person('safety-officer'));
    expect(mayOperator(), 'at once').toBe(true);
    expect(changes.pending()).toBeUndefined();

    const again = await house.start();
    expect(again.permissions.inForce().digest).toBe(permissions.inForce().digest);
    const acts = await inTransaction(house.db, async () => house.ledger.questions.checkpoint());
    expect(acts.size).toBeGreaterThan(3);
  });

  it('do not change to what Cedar cannot read, or what breaks the schema', { timeout: 60_000 }, async () => {
    const house = await aHouse(await open());
    const { changes } = await house.start();
    house.write({ ...shipped, files: { ...shipped.files, 'monitor.cedar': 'permit everybody everything;' } });
    expect(changes.pending()?.refusal).toMatch(/monitor\.cedar/);
    await expect(changes.propose(person('operator'), { reason: 'r' })).rejects.toThrow(/cannot come into force/);
  });
});
