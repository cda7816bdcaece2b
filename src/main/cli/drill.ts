import { writeFile } from 'node:fs/promises';
import { Problem } from '#kernel';
import { type ExitCode, exitCodes, progressOn, type Streams, say, sayJson, table } from './output.ts';
import { type ReachFlags, withHortus } from './reach.ts';

export interface DrillFlags extends ReachFlags {
  claim?: string;
  all?: boolean;
  site?: string;
  inject: string;
  size: number;
  at?: string;
  runs: string;
  seed: string;
  record?: boolean;
  /** True: on standard output. */
  json?: string | boolean;
}

interface Share {
  count: number;
  of: number;
  lower: number;
  upper: number;
}

interface Answer {
  report: {
    label: string;
    claim: { key: string };
    site: string | null;
    runs: number;
    seed: string;
    expected: 'alarm' | 'silence';
    copy: { from: string; until: string; cases: number };
    findings: {
      rule: string;
      by: 'hortus' | 'dummy' | 'other-tools';
      found: Share;
      falseAlarms: Share;
      medianDelayCases: number | null;
      medianDelayDays: number | null;
    }[];
    sentences: string[];
    notes: string[];
  };
  reportSha256: string;
  ledgerIndex: number | null;
}

type Drilled = Answer | { claim: string; site: string | null; notDrilled: string };

interface ClaimRow {
  id: string;
  key: string;
  streams: { siteCode: string | null }[];
}

/**
 * Drills one claim, or all of them, at one site or all: each on a copy of its own stream. The answer is no where a
 * fault that should raise an alarm was found in fewer than half of the runs, or one that should not was told of in as many.
 */
export async function drill(flags: DrillFlags, streams: Streams): Promise<ExitCode> {
  const progress = progressOn(streams, 'drill');
  const drilled = await withHortus(flags, async (api) => {
    const { claims } = await api.get<{ claims: ClaimRow[] }>('/api/v1/monitor/claims');
    const meant = streamsMeant(claims, flags);
    const done: Drilled[] = [];
    for (const [i, { id, key, site }] of meant.entries()) {
      progress.show(i, meant.length, `${key} at ${site ?? 'all sites'}`);
      const { inject, size, at, seed, record = false } = flags;
      const body = {
        claim: id,
        ...(site === null ? {} : { site }),
        inject,
        size,
        at,
        runs: Number(flags.runs),
        seed,
        record,
      };
      try {
        done.push(await api.post<Answer>('/api/v1/monitor/drills', body));
      } catch (error) {
        // One claim that cannot be drilled so does not end the drill of the others.
        if (!(error instanceof Problem) || meant.length === 1) throw error;
        done.push({ claim: key, site, notDrilled: error.errors[0]?.detail ?? error.detail ?? error.message });
      }
    }
    return done;
  }).finally(() => progress.end());
  if (typeof flags.json === 'string') await writeFile(flags.json, `${JSON.stringify(drilled, null, 2)}\n`);
  if (flags.json === true) sayJson(streams, drilled);
  else for (const one of drilled) tell(streams, one);
  return drilled.every(isAsExpected) ? exitCodes.ok : exitCodes.negative;
}

function streamsMeant(
  claims: readonly ClaimRow[],
  { claim, site }: DrillFlags,
): { id: string; key: string; site: string | null }[] {
  const meant = claims
    .filter(({ id, key }) => claim === undefined || id === claim || key === claim)
    .flatMap(({ id, key, streams }) => streams.map(({ siteCode }) => ({ id, key, site: siteCode })))
    .filter((one) => site === undefined || one.site === site);
  if (meant.length > 0) return meant;
  throw new Problem('not-found', { detail: 'No claim has this id or key, or none of its streams is at this site.' });
}

function tell(streams: Streams, drilled: Drilled): void {
  if ('notDrilled' in drilled) {
    say(streams, `${drilled.claim} at ${drilled.site ?? 'all sites'}: no drill. ${drilled.notDrilled}\n`);
    return;
  }
  const { report, reportSha256, ledgerIndex } = drilled;
  const { claim, site, copy, runs, seed, findings, sentences, notes } = report;
  say(streams, `${claim.key} at ${site ?? 'all sites'} (${report.label})`);
  say(streams, `  ${copy.cases} cases matured ${copy.from} to ${copy.until}; ${runs} runs, seed ${seed}`);
  const rows = findings.map(({ rule, found, falseAlarms, medianDelayCases, medianDelayDays }) => [
    `  ${rule}`,
    shareText(found),
    delayText(medianDelayCases),
    delayText(medianDelayDays),
    shareText(falseAlarms),
  ]);
  say(streams, table([header, ...rows]));
  for (const line of [...sentences, ...notes]) say(streams, line);
  if (ledgerIndex !== null) say(streams, `Ledger entry ${ledgerIndex}, report ${reportSha256}.`);
  say(streams, '');
}

const header = ['  rule', 'found (95 % interval)', 'median cases', 'days', 'alarms without injection'];

const shareText = ({ count, of, lower, upper }: Share): string =>
  `${count} of ${of} (${(100 * lower).toFixed(0)}–${(100 * upper).toFixed(0)} %)`;

const delayText = (delay: number | null): string => (delay === null ? 'never' : String(Math.ceil(delay)));

function isAsExpected(drilled: Drilled): boolean {
  if ('notDrilled' in drilled) return true;
  const { expected, findings } = drilled.report;
  const { found } = findings[0]!;
  const isTold = found.count * 2 >= found.of;
  return expected === 'alarm' ? isTold : !isTold;
}
