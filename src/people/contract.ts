import { z } from 'zod';
import { roleSchema } from './role-contract.ts';

export * from './access-record/contract.ts';
export * from './organisations/contract.ts';
export { roleSchema, signOffRoles } from './role-contract.ts';

/** Bodies and answers of `/api/v1/people/`, shared with the web app. */

export const organisationSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['legal-entity', 'assessor', 'patients']),
});

export const siteSchema = z.object({ id: z.string(), code: z.string(), name: z.string(), legalEntityId: z.string() });

export const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  organisationId: z.string(),
  organisationName: z.string(),
  roles: z.array(roleSchema),
  /** Given, but not in force before a second person confirms them. */
  rolesAwaiting: z.array(roleSchema),
  isDemo: z.boolean(),
  /** Has left: signs in by no way, and holds no role. */
  isDisabled: z.boolean(),
});

export const meSchema = z.object({
  kind: z.enum(['person', 'machine', 'visitor', 'nobody']),
  id: z.string().optional(),
  name: z.string().optional(),
  organisation: organisationSchema.optional(),
  roles: z.array(roleSchema),
  /** Actions that will be allowed, so that screens offer nothing that would be refused. */
  actions: z.array(z.string()),
  /** Whether one may sign in as a demo person here. */
  demoSignIn: z.boolean(),
  /** How a person proved who they are; `at` by the clock on the wall. */
  signedIn: z
    .object({ at: z.string(), strength: z.enum(['single-factor', 'multi-factor']), provider: z.string() })
    .optional(),
  /** Of a person's session: what the header `x-hortus-csrf` of every unsafe request by its cookie must hold. */
  csrfToken: z.string().optional(),
});

export const organisationsSchema = z.object({ organisations: z.array(organisationSchema) });
export const sitesSchema = z.object({ sites: z.array(siteSchema) });
export const personsSchema = z.object({ persons: z.array(personSchema) });

/** By the secret of a link that works once. */
export const signInSchema = z.strictObject({ link: z.string().max(64) });

export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

export const newOrganisationSchema = z.strictObject({
  name: nameSchema,
  kind: organisationSchema.shape.kind.default('legal-entity'),
});

export const newSiteSchema = z.strictObject({
  /** What senders write in their rows. */
  code: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'letters, digits, "_" and "-", at most 40'),
  name: nameSchema,
  /** Id or name of the legal entity; may be left out by those who belong to one. */
  organisation: z.string().min(1).max(120).optional(),
});

export const newPersonSchema = z.strictObject({ name: nameSchema, roles: z.array(roleSchema).min(1).max(8) });

export const newTokenSchema = z.strictObject({
  name: nameSchema,
  /** Actions (`monitor:add-predictions`), or a whole room (`monitor:*`). */
  scopes: z
    .array(
      z
        .string()
        .max(80)
        .regex(/^[a-z]+:(?:\*|[a-z][a-z0-9-]*)$/, 'must be an action, or room:*'),
    )
    .min(1)
    .max(50),
  expiresInDays: z.int().min(1).max(366),
});

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  issuedBy: z.string(),
  issuedAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().optional(),
  revokedAt: z.string().optional(),
});

/** The only answer that ever holds the secret. */
export const issuedTokenSchema = tokenSchema.extend({ secret: z.string() });
export const tokensSchema = z.object({ tokens: z.array(tokenSchema) });
