import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { Problem } from '#kernel';
import { createLogger } from '#platform/log';
import { type ConfigFlags, readConfig } from '../config.ts';
import { openHortus } from '../open.ts';
import { importMarksheet } from '../picai/import.ts';
import { loadMarksheet } from '../picai/marksheet.ts';
import { reportOf, reportText } from '../picai/report.ts';
import { scoreExams } from '../picai/score.ts';
import { type ExitCode, exitCodes, progressOn, type Streams, say, sayJson, table } from './output.ts';
import { type ReachFlags, withHortus } from './reach.ts';

export interface RowsFlags extends ReachFlags {
  mode?: string;
  convention?: string;
  json?: boolean;
}

interface Report {
  batchId: string;
  accepted: number;
  corrected: number;
  repeated: number;
  refused: number;
  errors: { line: number; pointer?: string; code: string; detail: string }[];
  ledgerIndex: number;
}

const refusalsShownMax = 20;

/** Sends a file of predictions or outcomes, of any length, and reports every row that was refused. */
export async function importRows(
  kind: 'predictions' | 'outcomes',
  file: string,
  { flags, streams }: { flags: RowsFlags; streams: Streams },
): Promise<ExitCode> {
  const { size } = await stat(file).catch((error: Error) => {
    throw new Problem('invalid-input', { detail: `${file} cannot be read: ${error.message}`, cause: error });
  });
  const contentType = file.toLowerCase().endsWith('.csv') ? 'text/csv' : 'application/x-ndjson';
  const query = new URLSearchParams({ mode: flags.mode ?? 'all' });
  if (flags.convention !== undefined) query.set('convention', flags.convention);
  const progress = progressOn(streams, kind);
  const report = await withHortus(flags, (api) => {
    const body = createReadStream(file).pipe(counting((sent) => progress.show(sent, size, 'bytes sent')));
    return api.send<Report>(`/api/v1/monitor/${kind}?${query}`, contentType, body);
  }).finally(() => progress.end());
  if (flags.json) sayJson(streams, report);
  else tell(report, kind, streams);
  return report.refused > 0 ? exitCodes.negative : exitCodes.ok;
}

function tell(report: Report, kind: string, streams: Streams): void {
  const { accepted, corrected, repeated, refused, ledgerIndex } = report;
  say(streams, `${accepted} ${kind} accepted, ${corrected} corrected, ${repeated} repeated, ${refused} refused`);
  say(streams, `Batch ${report.batchId}, entry ${ledgerIndex} of the ledger.`);
  for (const { line, pointer, detail } of report.errors.slice(0, refusalsShownMax)) {
    say(streams, `  line ${line}: ${pointer === undefined ? '' : `${pointer}: `}${detail}`);
  }
  if (report.errors.length > refusalsShownMax) say(streams, '  … more in the answer with --json');
}

function counting(onBytes: (sent: number) => void): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onBytes(sent);
      done(null, chunk);
    },
  });
}

/** Loads the PI-CAI marksheet into a data folder of its own and tells what its claims came to. */
export async function importPicai(
  file: string,
  { flags, streams }: { flags: ConfigFlags & { model: string; json?: boolean }; streams: Streams },
): Promise<ExitCode> {
  const config = readConfig({ ...flags, kind: 'demonstration' });
  const exams = await loadMarksheet(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Problem('invalid-input', {
      detail: `There is no file ${file}. The marksheet is not part of Hortus: get it from DIAGNijmegen/picai_labels.`,
    });
  });
  const scoring = scoreExams(exams, flags.model);
  const hortus = await openHortus(config, { logger: createLogger({ level: config.logLevel }) });
  const progress = progressOn(streams, 'import');
  try {
    const imported = await importMarksheet(hortus, { exams, scoring }, progress.show);
    const report = await reportOf(hortus, { scoring, exams: exams.length, imported });
    progress.end();
    if (flags.json) sayJson(streams, report);
    else say(streams, reportText(report, table));
    return exitCodes.ok;
  } finally {
    progress.end();
    await hortus.close();
  }
}
