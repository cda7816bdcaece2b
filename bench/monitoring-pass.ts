// A whole monitoring pass over 1e6 cases × 10 features (HORTUS_BENCH_CASES for another number), on one thread:
// 1. the parts that NannyML, Evidently and MAPIE do as well, side by side in this run where they are installed;
// 2. all claim types over 6 strata, and rarity with its martingale; what one outcome and one look cost; memory.
// Bars: 20 × faster than NannyML and Evidently for the shared parts; ≤ 1 µs an outcome of a rate, ≤ 3 µs of calibration.
import { rmSync } from 'node:fs';
import { exchangeFolder, writeColumn } from './peers/peers.ts';
import { monitoredCases } from './support/monitored-cases.ts';
import { passOverClaims, passOverRarity } from './support/own-pass.ts';
import { compareEvidently, compareMapie, compareNannyml } from './support/shared-parts.ts';

const n = Number(process.env.HORTUS_BENCH_CASES ?? 1e6);
const features = 10;
const chunk = Math.ceil(n / 10);
const reference = monitoredCases('pass reference', { n: Math.ceil(n / 5), features, shift: 0 });
const analysis = monitoredCases('pass analysis', { n, features, shift: 0.02 });
console.log(`monitoring pass: ${n.toLocaleString('en')} cases × ${features} features, 6 strata`);

const folder = exchangeFolder();
for (const [part, cases] of Object.entries({ reference, analysis })) {
  for (const [f, column] of cases.features.entries()) writeColumn(folder, `${part}-f${f}`, column);
  writeColumn(folder, `${part}-p`, cases.probabilities);
  writeColumn(folder, `${part}-y`, cases.outcomes);
}
const held = [
  compareNannyml({ reference, analysis, chunk, folder }),
  compareEvidently({ reference, analysis, folder }),
  compareMapie({ analysis, folder }),
];
rmSync(folder, { recursive: true });
held.push(passOverClaims(analysis), passOverRarity(reference, analysis));
console.log(
  `  memory: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most, all data of this process included`,
);
if (held.includes(false)) process.exitCode = 1;
