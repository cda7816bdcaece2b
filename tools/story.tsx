import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '#kernel';
import { createLogger } from '#platform/log';
import { readConfig } from '../src/main/config.ts';
import { openHortus } from '../src/main/open.ts';
import { importMarksheet } from '../src/main/picai/import.ts';
import { loadMarksheet } from '../src/main/picai/marksheet.ts';
import { reportOf } from '../src/main/picai/report.ts';
import { scoreExams } from '../src/main/picai/score.ts';
import { productFolder } from '../src/main/version.ts';
import type { ClaimView, StreamHistory } from '../src/monitor/contract.ts';
import { laterClaims } from './story/later-claims.ts';
import { svgOf } from './story/picture.tsx';
import {
  discrimination,
  evidence,
  ratioOverTime,
  recalibration,
  recalibrationByCentre,
  type StoryData,
} from './story/pictures.ts';

/** Imports the marksheet into a folder of its own, as `hortus import picai` does, and draws what came of it. */

const [marksheet, folder = join(productFolder(), 'docs/guides/pictures')] = process.argv.slice(2);
if (marksheet === undefined) {
  console.error('Say where the marksheet of DIAGNijmegen/picai_labels lies: npm run story -- marksheet.csv');
  process.exit(2);
}

async function storyData(file: string, dataDir: string): Promise<StoryData> {
  const hortus = await openHortus(readConfig({ data: dataDir, kind: 'demonstration' }), {
    logger: createLogger({ level: 'warn' }),
  });
  try {
    const exams = await loadMarksheet(file);
    const scoring = scoreExams(exams, 'tum-rc@1');
    const imported = await importMarksheet(hortus, { exams, scoring });
    const report = await reportOf(hortus, { scoring, exams: exams.length, imported });
    const ask = async <T,>(path: string): Promise<T> => (await hortus.app.inject(`/api/v1/monitor/${path}`)).json();
    const { claims } = await ask<{ claims: ClaimView[] }>('claims');
    const histories = new Map<string, StreamHistory>();
    for (const { key, streams } of claims) {
      for (const { streamId, siteCode } of streams) {
        const name = `${key.replace(/-by-centre$/, '')} ${siteCode ?? 'all'}`;
        histories.set(name, await ask<StreamHistory>(`streams/${streamId}`));
      }
    }
    const history = (key: string, where: string): StreamHistory => {
      const found = histories.get(`${key} ${where}`);
      assert(found !== undefined, `there is evidence on ${key} at ${where}`);
      return found;
    };
    return { report, scoring, claims, history };
  } finally {
    await hortus.close();
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'hortus-story-'));
try {
  const data = await storyData(marksheet, dataDir);
  const pictures = {
    'auroc-by-centre': discrimination(data),
    'evidence-observed-expected': evidence(data, 'observed-expected', 'observed / expected within .8 and 1.25'),
    'evidence-calibration': evidence(data, 'calibration', 'mean probability within .05 of the observed share'),
    'observed-expected-over-time': ratioOverTime(data),
    'reliability-recalibration': recalibration(data),
    'recalibration-by-centre': recalibrationByCentre(data),
  };
  for (const [name, picture] of Object.entries(pictures)) {
    if (picture === undefined) continue;
    await writeFile(join(folder, `${name}.svg`), svgOf(picture));
    console.log(join(folder, `${name}.svg`));
  }
  console.log('The claims on exams since the fit, for the recalibrated model (e-values; 33 decides):');
  for (const { claim, where, n, against, support, decided } of laterClaims(data.scoring, data.report)) {
    const values = `against ${against.toPrecision(2)}, for ${support.toPrecision(2)}`;
    console.log(`  ${claim} ${where}: n = ${n}, ${values}: ${decided}`);
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
