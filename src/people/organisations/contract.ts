import { z } from 'zod';
import { readInstant } from '#kernel';
import { roleSchema } from '../role-contract.ts';

/** Bodies and answers of groups, delegations, declarations of interest, roles that wait, and notifications. */

const idText = z.string().regex(/^[a-z]+_[0-9a-z-]{1,48}$/, 'must be an id of this installation');
const instantText = z
  .string()
  .max(40)
  .refine((text) => readInstant(text) !== undefined, 'must be ISO 8601');
const plainText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

export const newGroupSchema = z
  .strictObject({
    kind: z.enum(['consortium', 'project']),
    name: plainText(120),
    /** What the project is for; a consortium may leave it out. */
    purpose: plainText(1000).optional(),
  })
  .refine(({ kind, purpose }) => kind === 'consortium' || purpose !== undefined, {
    path: ['purpose'],
    message: 'a project says what it is for',
  });

export const membershipSchema = z.object({
  id: z.string(),
  groupId: z.string(),
  organisationId: z.string().optional(),
  personId: z.string().optional(),
  from: z.string(),
  /** From this instant on it opens nothing. */
  until: z.string().optional(),
});

export const groupSchema = z.object({
  id: z.string(),
  kind: z.enum(['consortium', 'project']),
  name: z.string(),
  purpose: z.string().optional(),
  /** The legal entity that leads and answers for it. */
  legalEntityId: z.string(),
});

export const groupsSchema = z.object({
  groups: z.array(groupSchema.extend({ memberships: z.array(membershipSchema) })),
});

export const newMembershipSchema = z
  .strictObject({
    organisationId: idText.optional(),
    personId: idText.optional(),
    from: instantText.optional(),
    until: instantText.optional(),
  })
  .refine(({ organisationId, personId }) => (organisationId === undefined) !== (personId === undefined), {
    path: ['organisationId'],
    message: 'name an organisation or a person',
  });

export const newDelegationSchema = z.strictObject({
  toPersonId: idText,
  role: roleSchema,
  reason: plainText(500),
  until: instantText,
});

export const delegationSchema = z.object({
  id: z.string(),
  fromPersonId: z.string(),
  toPersonId: z.string(),
  organisationId: z.string(),
  role: roleSchema,
  reason: z.string(),
  from: z.string(),
  until: z.string(),
  isInForce: z.boolean(),
});

export const delegationsSchema = z.object({ delegations: z.array(delegationSchema) });

const conflictKindSchema = z.enum(['employment', 'financial', 'authorship', 'family', 'other']);
const conflictObjectSchema = z.enum(['organisation', 'model', 'certificate', 'project']);

export const newConflictSchema = z.strictObject({
  /** Whom it is about; oneself if left out. */
  personId: idText.optional(),
  objectKind: conflictObjectSchema,
  objectId: idText,
  kind: conflictKindSchema,
  since: instantText.optional(),
  until: instantText.optional(),
  explanation: plainText(500),
});

export const conflictSchema = z.object({
  id: z.string(),
  personId: z.string(),
  objectKind: conflictObjectSchema,
  objectId: z.string(),
  kind: conflictKindSchema,
  since: z.string(),
  until: z.string().optional(),
  explanation: z.string(),
  declaredBy: z.string(),
});

export const conflictsSchema = z.object({ conflicts: z.array(conflictSchema) });

export const awaitingRolesSchema = z.object({
  roles: z.array(
    z.object({
      holdingId: z.string(),
      personId: z.string(),
      personName: z.string(),
      role: roleSchema,
      since: z.string(),
      grantedBy: z.string(),
    }),
  ),
});

export const roleDecisionSchema = z.strictObject({ decision: z.enum(['confirmed', 'refused']) });

export const notificationsSchema = z.object({
  notifications: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['role-awaits-confirmation', 'delegation', 'conflict-declared', 'break-glass']),
      /** What it is about: a person, a delegation, a declaration, an emergency access. */
      subjectId: z.string(),
      createdAt: z.string(),
      readAt: z.string().optional(),
    }),
  ),
});

export const givenRoleSchema = z.strictObject({ role: roleSchema });

export const disablingSchema = z.strictObject({ reason: plainText(500) });

export const disabledSchema = z.object({
  rolesEnded: z.array(roleSchema),
  sessionsEnded: z.number(),
  delegationsEnded: z.number(),
  emergenciesEnded: z.number(),
  invitationsEnded: z.number(),
  /** Access that the person gave machines: it stays, and somebody looks through it. */
  toReview: z.array(
    z.object({ kind: z.enum(['token', 'client']), id: z.string(), name: z.string(), expiresAt: z.string() }),
  ),
});
