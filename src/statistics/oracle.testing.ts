import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The text of a published oracle file, for tests; undefined, with one loud line, on a machine that lacks the data.
 * @param name file name among the oracles, such as `aSAH.csv`.
 */
export function readOracle(name: string): string | undefined {
  const file = resolve(process.env.HORTUS_SHARED_DATA ?? '../shared/data', 'oracles', name);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  console.warn(`SKIPPED: the oracle ${name} is not on this machine (HORTUS_SHARED_DATA)`);
  return undefined;
}

/**
 * Figures of the project's own oracles, made by the script beside them.
 * @param path below test/oracles, such as `uncertainty/figures.json`.
 */
export function readOwnOracle<T>(path: string): T {
  return JSON.parse(readFileSync(resolve('test/oracles', path), 'utf8')) as T;
}

/** Rows of a CSV oracle without quoted fields, by column name. */
export function readCsvOracle(name: string): Record<string, string>[] | undefined {
  const lines = readOracle(name)?.trim().split(/\r?\n/);
  if (lines === undefined) return undefined;
  const header = lines[0]!.split(',');
  return lines.slice(1).map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(header.map((column, i) => [column, fields[i]!]));
  });
}

/** The predictions and outcomes of calibration_gold.json with the figures computed from them. */
export interface CalibrationGold {
  p: number[];
  y: number[];
  computed: Record<string, number> & {
    corp: Record<string, number>;
    cal_intercept_ci: number[];
    cal_slope_ci: number[];
  };
}

export function readCalibrationGold(): CalibrationGold | undefined {
  const text = readOracle('calibration_gold.json');
  return text === undefined ? undefined : JSON.parse(text);
}
