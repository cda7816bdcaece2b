import type { Identity } from '../model.ts';
import type { Reader } from './store.ts';

/**
 * Which proposals somebody may see: those for everybody, those that concern their own organisation, and of assessors,
 * who judge them all, every one.
 */
export const readerOf = (identity: Identity): Reader =>
  identity.kind === 'person' && identity.roles.includes('assessor')
    ? { sees: 'all' }
    : { sees: 'own', organisationId: identity.organisationId };
