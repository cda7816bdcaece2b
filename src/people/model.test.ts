import { describe, expect, it } from 'vitest';
import { fitsOrganisation } from './model.ts';

/** Goal: a role is held only where the law of the house lets it be held. Method: each kind of organisation once. */

describe('a role', () => {
  it('of an assessor is held outside hospitals only, and every organisation can hold some role', () => {
    expect(fitsOrganisation('assessor', 'legal-entity')).toBe(false);
    expect(fitsOrganisation('assessor', 'assessor')).toBe(true);
    expect(fitsOrganisation('safety-officer', 'assessor')).toBe(false);
    expect(fitsOrganisation('patient-representative', 'patients')).toBe(true);
  });
});
