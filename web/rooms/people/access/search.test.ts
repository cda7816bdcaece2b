/*
 * Goal: whoever searches the access record asks for no more than the server shows them, and for all of it. Method: the
 * server's own list of roles, and the addresses that the page makes.
 */
import { describe, expect, it } from 'vitest';
import { ownerRoles as serversOwnerRoles } from '../../../../src/people/access-record/model.ts';
import { roles } from '../../../../src/people/model.ts';
import { asked, exportAddress, ownerRoles, whoseFor } from './search.ts';

const reader = (role: string) => ({ id: 'person_1', organisationId: 'org_1', roles: [role] });

describe('a search of the access record', () => {
  it('offers the data of an organisation to those who answer for it, as the server does', () => {
    expect([...ownerRoles].sort()).toEqual([...serversOwnerRoles].sort());
    const offered = roles.filter((role) => whoseFor({ roles: [role] }).includes('ours'));
    expect([...offered].sort()).toEqual([...serversOwnerRoles].sort());
    expect(whoseFor({ roles: ['assessor'] })).toEqual(['all', 'mine']);
  });

  it('names the owner or oneself, and an address asks for nothing that is not the reader’s', () => {
    expect(asked({}, reader('safety-officer'))).toMatchObject({ owner: 'org_1' });
    expect(asked({ whose: 'mine' }, reader('safety-officer'))).toMatchObject({ identity: 'person_1' });
    expect(asked({ whose: 'ours', person: 'person_2' }, reader('model-lead'))).toMatchObject({ identity: 'person_1' });
    expect(asked({ person: 'person_2' }, reader('assessor'))).toMatchObject({ identity: 'person_2' });
  });

  it('takes whole days, and the file has the same question as the page', () => {
    const values = asked({ from: '2022-03-01', until: '2022-03-02', purpose: 'care' }, reader('assessor'));
    expect(values).toMatchObject({ from: '2022-03-01T00:00:00.000Z', until: '2022-03-02T23:59:59.999Z' });
    expect(exportAddress({ purpose: 'care', object: undefined }, 'csv')).toBe(
      '/api/v1/people/access-record/export?purpose=care&format=csv',
    );
  });
});
