import { z } from 'zod';

/** Answers of `/api/v1/people/permissions` and `/policies`, shared with the web app. */

const id = z.string().max(80);

export const permissionQuerySchema = z.object({
  /** Oneself, where nobody is named. */
  personId: id.optional(),
  /** Every action, where none is named. */
  action: id.optional(),
  siteId: id.optional(),
  legalEntityId: id.optional(),
  projectId: id.optional(),
  objectId: id.optional(),
  purpose: z.enum(['care', 'monitoring', 'assurance', 'research', 'administration']).optional(),
});

export const policyTextSchema = z.object({
  id: z.string(),
  file: z.string(),
  effect: z.enum(['permit', 'forbid']),
  /** What it says and why, in plain English. */
  sentence: z.string(),
  source: z.string().optional(),
});

export const decisionSchema = z.object({
  action: z.string(),
  allowed: z.boolean(),
  detail: z.enum(['cases', 'sampled-cases', 'aggregates']).optional(),
  needs: z.enum(['step-up', 'break-glass']).optional(),
  /** Why not, in words. */
  refusal: z.string().optional(),
  policies: z.array(policyTextSchema),
});

export const permissionsSchema = z.object({
  person: z.object({ id: z.string(), name: z.string(), organisationId: z.string(), roles: z.array(z.string()) }),
  decisions: z.array(decisionSchema),
});

export const policiesSchema = z.object({
  /** SHA-256 over the texts in force. */
  digest: z.string(),
  schema: z.string(),
  files: z.array(z.object({ name: z.string(), text: z.string() })),
  policies: z.array(policyTextSchema),
  /** Role by action: where a person may, as `no`, `own` (the own organisation) or `everywhere`. */
  table: z.array(z.object({ action: z.string(), cells: z.array(z.object({ role: z.string(), answer: z.string() })) })),
});

export const policyChangeSchema = z.object({
  /** Left out where the policies on the disk are the ones in force. */
  pending: z
    .object({
      digest: z.string(),
      refusal: z.string().optional(),
      files: z.array(z.string()),
      changes: z.array(
        z.object({
          who: z.string(),
          action: z.string(),
          relation: z.string(),
          before: z.string(),
          after: z.string(),
        }),
      ),
    })
    .optional(),
});

export const policyProposalSchema = z.strictObject({
  reason: z.string().trim().min(1).max(2000),
  asRole: z.string().max(40).optional(),
});

export const proposedPolicySchema = z.object({ proposalId: z.string() });
