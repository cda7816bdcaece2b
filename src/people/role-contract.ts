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
