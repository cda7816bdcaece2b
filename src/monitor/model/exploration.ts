import {
  betaBinomialShrinkage,
  type Estimate,
  eBenjaminiHochberg,
  type GapDesign,
  type GroupStanding,
  groupStanding,
  minimumDetectableGap,
} from '#statistics';
import type { ExploredGroup } from '../contract.ts';
import type { ClaimBody } from './claim.ts';
import { isRate, leastRate, type Metric, metricRules } from './metrics.ts';
import { newProcess } from './processes/new-process.ts';

/*
 * The exploratory board: registered claims of a version, asked again of each site and group. It says where to look. It is
 * no claim: its groups were not named beforehand by anybody who answers for them, and nothing is decided from it.
 */

/** What the board asks of a version, where a claim of it is registered. */
export const exploredMetrics: readonly Metric[] = [
  'sensitivity',
  'specificity',
  'ppv',
  'calibration-in-the-large',
  'observed-expected',
];
/** Expected share of false marks among the marks of a board. */
export const falseDiscoveryRate = 0.05;
/** The departure from a claim that matters to the board: ten of a hundred. */
export const gapThatMatters = 0.1;
/** Rarity is the chance of an examination this unusual: below this it is called rare. */
const rareBelow = 0.01;
/** Fewer are not drawn towards each other. */
const shrunkMin = 3;

/** What the first answer of a case told of groups; null where it told nothing. */
export interface ToldOfGroups {
  vendor: string | null;
  ageBand: number | null;
  imageQuality: number | null;
  rarity: number | null;
}

/** Where image quality is cut into low and high: its median, as scales differ between vendors; outcomes play no part. */
export function qualityCut(told: readonly ToldOfGroups[]): number | undefined {
  const known = told.flatMap(({ imageQuality }) => imageQuality ?? []).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)];
}

/** The groups of a case, everybody first. @param cut from `qualityCut`. */
export function groupsOfCase(told: ToldOfGroups, cut: number | undefined): ExploredGroup[] {
  const { vendor, ageBand, imageQuality, rarity } = told;
  const groups: ExploredGroup[] = [{ kind: 'all', value: '' }];
  if (vendor !== null) groups.push({ kind: 'vendor', value: vendor });
  if (ageBand !== null) groups.push({ kind: 'age', value: String(ageBand - (ageBand % 10)) });
  if (imageQuality !== null && cut !== undefined)
    groups.push({ kind: 'quality', value: imageQuality < cut ? 'low' : 'high' });
  if (rarity !== null && rarity < rareBelow) groups.push({ kind: 'rarity', value: 'rare' });
  return groups;
}

/** What the cases of one site and group say of one claim. */
export interface CellEvidence {
  siteId: string;
  group: ExploredGroup;
  claimId: string;
  body: ClaimBody;
  /** Relevant cases whose outcome is known. */
  n: number;
  estimate: Estimate;
  /** ln of the break process: of these cases alone, at this one look. */
  logE: number;
}

/** The evidence of a claim from some cells, in order: its own processes, begun anew. */
export function evidenceOf(body: ClaimBody, cells: readonly number[]): Pick<CellEvidence, 'n' | 'estimate' | 'logE'> {
  const process = newProcess(body, 1, undefined);
  for (const cell of cells) process.step(cell);
  return { n: process.counts().known, estimate: process.estimate(), logE: process.logBreak() ?? 0 };
}

export interface JudgedCell extends CellEvidence {
  isMarked: boolean;
  detectable: number | undefined;
  standing: GroupStanding;
  shrunk: Estimate | undefined;
}

/**
 * Marks cells by e-BH over all of them, and says of the others what could not have been seen.
 * @param cells every cell of a board: also those that a reader will not be shown. @param monthsOf months over which the
 *   cases of a site came, > 0.
 * **Source**: Wang & Ramdas 2022 (e-BH, any dependence); Fleiss, Levin & Paik 2003, section 4.2, against a fixed rate.
 */
export function judgeBoard(cells: readonly CellEvidence[], monthsOf: (siteId: string) => number): JudgedCell[] {
  const marks = eBenjaminiHochberg(
    cells.map(({ logE }) => logE),
    falseDiscoveryRate,
  );
  return cells.map((one, i) => {
    const isMarked = marks[i]!;
    const design = designOf(one, cells.length);
    const least = minimumDetectableGap(design);
    return {
      ...one,
      isMarked,
      detectable: least.estimable ? least.value : undefined,
      standing: groupStanding(design, {
        isGapFound: isMarked,
        gap: gapThatMatters,
        casesAMonth: design.group / monthsOf(one.siteId),
      }),
      shrunk: shrunkAmong(cells, one),
    };
  });
}

/**
 * A cell is held against what is claimed, which is known exactly, as if the rest were without end. Events are taken to
 * vary as much as they can where the claim is about calibration; under an audit, a case is worth no more than its rate.
 */
function designOf({ body, n }: CellEvidence, cells: number): GapDesign {
  const rate = isRate(body.metric) ? leastRate(body) : 0.5;
  const { underAudit } = metricRules[body.metric];
  const worth = body.verification.model === 'audit' && underAudit === 'weighted' ? body.verification.rate : 1;
  return { group: n * worth, rest: Number.POSITIVE_INFINITY, rate, groups: cells, alpha: falseDiscoveryRate };
}

/** Drawn towards the same group at other sites; with fewer than three of them, towards its likes at the site. */
function shrunkAmong(cells: readonly CellEvidence[], one: CellEvidence): Estimate | undefined {
  if (!isPlainRate(one)) return undefined;
  const ofClaim = cells.filter((cell) => cell.body.metric === one.body.metric && isPlainRate(cell));
  const { kind, value } = one.group;
  const elsewhere = ofClaim.filter(({ group }) => group.kind === kind && group.value === value);
  const here = ofClaim.filter(({ group, siteId }) => group.kind === kind && siteId === one.siteId);
  const likes = elsewhere.length >= shrunkMin ? elsewhere : here;
  if (likes.length < shrunkMin) return undefined;
  const fit = betaBinomialShrinkage(likes.map((cell, i) => ({ group: String(i), n: cell.n, k: hitsOf(cell) })));
  return fit.estimable ? fit.groups[likes.indexOf(one)]!.shrunk : undefined;
}

/** Weighted figures of an audit are no counts, and are not drawn anywhere. */
const isPlainRate = ({ body, n, estimate }: CellEvidence): boolean =>
  isRate(body.metric) && body.verification.model === 'reference-standard' && n > 0 && estimate.estimable;

const hitsOf = ({ n, estimate }: CellEvidence): number => (estimate.estimable ? Math.round(estimate.value * n) : 0);
