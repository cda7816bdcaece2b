import { addDays, type Instant, instant, toIso } from '#kernel';
import { recalibrate } from '#statistics';
import type { ApiClient } from '../api-client.ts';
import type { Cast } from './cast.ts';
import { demonstrationModel } from './claims.ts';
import { hospitals, type SiteCode } from './hospitals.ts';
import type { VersionRow } from './registrations.ts';
import { reportsOf, type SimulatedCase } from './simulate.ts';

/** What the hospitals send, as they know it: nothing here reads the hidden truth but through a biopsy's report. */

/** Versions at work in a week: the original, and at Westhaven perhaps the recalibrated one. */
export interface Versions {
  original: VersionRow;
  recalibrated: VersionRow | undefined;
}

type Revision = { intercept: number; slope: number };

const revisionOf = (version: VersionRow | undefined): Revision | undefined =>
  version?.calibration.kind === 'logistic' ? version.calibration : undefined;

interface Report {
  caseId: string;
  site: SiteCode;
  reportedAt: Instant;
  value: boolean;
  /** Revision that it corrects. */
  corrects?: number;
}

export interface Traffic {
  /** Sends the predictions of a week, learns whom the audit drew, and sends the results that are due. */
  week(cases: readonly SimulatedCase[], week: { endsAt: Instant; versions: Versions; isShown: Shown }): Promise<void>;
  /** Takes over what was sent before an interruption, so that results still due are sent. */
  remember(cases: readonly SimulatedCase[], known: { versions: Versions; upTo: Instant }): Promise<void>;
}

/** Whether clinicians saw the AI's answers at a site at that time. */
export type Shown = (site: SiteCode, at: Instant) => boolean;

export function trafficOf(cast: Cast): Traffic {
  const drawn = drawnCases(cast);
  const waiting: Report[] = [];
  const expect = (cases: readonly SimulatedCase[], versions: Versions): void => {
    for (const one of cases) {
      const referral = { isFlagged: isReferred(one, versions), isSelectedForAudit: drawn.has(one) };
      reportsOf(one, referral).forEach(({ reportedAt, isCsPca }, revision) => {
        const corrects = revision === 0 ? {} : { corrects: revision - 1 };
        waiting.push({ caseId: one.caseId, site: one.siteCode, reportedAt, value: isCsPca, ...corrects });
      });
    }
  };
  return {
    week: async (cases, { endsAt, versions, isShown }) => {
      await atEveryHospital(async (code) => {
        const own = cases.filter(({ siteCode }) => siteCode === code);
        if (own.length === 0) return;
        const rows = own.map((one) => predictionRow(one, { versions, isShown }));
        await sendRows(await cast.sender(code), 'predictions', rows);
        await drawn.learn(code);
      });
      expect(cases, versions);
      const due = waiting.filter(({ reportedAt }) => reportedAt <= endsAt).sort((a, b) => a.reportedAt - b.reportedAt);
      const rest = waiting.filter(({ reportedAt }) => reportedAt > endsAt);
      waiting.splice(0, waiting.length, ...rest);
      await atEveryHospital(async (code) => {
        const rows = due.filter(({ site }) => site === code).map(outcomeRow);
        if (rows.length > 0) await sendRows(await cast.sender(code), 'outcomes', rows);
      });
    },
    remember: async (cases, { versions, upTo }) => {
      await atEveryHospital((code) => drawn.learn(code));
      expect(cases, versions);
      // Results reported earlier were sent; those of the week that is repeated are taken quietly a second time.
      const due = waiting.filter(({ reportedAt }) => reportedAt > addDays(upTo, -7));
      waiting.splice(0, waiting.length, ...due);
    },
  };
}

/** Hospitals send at the same time, as they would; each its own rows in order. */
async function atEveryHospital(work: (code: SiteCode) => Promise<void>): Promise<void> {
  await Promise.all(hospitals.map(({ code }) => work(code)));
}

/** The version that answers a case: the recalibrated one from its release on. */
function answering(one: SimulatedCase, { original, recalibrated }: Versions): VersionRow {
  const releasedAt = recalibrated?.state === 'released' ? recalibrated.decidedAt : null;
  const isReleased = one.siteCode === 'WESTHAVEN' && releasedAt !== null && one.predictedAt >= instant(releasedAt);
  return isReleased && recalibrated !== undefined ? recalibrated : original;
}

/** By protocol whoever any watched version flags is referred, also during a suspension and in shadow. */
function isReferred(one: SimulatedCase, versions: Versions): boolean {
  const { recalibrated } = versions;
  const isOriginalAsked = answering(one, versions) === versions.original;
  if (isOriginalAsked && one.probability >= demonstrationModel.decisionThreshold) return true;
  const isWatched =
    recalibrated !== undefined && one.siteCode === 'WESTHAVEN' && one.predictedAt >= instant(recalibrated.registeredAt);
  if (!isWatched) return false;
  return probabilityBy(recalibrated, one.probability) >= (recalibrated.candidate?.decisionThreshold ?? 1);
}

function probabilityBy(version: VersionRow, probability: number): number {
  const revision = revisionOf(version);
  return revision === undefined ? probability : recalibrate(probability, revision);
}

function predictionRow(
  one: SimulatedCase,
  { versions, isShown }: { versions: Versions; isShown: Shown },
): Record<string, unknown> {
  const version = answering(one, versions);
  const probability = probabilityBy(version, one.probability);
  const threshold = version.candidate?.decisionThreshold ?? demonstrationModel.decisionThreshold;
  return {
    caseId: one.caseId,
    site: one.siteCode,
    pseudonym: one.pseudonym,
    predictedAt: toIso(one.predictedAt),
    modelVersionId: version.id,
    probability,
    decision: probability >= threshold,
    shownToHuman: isShown(one.siteCode, one.predictedAt),
    uncertainty: one.uncertainty,
    imageQuality: one.imageQuality,
    rarity: one.rarityP,
  };
}

const outcomeRow = ({ caseId, site, reportedAt, value, corrects }: Report): Record<string, unknown> => ({
  caseId,
  site,
  outcome: demonstrationModel.outcome,
  value,
  verification: 'verified',
  knownAt: toIso(reportedAt),
  ...(corrects === undefined ? {} : { corrects, reason: 'The pathologist revised the report.' }),
});

async function sendRows(sender: ApiClient, kind: 'predictions' | 'outcomes', rows: unknown[]): Promise<void> {
  const body = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await sender.send(`/api/v1/monitor/${kind}`, 'application/x-ndjson', body);
}

/** The random audit, as each hospital learns of it from Hortus. */
function drawnCases(cast: Cast): { learn(code: SiteCode): Promise<void>; has(one: SimulatedCase): boolean } {
  const cases = new Set<string>();
  const cursor = new Map<SiteCode, string>();
  return {
    has: (one) => cases.has(`${one.siteCode} ${one.caseId}`),
    learn: async (code) => {
      const sender = await cast.sender(code);
      for (let isMore = true; isMore; ) {
        const after = cursor.get(code);
        const page = await sender.get<{ cases: { caseId: string; predictedAt: string }[]; next: string | null }>(
          '/api/v1/monitor/audit-sample',
          { site: code, after, limit: '5000' },
        );
        for (const { caseId } of page.cases) cases.add(`${code} ${caseId}`);
        const last = page.cases.at(-1);
        if (last !== undefined) cursor.set(code, `${last.predictedAt}~${last.caseId}`);
        isMore = page.next !== null;
      }
    },
  };
}
