// AUROC with its DeLong variance, n = 1e6; with --large, or HORTUS_BENCH_LARGE=1, also n = 1e7 (about 0.4 GB of memory).
// Bars of the statistics spec, section 18, measured on one thread of a 2-core machine: 0.25 s and 2.6 s.
// Peers by pROC's own benchmark, AUC alone: PRROC 0.18 s and 2.9 s, pROC 0.58 s and 8.3 s, ROCR 0.76 s and 9.2 s.
import { seededRandom } from '#kernel';
import { deLong } from '#statistics';

const isLargeWanted = process.argv.includes('--large') || process.env.HORTUS_BENCH_LARGE === '1';
const sizes = isLargeWanted ? [1e6, 1e7] : [1e6];
for (const n of sizes) {
  const random = seededRandom('bench auroc');
  const outcomes = Uint8Array.from({ length: n }, () => (random() < 0.35 ? 1 : 0));
  const scores = Float64Array.from(outcomes, (outcome) => random() ** (outcome === 1 ? 0.5 : 1.5));
  const timesMs: number[] = [];
  let result = deLong(scores, outcomes);
  for (let round = 0; round < 5; round++) {
    const startMs = performance.now();
    result = deLong(scores, outcomes);
    timesMs.push(performance.now() - startMs);
  }
  timesMs.sort((a, b) => a - b);
  const figure = result.estimable ? `AUROC ${result.auroc.toFixed(6)}` : result.because;
  console.log(`auroc+delong n=${n}: median ${timesMs[2]!.toFixed(0)} ms, best ${timesMs[0]!.toFixed(0)} ms, ${figure}`);
}
