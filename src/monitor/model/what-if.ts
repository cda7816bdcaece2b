import { seededRandom } from '#kernel';
import {
  type AlarmRule,
  type BoundedFamily,
  boundedAlternatives,
  boundedFactors,
  detectorRule,
  groupGapFamily,
  lesionSensitivityFamily,
  meanLossFamily,
  newDetectorState,
  simulateFirstAlarms,
  stepDetector,
  summariseFall,
} from '#statistics';
import { type ClaimBody, claimDigest, detectorThresholds } from './claim.ts';
import { isRate, metricRules } from './metrics.ts';
import { binaryClaimOf } from './processes/rate.ts';

/** What a seeded simulation says of a fall, or of a rise: half of all runs are noticed within so many relevant cases. */
export interface WhatIf {
  before: number;
  after: number;
  /** Null where more than half of the runs went unnoticed within `casesSimulated` after the change. */
  medianCases: number | null;
  casesSimulated: number;
}

const runs = 100;
const goodCasesMax = 200;
const changedCasesMax = 800;

/** A change for the worse in a figure that hits and misses make up, and the detector that watches it. */
interface Scene {
  rule: AlarmRule;
  /** Rate of hits before and after. */
  hits: { before: number; after: number };
  /** What a reader is shown of such a rate. */
  shown: (hitRate: number) => number;
}

/**
 * How soon the detector's notice would tell of a change from well inside the bound to .10 beyond it, after up to a year
 * of good cases: simulated with the detector that watches the claim, seeded by the claim's digest. Mean losses are taken
 * as 0 or 1, lesions as one a patient, which is slowest to be noticed; of a gap, the group falls behind a rest at .90.
 * @returns undefined for claims that no row of hits and misses describes. Cost about .1 s: once, at registration.
 * **Source**: statistics specification, section 6.1, what-if text.
 */
export function whatIf(body: ClaimBody): WhatIf | undefined {
  const scene = sceneOf(body);
  if (scene === undefined) return undefined;
  const { before, after } = scene.hits;
  const casesBefore = Math.min(goodCasesMax, body.relevantPerYear);
  const scenario = { before, casesBefore, after, cases: casesBefore + changedCasesMax, runs };
  const [alarms] = simulateFirstAlarms([scene.rule], scenario, seededRandom(claimDigest(body)));
  const median = summariseFall(alarms!, casesBefore).delay.p50;
  return {
    before: scene.shown(before),
    after: scene.shown(after),
    medianCases: median === undefined ? null : Math.ceil(median),
    casesSimulated: changedCasesMax,
  };
}

function sceneOf(body: ClaimBody): Scene | undefined {
  const { metric, bound, verification } = body;
  const { limit, underAudit } = metricRules[metric];
  const { notice } = detectorThresholds(body.relevantPerYear, 1);
  const shown = (hitRate: number): number => (limit === 'most' ? 1 - hitRate : hitRate);
  if (isRate(metric)) {
    if (verification.model === 'audit' && underAudit === 'weighted') return undefined;
    const claim = binaryClaimOf(body);
    return { rule: detectorRule(claim, notice), hits: aroundRate(claim.design.bound), shown };
  }
  switch (metric) {
    case 'brier':
    case 'absolute-error': {
      const family = meanLossFamily('break', bound);
      return { rule: boundedRule(family, notice, (isHit) => (isHit ? 0 : 1)), hits: aroundRate(1 - bound), shown };
    }
    case 'lesion-sensitivity': {
      const patient = (isHit: boolean) => ({ lesions: 1, found: isHit ? 1 : 0 });
      return {
        rule: boundedRule(lesionSensitivityFamily('break', bound), notice, patient),
        hits: aroundRate(bound),
        shown,
      };
    }
    case 'sensitivity-gap':
    case 'specificity-gap':
      return gapScene(body, notice);
    default:
      return undefined;
  }
}

const aroundRate = (least: number): { before: number; after: number } => ({
  before: least + 0.3 * (1 - least),
  after: Math.max(least - 0.1, least / 2),
});

const restHitRate = 0.9;

function gapScene(body: ClaimBody, level: number): Scene {
  const tolerance = body.tolerance ?? 0;
  const random = seededRandom(`rest ${claimDigest(body)}`);
  const pair = (isHit: boolean) => ({ group: isHit ? 1 : 0, rest: random() < restHitRate ? 1 : 0 });
  return {
    rule: boundedRule(groupGapFamily('break', tolerance), level, pair),
    hits: { before: restHitRate, after: Math.max(0, restHitRate - tolerance - 0.1) },
    shown: (hitRate) => hitRate - restHitRate,
  };
}

/** The e-SR detector of a bounded claim, over observations that hits and misses stand for. */
function boundedRule<O>(family: BoundedFamily<O>, level: number, observe: (isHit: boolean) => O): AlarmRule {
  const design = { alternatives: boundedAlternatives(family), levels: [level] };
  const factors = new Float64Array(design.alternatives);
  return {
    name: `e-SR of ${family.name} at ${level}`,
    newRun: () => {
      const state = newDetectorState(design);
      return (isHit) => stepDetector(design, state, boundedFactors(family, observe(isHit), factors)) >= level;
    },
  };
}
