import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalDraw, type Random, seededRandom } from '#kernel';
import {
  augmentedAccuracy,
  auroc,
  aurocSequence,
  betaBinomialShrinkage,
  bettingTwoSample,
  boundedLogE,
  calibrationClaim,
  calibrationLogE,
  cohenKappa,
  conformalPValue,
  conformalReference,
  defaultBinaryClaimDesign,
  deLong,
  detectorRule,
  type Estimate,
  emptyBettingTwoSample,
  eProcessRule,
  expectedAuroc,
  expit,
  fixedReferenceSlack,
  logit,
  newBoundedState,
  newCalibrationState,
  newJumperState,
  type PartlyVerifiedCase,
  pairedLossDifferenceFamily,
  prepareBinaryClaim,
  simulateFirstAlarms,
  stepBettingTwoSample,
  stepBounded,
  stepCalibration,
  stepJumper,
} from '#statistics';
import { type Line, lineChart } from './support/line-chart.ts';

// The pictures of docs/methods: operating characteristics from seeded simulation of the shipped code. Running it again
// writes the same files. Figures are printed too, so that pages can quote them.
const folder = join('docs', 'methods', 'pictures');

function draw(name: string, chart: Parameters<typeof lineChart>[0]): void {
  writeFileSync(join(folder, `${name}.svg`), lineChart(chart));
  const ends = chart.lines.map((line) => `${line.name} ${line.points[line.points.length - 1]![1].toFixed(3)}`);
  console.log(`${name.padEnd(18)} ${ends.join(' · ')}`);
}

/** The share of runs whose first alarm came at or before each x. @param alarms first alarm of each run, 0 = never. */
function cumulative(name: string, alarms: ArrayLike<number>, xs: readonly number[]): Line {
  const all = Array.from(alarms);
  return { name, points: xs.map((x) => [x, all.filter((at) => at > 0 && at <= x).length / all.length]) };
}

const steps = (from: number, to: number, count: number) =>
  Array.from({ length: count + 1 }, (_, i) => Math.round(from + ((to - from) * i) / count));

/** First index (from 1) at which `step` says so, else 0. */
function firstAlarm(count: number, step: (i: number) => boolean): number {
  for (let i = 1; i <= count; i++) if (step(i)) return i;
  return 0;
}

function binaryClaims(): void {
  const claim = prepareBinaryClaim(defaultBinaryClaimDesign(0.9));
  const wald = {
    name: 'weekly 95 % interval',
    newRun: () => {
      let [n, k] = [0, 0];
      return (isHit: boolean) => {
        n++;
        if (isHit) k++;
        const rate = k / n;
        return n > 30 && n % 7 === 0 && rate + 1.96 * Math.sqrt((rate * (1 - rate)) / n) < 0.9;
      };
    },
  };
  const rules = [eProcessRule(claim, 0.05), wald];
  const scenario = { before: 0.9, casesBefore: 0, after: 0.9, cases: 1092, runs: 1000 };
  const [ours, theirs] = simulateFirstAlarms(rules, scenario, seededRandom('binary claims'));
  const lines = [
    cumulative('e-process', ours!, steps(0, 1092, 26)),
    cumulative(wald.name, theirs!, steps(0, 1092, 26)),
  ];
  draw('binary-claims', {
    x: 'relevant cases, true rate at the bound',
    y: 'false alarm so far',
    yMax: 0.2,
    promised: 0.05,
    lines,
  });
  const fall = { before: 0.93, casesBefore: 364, after: 0.8, cases: 1092, runs: 1000 };
  const detectors = [eProcessRule(claim, 0.05), detectorRule(claim, 2000), detectorRule(claim, 10_000)];
  const alarms = simulateFirstAlarms(detectors, fall, seededRandom('fall'));
  const names = ['e-process', 'e-SR, A = 2 000', 'e-SR, A = 10 000'];
  const found = alarms.map((one, i) => cumulative(names[i]!, one, steps(0, 1092, 52)));
  draw('change-detection', { x: 'cases; .93 falls to .80 after case 364', y: 'alarmed so far', yMax: 1, lines: found });
}

function boundedMeans(): void {
  const family = pairedLossDifferenceFamily('break', 0.05);
  const runs = (worse: number, seed: string) => {
    const random = seededRandom(seed);
    return Array.from({ length: 400 }, () => {
      const state = newBoundedState(family);
      return firstAlarm(1000, () => {
        const lossOld = random() < 0.1 ? 1 : 0;
        const lossNew = random() < 0.1 + worse ? 1 : 0;
        stepBounded(family, state, { lossNew, lossOld });
        return boundedLogE(family, state) >= Math.log(20);
      });
    });
  };
  const at = steps(0, 1000, 25);
  const lines = [0.05, 0.1, 0.15].map((worse) =>
    cumulative(`worse by .${String(worse).slice(2).padEnd(2, '0')}`, runs(worse, `paired ${worse}`), at),
  );
  draw('bounded-means', { x: 'cases; margin .05', y: 'claim broken so far', yMax: 1, promised: 0.05, lines });
}

function calibration(): void {
  const claim = calibrationClaim();
  const runs = (a: number, b: number, seed: string) => {
    const random = seededRandom(seed);
    return Array.from({ length: 200 }, () => {
      const state = newCalibrationState(claim);
      return firstAlarm(1500, () => {
        const p = Math.min(0.999, Math.max(0.001, expit(-0.8 + 1.6 * normalDraw(random))));
        stepCalibration(claim, state, p, random() < expit(a + b * logit(p)) ? 1 : 0);
        return calibrationLogE(state) >= Math.log(20);
      });
    });
  };
  const at = steps(0, 1500, 25);
  const lines = [
    cumulative('a = .3, b = .8', runs(0.3, 0.8, 'off'), at),
    cumulative('calibrated', runs(0, 1, 'on'), at),
  ];
  draw('calibration', { x: 'cases', y: 'alarmed so far', yMax: 1, promised: 0.05, lines });
}

const isWrong = (one: Estimate, truth: number) => one.estimable && (one.lower > truth || one.upper < truth);

function discrimination(): void {
  const random = seededRandom('auroc pictures');
  const looks = steps(60, 3000, 98);
  const first = Array.from({ length: 400 }, () => {
    const outcomes = Array.from({ length: 3000 }, () => (random() < 0.35 ? 1 : 0));
    const scores = outcomes.map((y) => normalDraw(random) + 1.8123876 * y);
    const found = [0, 0];
    for (const n of looks) {
      if (found.every((at) => at > 0)) break;
      const result = deLong(scores.slice(0, n), outcomes.slice(0, n));
      if (found[0] === 0 && isWrong(aurocSequence(result, { tOpt: 350 }), 0.9)) found[0] = n;
      if (found[1] === 0 && isWrong(auroc(scores.slice(0, n), outcomes.slice(0, n)), 0.9)) found[1] = n;
    }
    return found;
  });
  const lines = ['confidence sequence', 'DeLong, each look'].map((name, i) =>
    cumulative(
      name,
      first.map((one) => one[i]!),
      looks,
    ),
  );
  draw('discrimination', { x: 'cases; a look every 30', y: 'wrong at least once', yMax: 0.5, promised: 0.05, lines });
}

function outcomes(): void {
  const random = seededRandom('verification');
  const shares = [0.1, 0.2, 0.4, 0.6, 0.8, 1];
  const mean = (of: (cases: PartlyVerifiedCase[]) => number | undefined, share: number) => {
    const values = Array.from({ length: 60 }, () => of(population(random, 800, share))).filter(
      (one) => one !== undefined,
    );
    return values.reduce((sum, one) => sum + one / values.length, 0);
  };
  const naive = (cases: PartlyVerifiedCase[]) => {
    const seen = cases.filter((one) => one.outcome === 1);
    return seen.filter((one) => one.decision === 1).length / seen.length;
  };
  const augmented = (cases: PartlyVerifiedCase[]) => {
    const { sensitivity } = augmentedAccuracy(cases);
    return sensitivity.estimable ? sensitivity.value : undefined;
  };
  const lines = [
    { name: 'among verified', points: shares.map((share) => [share, mean(naive, share)] as const) },
    { name: 'augmented', points: shares.map((share) => [share, mean(augmented, share)] as const) },
  ];
  draw('outcomes', {
    x: 'share of AI-negatives that are verified',
    y: 'sensitivity; true .80',
    yMax: 1,
    promised: 0.8,
    lines,
  });
}

function population(random: Random, n: number, share: number): PartlyVerifiedCase[] {
  return Array.from({ length: n }, () => {
    const disease = random() < 0.35 ? 1 : 0;
    const decision = random() < (disease === 1 ? 0.8 : 0.15) ? 1 : 0;
    const one = { decision, covariates: [] } as const;
    return random() < (decision === 1 ? 0.9 : share) ? { ...one, outcome: disease } : one;
  });
}

function groups(): void {
  const random = seededRandom('shrinkage');
  const sizes = [5, 10, 20, 40, 80, 160];
  const errors = sizes.map((n) => {
    const squares = [0, 0];
    for (let run = 0; run < 200; run++) {
      const truths = Array.from({ length: 8 }, () => Math.min(0.99, 0.88 + 0.04 * normalDraw(random)));
      const drawn = truths.map((p, g) => ({
        group: `${g}`,
        n,
        k: Array.from({ length: n }, () => random() < p).filter(Boolean).length,
      }));
      const fit = betaBinomialShrinkage(drawn);
      if (!fit.estimable) continue;
      fit.groups.forEach(({ raw, shrunk }, g) => {
        [raw, shrunk].forEach((one, i) => {
          if (one.estimable) squares[i]! += (one.value - truths[g]!) ** 2 / 1600;
        });
      });
    }
    return squares.map(Math.sqrt);
  });
  const lines = ['raw', 'shrunk'].map((name, i) => ({
    name,
    points: sizes.map((n, s) => [n, errors[s]![i]!] as const),
  }));
  draw('groups', { x: 'cases a group, 8 groups', y: 'root mean square error', yMax: 0.16, lines });
}

function agreement(): void {
  const random = seededRandom('agreement');
  const chance = 0.4 * 0.43 + 0.6 * 0.57;
  const truth = (0.85 - chance) / (1 - chance);
  const sizes = [20, 40, 80, 160, 320];
  const covered = sizes.map((n) => {
    let inside = 0;
    for (let run = 0; run < 500; run++) {
      const first = Array.from({ length: n }, () => (random() < 0.4 ? 1 : 0));
      const kappa = cohenKappa(
        first,
        first.map((a) => (random() < 0.85 ? a : 1 - a)),
      );
      if (!isWrong(kappa, truth)) inside++;
    }
    return [n, inside / 500] as const;
  });
  draw('agreement', {
    x: 'subjects, κ = .69',
    y: 'covered by the 95 % interval',
    yMax: 1,
    promised: 0.95,
    lines: [{ name: "Cohen's kappa", points: covered }],
  });
}

function uncertainty(): void {
  const runs = (slack: boolean, change: (u: number) => number, seed: string) => {
    const random = seededRandom(seed);
    return Array.from({ length: 200 }, () => {
      const reference = conformalReference(Array.from({ length: 200 }, () => random()));
      const state = newJumperState();
      const options = { slack: slack ? fixedReferenceSlack(200, 0.01) : 0 };
      return firstAlarm(
        1500,
        () => stepJumper(state, conformalPValue(reference, change(random()), random()), options) >= 20,
      );
    });
  };
  const at = steps(0, 1500, 25);
  const lines = [
    cumulative('drift', runs(true, Math.sqrt, 'drift'), at),
    cumulative(
      'none, uncorrected',
      runs(false, (u) => u, 'none'),
      at,
    ),
    cumulative(
      'none, corrected',
      runs(true, (u) => u, 'none'),
      at,
    ),
  ];
  draw('uncertainty', {
    x: 'cases against 200 fixed reference cases',
    y: 'alarmed so far',
    yMax: 1,
    promised: 0.06,
    lines,
  });
}

function drift(): void {
  const test = bettingTwoSample(1);
  const runs = (shift: number) => {
    const random = seededRandom(`drift ${shift}`);
    return Array.from({ length: 150 }, () => {
      let state = emptyBettingTwoSample;
      return firstAlarm(200, () => {
        state = stepBettingTwoSample(test, state, {
          first: [normalDraw(random)],
          second: [normalDraw(random) + shift],
        });
        return state.logWealth >= Math.log(20);
      });
    });
  };
  const at = steps(0, 200, 20);
  draw('drift', {
    x: 'pairs',
    y: 'alarmed so far',
    yMax: 1,
    promised: 0.05,
    lines: [1, 0.5, 0].map((shift) => cumulative(`shift of ${shift} sd`, runs(shift), at)),
  });
}

function earlyIndication(): void {
  const random = seededRandom('early');
  const slopes = [0.4, 0.6, 0.8, 1, 1.2];
  const both = slopes.map((slope) => {
    const p = Array.from({ length: 20_000 }, () => expit(-0.8 + 1.6 * normalDraw(random)));
    const realised = deLong(
      p,
      p.map((one) => (random() < expit(slope * logit(one)) ? 1 : 0)),
    );
    const early = expectedAuroc({ probabilities: p, scores: p });
    return [realised.estimable ? realised.auroc : 0, early.kind === 'early indication' ? early.value : 0];
  });
  const lines = ['realised', 'indicated'].map((name, i) => ({
    name,
    points: slopes.map((slope, s) => [slope, both[s]![i]!] as const),
  }));
  draw('early-indication', { x: 'true calibration slope (1 = as assumed)', y: 'AUROC', yMax: 1, lines });
}

binaryClaims();
boundedMeans();
calibration();
discrimination();
outcomes();
groups();
agreement();
uncertainty();
drift();
earlyIndication();
