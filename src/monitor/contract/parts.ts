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
const band = (value: z.ZodNumber) =>
  z.strictObject({ from: value, to: value }).refine(({ from, to }) => from <= to, 'from must not lie above to');

/**
 * Whom a claim is about: cases whose first answer says all of this; both ends of a band belong to it. A case that does
 * not say it is not counted, and is seen missing from the claims of data health over everybody.
 */
export const population = z
  .strictObject({
    vendor: z.array(deviceName).min(1).max(20).optional(),
    scanner: z.array(deviceName).min(1).max(50).optional(),
    /** First and last five-year band: from 65 to 65 is 65–69. */
    ageBand: band(ageBand).optional(),
    imageQuality: band(z.number().min(0).max(10)).optional(),
    rarity: band(fraction).optional(),
  })
  .refine((of) => Object.keys(of).length > 0, 'names at least one condition');
export type Population = z.infer<typeof population>;

/** Candidates of one exam; more than this is a fault. */
export const candidateCount = z.number().int().min(0).max(999);

export const verifications = ['verified', 'not-verified'] as const;

export const asOfQuery = z.object({ asOf: isoInstant.optional() });
