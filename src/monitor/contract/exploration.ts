import { z } from 'zod';
import { metrics } from '../model/metrics.ts';
import { estimate } from './parts.ts';

/** The exploratory board: where to look, never a claim and never evidence of a certificate. */

export const explorationQuery = z.object({ modelVersionId: z.string().min(1).max(60) });

/** Everybody, or one group by what the first answer of a case told. */
export const exploredGroup = z.object({
  kind: z.enum(['all', 'vendor', 'age', 'quality', 'rarity']),
  /** The vendor; the first year of ten of age; low or high image quality; a rare examination. Empty for everybody. */
  value: z.string(),
});
export type ExploredGroup = z.infer<typeof exploredGroup>;

const standing = z.discriminatedUnion('state', [
  z.object({ state: z.literal('gap') }),
  z.object({ state: z.literal('no gap found') }),
  z.object({
    state: z.literal('insufficient evidence'),
    casesNeeded: z.number(),
    /** At the pace of this site; null where none of these cases came. */
    monthsNeeded: z.number().nullable(),
  }),
]);

const exploredFigures = z.object({
  /** Cases with a known outcome on which the estimate rests. */
  n: z.number(),
  estimate,
  /** The estimate drawn towards its likes at other sites, or in other groups of the site; null with fewer than three. */
  shrunk: estimate.nullable(),
  /** ln of the e-value against what is claimed, of these cases alone. */
  logE: z.number(),
  /** Picked out by e-BH among all cells of the board. */
  isMarked: z.boolean(),
  /** The smallest departure from the claim that would probably have been found with so many cases, single look. */
  detectable: z.number().nullable(),
  standing,
});

export const exploredCell = z.object({
  siteCode: z.string(),
  siteName: z.string(),
  group: exploredGroup,
  metric: z.enum(metrics),
  /** The registered claim whose limit the cell is held against. */
  claimId: z.string(),
  /** Null where the cell has fewer than ten cases, or would let such a one be told, and the site is not open to you. */
  figures: exploredFigures.nullable(),
});
export type ExploredCell = z.infer<typeof exploredCell>;

export const explorationBoard = z.object({
  /** What the board is, in every copy of it. */
  label: z.literal('exploratory'),
  modelVersionId: z.string(),
  modelVersionLabel: z.string(),
  /** Of the marks of the board, at most this share are false in expectation. */
  falseDiscoveryRate: z.number(),
  /** The departure from the claim that matters here, as a difference of probabilities. */
  gap: z.number(),
  /** Cases that had matured before this day were read. */
  maturedBefore: z.string(),
  cases: z.number(),
  /** Most recent cases read of a site; null where all of them were read. */
  casesOfSiteMax: z.number().nullable(),
  cells: z.array(exploredCell),
});
export type ExplorationBoard = z.infer<typeof explorationBoard>;
