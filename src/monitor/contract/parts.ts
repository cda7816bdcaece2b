import { z } from 'zod';

/** Pieces of several bodies. */

export const isoInstant = z.string().max(40);
export const caseIdText = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'letters, digits, "_", "." and "-", at most 64');
export const siteCode = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'letters, digits, "_" and "-", at most 40');
export const fraction = z.number().min(0).max(1);
/** Text that a database can hold: whole characters, and no NUL. */
export const plainText = (min: number, max: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'holds a character that cannot be stored');

export const estimate = z.discriminatedUnion('estimable', [
  z.object({
    estimable: z.literal(true),
    value: z.number(),
    lower: z.number(),
    upper: z.number(),
    n: z.number(),
    level: z.number(),
    method: z.string(),
    approximate: z.boolean(),
  }),
  z.object({ estimable: z.literal(false), n: z.number(), because: z.string() }),
]);

/** A make or model of device; a serial number is none. */
export const deviceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._+-]{0,39}$/, 'letters, digits, " ._+-", at most 40');
/** The beginning of a five-year band of age: 60 is 60–64. A date of birth is never told. */
export const ageBand = z.number().int().min(0).max(120).multipleOf(5);
/** Candidates of one exam; more than this is a fault. */
export const candidateCount = z.number().int().min(0).max(999);

export const verifications = ['verified', 'not-verified'] as const;

export const asOfQuery = z.object({ asOf: isoInstant.optional() });
