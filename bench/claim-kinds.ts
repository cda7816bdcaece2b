// What one relevant outcome costs each kind of claim, cells as a cohort holds them (those it passes over included), looked
// at with every relevant case. Bars of the specification: 1 µs for a binary claim, 3 µs for the calibration mixture.
import { seededRandom } from '#kernel';
import { aClaimBody, aMeasure } from '../src/monitor/model/builders.ts';
import { encodeCell, resolution } from '../src/monitor/model/cells.ts';
import { isRate, metricRules, metrics } from '../src/monitor/model/metrics.ts';
import { newProcess } from '../src/monitor/model/processes/new-process.ts';

const cases = 200_000;
const barsNs = { binary: 1000, mixture: 3000 };

for (const metric of metrics) {
  const { measure, limit, evidence } = metricRules[metric];
  const random = seededRandom(metric);
  const cells = Uint16Array.from({ length: cases }, () => {
    const score = Math.floor(random() * 1000);
    return encodeCell({
      bin: measure === 'score' ? score : aMeasure(measure, random),
      flagged: score >= 500,
      value: random() < score / 1000,
      resolution: resolution.verified,
      auditLevel: 0,
    });
  });
  const body = aClaimBody({ metric, bound: limit === 'range' ? 0.8 : 0.5 });
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    const taken = newProcess(body, 1, undefined);
    let highest = Number.NEGATIVE_INFINITY;
    const started = performance.now();
    let relevant = 0;
    for (const cell of cells) {
      if (!taken.step(cell)) continue;
      relevant++;
      highest = Math.max(highest, taken.logBreak() ?? 0, taken.logDetector() ?? 0);
    }
    best = Math.min(best, ((performance.now() - started) * 1e6) / relevant);
  }
  console.log(`${metric.padEnd(28)} ${best.toFixed(0).padStart(6)} ns an outcome`);
  const barNs = isRate(metric) ? barsNs.binary : evidence === 'mixture' ? barsNs.mixture : undefined;
  if (barNs !== undefined && best > barNs) {
    console.error(`${metric} costs ${best.toFixed(0)} ns an outcome; the bar is ${barNs}.`);
    process.exitCode = 1;
  }
}
