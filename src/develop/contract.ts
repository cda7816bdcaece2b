import { z } from 'zod';

/** Shapes of the bodies that develop speaks over HTTP, shared with the web app. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');
const text = z.string().min(3).max(600);

export const modelRequest = z.strictObject({
  /** In which of several roles one acts. */
  asRole: z.string().min(1).max(80).optional(),
  name: z.string().min(2).max(80),
  intendedPurpose: text,
  population: text,
  endpoint: text,
  referenceModelId: z.string().max(60).optional(),
  notice: z.string().max(400).optional(),
});

export const calibration = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('identity') }),
  z.strictObject({
    kind: z.literal('logistic'),
    intercept: z.number().min(-20).max(20),
    slope: z.number().gt(0).max(20),
  }),
]);

export const versionRequest = z.strictObject({
  /** In which of several roles one acts. */
  asRole: z.string().min(1).max(80).optional(),
  label: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/),
  artefactDigest: sha256,
  preprocessingDigest: sha256,
  calibration: calibration.default({ kind: 'identity' }),
  previousVersionId: z.string().max(60).optional(),
});

export const versionView = z.object({
  id: z.string(),
  modelId: z.string(),
  label: z.string(),
  artefactDigest: z.string(),
  preprocessingDigest: z.string(),
  calibration,
  digest: z.string(),
  originalVersionId: z.string(),
  previousVersionId: z.string().nullable(),
  state: z.enum(['registered', 'candidate', 'released', 'refused']),
  candidate: z
    .object({
      deficiencyId: z.string(),
      siteIds: z.array(z.string()),
      decisionThreshold: z.number(),
      fit: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    })
    .nullable(),
  registeredAt: z.string(),
  decidedAt: z.string().nullable(),
});
export type VersionView = z.infer<typeof versionView>;

export const modelView = z.object({
  id: z.string(),
  name: z.string(),
  intendedPurpose: z.string(),
  population: z.string(),
  endpoint: z.string(),
  referenceModelId: z.string().nullable(),
  notice: z.string().nullable(),
  registeredAt: z.string(),
  versions: z.array(versionView),
});
export type ModelView = z.infer<typeof modelView>;

export const modelList = z.object({ models: z.array(modelView) });

export const referenceModelView = z.object({
  id: z.string(),
  title: z.string(),
  revision: z.string(),
  source: z.string(),
  licence: z.string(),
  endpoint: z.string(),
  artefactSha256: z.string(),
  notice: z.string(),
  inputs: z.array(z.record(z.string(), z.json())),
});

export const predictRequest = z.strictObject({
  input: z.record(z.string().max(40), z.union([z.number(), z.boolean(), z.string().max(60)])),
  conventions: z.array(z.literal('negative-mri-as-pirads-2')).max(1).default([]),
});

export const prediction = z.object({
  probability: z.number(),
  variant: z.string(),
  warnings: z.array(z.object({ pointer: z.string().optional(), detail: z.string() })),
  notice: z.string(),
});
