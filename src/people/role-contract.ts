import { z } from 'zod';

export const roleSchema = z.enum([
  'clinical-owner',
  'model-lead',
  'regulatory-lead',
  'safety-officer',
  'patient-representative',
  'assessor',
  'deployer-management',
  'operator',
]);

/**
 * Roles in which one signs off: nobody holds one before a second person said yes. Every role of a seat is here but
 * `operator`, with which an installation begins.
 */
export const signOffRoles: readonly z.output<typeof roleSchema>[] = [
  'clinical-owner',
  'model-lead',
  'regulatory-lead',
  'safety-officer',
  'assessor',
  'deployer-management',
];
