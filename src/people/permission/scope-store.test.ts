import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { type LegalEntityId, type Random, type SiteId, seededRandom } from '#kernel';

import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { type Identity, noRelations, roles, visitor } from '../model.ts';
import { siteCondition } from './store.pg.ts';
import { permissionsForTests } from './testing.ts';

/*
 * Goal: the scope of an action opens exactly the sites at which the action is permitted, and the condition made of it
 * fetches those and no others. Method: seeded identities of every kind over a few hospitals, against a decision for each
 * site; the condition on the real database.
 */

const entities = ['org_a', 'org_b', 'org_c'] as LegalEntityId[];
const sites = entities.flatMap((legalEntityId, i) =>
  [1, 2].map((no) => ({ id: `site_${i}${no}` as SiteId, legalEntityId })),
);
const permissions = permissionsForTests({ visitors: false, sites });
const actions = ['monitor:read-cases', 'monitor:read-claims', 'monitor:triage-deficiency', 'certify:propose'];

function anIdentity(random: Random): Identity {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const isPerson = Math.floor(random() * 4) > 0;
  return {
    ...visitor,
    kind: isPerson ? 'person' : 'machine',
    id: isPerson ? 'person' : 'token',
    organisationId: pick(entities),
    roles: [pick(roles)],
    scopes: [pick(['monitor:*', 'certify:*', 'monitor:read-cases'])],
    relations: {
      ...noRelations,
      delegations:
        Math.floor(random() * 2) === 0
          ? []
          : [{ id: 'd', fromPersonId: 'p', role: pick(roles), organisationId: pick(entities) }],
      breakGlass: Math.floor(random() * 3) === 0 ? [{ id: 'b', organisationId: pick(entities) }] : [],
    },
  };
}

describeOnEveryDatabase('a scope', (open) => {
  it('is what is permitted site by site, and the condition fetches just that', async () => {
    const { db } = await open();
    const random = seededRandom('scopes');
    for (let i = 0; i < 150; i++) {
      const identity = anIdentity(random);
      const action = actions[i % actions.length]!;
      const scope = permissions.scopeOf(identity, action);
      const permitted = sites.filter(({ id }) => permissions.decide(identity, action, { siteId: id }).allowed);
      const opened = scope.sites === 'every' ? sites.map(({ id }) => id) : [...scope.sites];
      expect(opened, `${JSON.stringify(identity)} ${action}`).toEqual(permitted.map(({ id }) => id));
      const fetched = await sql<{ id: string }>`select id from unnest(${sites.map(({ id }) => id)}::text[]) as site(id)
        where ${siteCondition(scope, sql.ref('id'))}`.execute(db);
      expect(fetched.rows.map(({ id }) => id)).toEqual(opened);
    }
  });

  it('never opens more of a case than each of its sites does', () => {
    const assessor: Identity = {
      ...visitor,
      kind: 'person',
      id: 'person',
      organisationId: 'org_assessor' as LegalEntityId,
      roles: ['assessor'],
      relations: {
        ...noRelations,
        delegations: [{ id: 'd', fromPersonId: 'p', role: 'clinical-owner', organisationId: entities[0]! }],
      },
    };
    expect(permissions.scopeOf(assessor, 'monitor:read-cases')).toEqual({ detail: 'sampled-cases', sites: 'every' });
    const at = (siteId: SiteId) => permissions.scopeOf(assessor, 'monitor:read-cases', { siteId });
    expect(at(sites[0]!.id)).toEqual({ detail: 'cases', sites: [sites[0]!.id] });
    expect(at(sites[2]!.id)).toEqual({ detail: 'sampled-cases', sites: [sites[2]!.id] });
    const patient: Identity = { ...assessor, roles: ['patient-representative'], relations: noRelations };
    expect(permissions.scopeOf(patient, 'monitor:read-cases')).toEqual({ detail: 'aggregates', sites: [] });
  });
});
