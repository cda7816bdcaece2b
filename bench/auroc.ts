// AUROC with its DeLong variance, n = 1e6; with --large, or HORTUS_BENCH_LARGE=1, also n = 1e7 (pROC then takes some GB).
// Side by side, in this run, with pROC (AUC with DeLong variance) and scikit-learn (AUC alone) where they are installed.
// Bars: 0.25 s and 2.6 s on one thread of a 2-core machine; at least 2 × faster than pROC with variance; equal to 9 digits.
import { rmSync } from 'node:fs';
import { seededRandom } from '#kernel';
import { deLong } from '#statistics';
import { askPeer, bestOf, digitsOf, exchangeFolder, type PeerAnswer, writeColumn } from './peers/peers.ts';

const isLargeWanted = process.argv.includes('--large') || process.env.HORTUS_BENCH_LARGE === '1';
const sizes = isLargeWanted ? [1e6, 1e7] : [1e6];
const [fasterBar, digitsBar] = [2, 9];

for (const n of sizes) {
  const random = seededRandom('bench auroc');
  const outcomes = Uint8Array.from({ length: n }, () => (random() < 0.35 ? 1 : 0));
  const scores = Float64Array.from(outcomes, (outcome) => random() ** (outcome === 1 ? 0.5 : 1.5));
  const { ms, result } = bestOf(4, () => deLong(scores, outcomes));
  if (!result.estimable) throw new Error(result.because);
  console.log(`auroc n=${n.toLocaleString('en')}`);
  line('Hortus, AUC + DeLong variance', ms, `${result.auroc.toFixed(9)}, variance ${result.variance.toExponential(6)}`);
  const folder = exchangeFolder();
  writeColumn(folder, 'outcomes', outcomes);
  writeColumn(folder, 'scores', scores);
  const rounds = n > 1e6 ? '1' : '3';
  const proc = askPeer('pROC', 'auroc-proc.R', [folder, String(n), rounds]);
  const scikit = askPeer('scikit-learn', 'auroc-scikit-learn.py', [folder, rounds]);
  rmSync(folder, { recursive: true });
  if (proc) {
    line(`${proc.version}, AUC alone`, 1000 * proc.seconds!.auc!, '');
    const theirs = 1000 * proc.seconds!['auc+variance']!;
    line(`${proc.version}, AUC + DeLong variance`, theirs, `${(theirs / ms).toFixed(1)} × ours; ${proc.peakMb} MB`);
    hold(theirs / ms >= fasterBar, `at least ${fasterBar} × faster than pROC with variance`);
    agree(proc, { auroc: result.auroc, variance: result.variance });
  }
  if (scikit) {
    const theirs = 1000 * scikit.seconds!.auc!;
    line(`${scikit.version}, AUC alone`, theirs, `${(theirs / ms).toFixed(1)} × ours with variance`);
    agree(scikit, { auroc: result.auroc });
  }
}

function line(name: string, ms: number, words: string): void {
  console.log(`  ${name.padEnd(44)} ${ms.toFixed(0).padStart(7)} ms  ${words}`);
}

function agree(peer: PeerAnswer, ours: Record<string, number>): void {
  for (const [name, value] of Object.entries(ours)) {
    const digits = digitsOf(value, peer[name] as number);
    hold(digits >= digitsBar, `${name} equal to ${peer.version} in ${digits} digits`);
  }
}

function hold(isMet: boolean, what: string): void {
  console.log(`  ${isMet ? 'met' : 'NOT MET'}: ${what}`);
  if (!isMet) process.exitCode = 1;
}
