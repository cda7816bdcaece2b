import { setImmediate } from 'node:timers/promises';
import {
  addDays,
  canonicalJson,
  dayOf,
  type Instant,
  millisecondsPerDay,
  Problem,
  type SiteId,
  startOfDay,
  toIso,
} from '#kernel';
import type { Scope } from '#people';
import { smallestExportedCell } from '#statistics';
import type { ExplorationBoard, ExploredCell } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import { type Claim, type CohortRule, cohortRulesOf } from '../model/claim.ts';
import {
  type CellEvidence,
  evidenceOf,
  exploredMetrics,
  falseDiscoveryRate,
  gapThatMatters,
  groupsOfCase,
  type JudgedCell,
  judgeBoard,
  qualityCut,
  type ToldOfGroups,
} from '../model/exploration.ts';
import { feed } from '../model/feeding.ts';
import { type CohortCursor, cohortHeads, nextMatureCases } from '../store.pg/cohorts.ts';
import { cursorBeforeLatest, toldOfGroups } from '../store.pg/exploration.ts';
import { claims, streamsOfClaims } from '../store.pg/streams.ts';
import { withoutSmall } from './calibration.ts';
import { namesOf } from './names.ts';
import { coversSite } from './sight.ts';

/** Cases read for one board, over all of its sites. */
const casesMax = 60_000;
const pageCases = 5_000;
/** Boards kept: one a version, until a day has gone by or evidence has moved. */
const boardsMax = 20;
const daysOfMonth = 30.4;

interface Board {
  cells: JudgedCell[];
  cases: number;
  isCut: boolean;
  maturedBefore: Instant;
}

export type Explore = (ask: { modelVersionId: string; cases: Scope }) => Promise<ExplorationBoard>;

/**
 * The exploratory board of a version, computed once for everybody until its evidence moves; what a reader is not shown
 * is left out of the copy. Marks are those of the whole board, whoever looks. Problems: not-found.
 */
export function exploration(deps: MonitorDependencies): Explore {
  const boards = new Map<string, Promise<Board>>();
  return async ({ modelVersionId, cases }) => {
    const db = deps.database.db;
    const version = (await deps.develop.versions(db)).find(({ id }) => id === modelVersionId);
    if (!version) throw new Problem('not-found', { detail: 'There is no model version with this id.' });
    const asked = claimsAsked(await claims(db), modelVersionId);
    const maturedBefore = startOfDay(dayOf(deps.clock.now()));
    const key = await standOf(deps, asked, maturedBefore);
    let board = boards.get(key);
    if (!board) {
      board = computeBoard(deps, asked, maturedBefore);
      boards.set(key, board);
      board.catch(() => boards.delete(key));
      for (const oldest of boards.keys()) if (boards.size > boardsMax) boards.delete(oldest);
    }
    return shownTo(deps, { board: await board, modelVersionId, cases, sites: sitesOf(asked).length });
  };
}

/** Claims about everybody, the first registered first: each hospital may have registered its own. */
function claimsAsked(all: readonly Claim[], modelVersionId: string): Claim[] {
  return all
    .filter(({ body, registeredAt }) => registeredAt !== undefined && body.modelVersionId === modelVersionId)
    .filter(({ body }) => body.population === undefined && exploredMetrics.includes(body.metric))
    .sort((a, b) => a.registeredAt! - b.registeredAt!);
}

const sitesOf = (asked: readonly Claim[]): SiteId[] => [...new Set(asked.flatMap(({ body }) => body.sites))].sort();

/** What a board depends on: its claims, the day, and how far their cohorts have read. */
async function standOf(deps: MonitorDependencies, asked: readonly Claim[], maturedBefore: Instant): Promise<string> {
  const ids = asked.map(({ id }) => id);
  const streams = await streamsOfClaims(deps.database.db, ids);
  const heads = await cohortHeads(deps.database.db, [...new Set(streams.map(({ cohortId }) => cohortId))]);
  return canonicalJson([ids, maturedBefore, heads.map(({ id, cases }) => [id, cases])]);
}

async function computeBoard(
  deps: MonitorDependencies,
  asked: readonly Claim[],
  maturedBefore: Instant,
): Promise<Board> {
  const sites = sitesOf(asked);
  const limit = Math.floor(casesMax / Math.max(1, sites.length));
  const cells: CellEvidence[] = [];
  const months = new Map<string, number>();
  const board = { cases: 0, isCut: false, maturedBefore };
  for (const siteId of sites) {
    let ofSite = 0;
    for (const { rule, claims: same } of rulesAt(asked, siteId)) {
      const read = await readSite(deps, rule, { siteId, maturedBefore, limit });
      board.isCut ||= read.isCut;
      ofSite = Math.max(ofSite, read.cases.length);
      months.set(siteId, Math.max(1, read.days / daysOfMonth, months.get(siteId) ?? 0));
      cells.push(...(await evidenceAt(siteId, same, read.cases)));
    }
    board.cases += ofSite;
  }
  return { ...board, cells: judgeBoard(cells, (siteId) => months.get(siteId) ?? 1) };
}

/** The claims at a site by the rule that feeds them, so that cases are read once for all that share it. */
function rulesAt(asked: readonly Claim[], siteId: SiteId): { rule: CohortRule; claims: Claim[] }[] {
  const rules = new Map<string, { rule: CohortRule; claims: Claim[] }>();
  const here = asked.filter(({ body }) => body.sites.includes(siteId));
  for (const metric of exploredMetrics) {
    const claim = here.find(({ body }) => body.metric === metric);
    if (!claim) continue;
    const { rule } = cohortRulesOf({ ...claim.body, sites: [siteId], scope: 'each-site' })[0]!;
    const key = canonicalJson(rule);
    const known = rules.get(key);
    if (known) known.claims.push(claim);
    else rules.set(key, { rule, claims: [claim] });
  }
  return [...rules.values()];
}

interface ReadCase {
  cell: number;
  told: ToldOfGroups;
}

/** The most recent mature cases of a rule at a site, in order, by the same door through which evidence comes. */
async function readSite(
  deps: MonitorDependencies,
  rule: CohortRule,
  { siteId, maturedBefore, limit }: { siteId: SiteId; maturedBefore: Instant; limit: number },
): Promise<{ cases: ReadCase[]; isCut: boolean; days: number }> {
  const db = deps.database.db;
  const { modelVersionId, horizonDays } = rule;
  const predictedBefore = addDays(maturedBefore, -horizonDays);
  let cursor: CohortCursor | undefined = await cursorBeforeLatest(db, {
    modelVersionId,
    siteId,
    predictedBefore,
    limit,
  });
  const isCut = cursor !== undefined;
  const cases: ReadCase[] = [];
  let first: Instant | undefined;
  let last: Instant | undefined;
  for (;;) {
    const page = await nextMatureCases(db, { rule, cursor }, { maturedBefore, limit: pageCases });
    const told = page.length === 0 ? undefined : await toldOfGroups(db, page);
    for (const one of page) {
      const fed = feed(one, rule);
      if (fed !== 'late') cases.push({ cell: fed.cell, told: told!.get(`${one.feedNo} ${one.caseId}`)! });
      first ??= one.predictedAt;
      last = one.predictedAt;
      cursor = one;
    }
    if (page.length < pageCases) break;
  }
  const days = first === undefined || last === undefined ? 0 : (last - first) / millisecondsPerDay;
  return { cases, isCut, days };
}

/** The evidence of each claim from each group that occurs; other work goes on in between. */
async function evidenceAt(siteId: SiteId, same: readonly Claim[], cases: readonly ReadCase[]): Promise<CellEvidence[]> {
  const cut = qualityCut(cases.map(({ told }) => told));
  const groups = new Map<string, { group: CellEvidence['group']; cells: number[] }>();
  for (const { cell, told } of cases) {
    for (const group of groupsOfCase(told, cut)) {
      const key = `${group.kind} ${group.value}`;
      const known = groups.get(key);
      if (known) known.cells.push(cell);
      else groups.set(key, { group, cells: [cell] });
    }
  }
  const found: CellEvidence[] = [];
  for (const { id, body } of same) {
    for (const { group, cells } of groups.values()) {
      found.push({ siteId, group, claimId: id, body, ...evidenceOf(body, cells) });
      await setImmediate();
    }
  }
  return found;
}

async function shownTo(
  deps: MonitorDependencies,
  of: { board: Board; modelVersionId: string; cases: Scope; sites: number },
): Promise<ExplorationBoard> {
  const { board, modelVersionId, cases } = of;
  const names = await namesOf(deps, deps.database.db);
  const small = smallCells(board.cells);
  const covers = coversSite(cases);
  return {
    label: 'exploratory',
    modelVersionId,
    modelVersionLabel: names.version(modelVersionId),
    falseDiscoveryRate,
    gap: gapThatMatters,
    maturedBefore: toIso(board.maturedBefore),
    cases: board.cases,
    casesOfSiteMax: board.isCut ? Math.floor(casesMax / of.sites) : null,
    cells: board.cells.map((cell): ExploredCell => {
      const site = names.site(cell.siteId);
      const isShown = covers(cell.siteId as SiteId) || !small.has(cell);
      return {
        siteCode: site.code ?? '',
        siteName: site.name,
        group: cell.group,
        metric: cell.body.metric,
        claimId: cell.claimId,
        figures: isShown ? figuresOf(cell) : null,
      };
    }),
  };
}

function figuresOf({ n, estimate, shrunk, logE, isMarked, detectable, standing }: JudgedCell): ExploredCell['figures'] {
  const said =
    standing.state === 'insufficient evidence'
      ? { ...standing, monthsNeeded: standing.monthsNeeded ?? null }
      : standing;
  return { n, estimate, shrunk: shrunk ?? null, logE, isMarked, detectable: detectable ?? null, standing: said };
}

/**
 * Cells of fewer than ten, and those from which such a one could be had by subtraction: groups of a kind, and the cases
 * that told nothing of it, add up to everybody of the site.
 */
function smallCells(cells: readonly JudgedCell[]): Set<JudgedCell> {
  const small = new Set<JudgedCell>();
  for (const all of cells.filter(({ group }) => group.kind === 'all')) {
    const same = cells.filter(({ siteId, claimId }) => siteId === all.siteId && claimId === all.claimId);
    if (all.n < smallestExportedCell) for (const cell of same) small.add(cell);
    for (const kind of ['vendor', 'age', 'quality', 'rarity'] as const) {
      const ofKind = same.filter(({ group }) => group.kind === kind);
      const told = ofKind.reduce((sum, { n }) => sum + n, 0);
      const parts: { n: number; cell?: JudgedCell }[] = ofKind.map((cell) => ({ n: cell.n, cell }));
      const kept = new Set(withoutSmall([...parts, { n: all.n - told }]).map(({ cell }) => cell));
      for (const cell of ofKind) if (!kept.has(cell)) small.add(cell);
    }
  }
  return small;
}
