import { type ExitCode, exitCodes, progressOn, type Streams, say, sayJson, table } from './output.ts';
import { type ReachFlags, withHortus } from './reach.ts';

/** Commands that read how the evidence stands. */

type Flags = ReachFlags & { json?: boolean };

interface ClaimRow {
  id: string;
  key: string;
  modelVersionLabel: string;
  streams: {
    siteCode: string | null;
    state: string;
    run: number;
    reading: { n: number; estimate: { estimable: boolean; value?: number; lower?: number; upper?: number } };
  }[];
}

/** Every claim at every site with its state. */
export async function listClaims(flags: Flags, streams: Streams): Promise<ExitCode> {
  const { claims } = await withHortus(flags, (api) => api.get<{ claims: ClaimRow[] }>('/api/v1/monitor/claims'));
  if (flags.json) {
    sayJson(streams, claims);
    return exitCodes.ok;
  }
  const rows = claims.flatMap(({ key, modelVersionLabel, streams: own }) =>
    own.map(({ siteCode, state, reading }) => {
      const { estimable, value, lower, upper } = reading.estimate;
      const figure = estimable ? `${value?.toFixed(3)} (${lower?.toFixed(3)}–${upper?.toFixed(3)})` : 'not estimable';
      return [key, modelVersionLabel, siteCode ?? 'all', state, String(reading.n), figure];
    }),
  );
  say(streams, rows.length === 0 ? 'No claim is registered.' : table([claimHeader, ...rows]));
  return exitCodes.ok;
}

const claimHeader = ['claim', 'version', 'site', 'state', 'n', 'estimate (time-uniform interval)'];

interface Replayed {
  streamId: string;
  claimId: string;
  siteId: string | null;
  run: number;
  cases: number;
  isEqual: boolean;
}

/** Recomputes every stream from its cases; the answer is no if a single bit differs. */
export async function replayClaims(flags: Flags, streams: Streams): Promise<ExitCode> {
  const progress = progressOn(streams, 'replay');
  const { streams: replayed } = await withHortus(flags, (api) =>
    api.follow<{ streams: Replayed[] }>('/api/v1/installation/claim-replay', progress.show),
  ).finally(() => progress.end());
  const different = replayed.filter(({ isEqual }) => !isEqual);
  if (flags.json) sayJson(streams, { streams: replayed, different: different.length });
  else {
    for (const { streamId, claimId, run } of different)
      say(streams, `DIFFERENT: ${streamId} of ${claimId}, run ${run}`);
    say(streams, `${replayed.length - different.length} of ${replayed.length} streams are the same to the last bit.`);
  }
  return different.length === 0 ? exitCodes.ok : exitCodes.negative;
}

interface CertificateRow {
  id: string;
  name: string;
  sites: { name: string; effectiveStatus: string; since: string; sentence: string }[];
}

interface Serving {
  show: boolean;
  effectiveStatus: string;
  why: string;
  validForSeconds: number;
}

export type StatusFlags = Flags & { modelVersion?: string; site?: string };

/** The certificates in words; or, for a version and a site, whether it may be shown there now. */
export async function status(flags: StatusFlags, streams: Streams): Promise<ExitCode> {
  const { modelVersion, site } = flags;
  if (modelVersion !== undefined && site !== undefined) {
    const answer = await withHortus(flags, (api) =>
      api.get<Serving>('/api/v1/certify/serving-check', { modelVersion, site }),
    );
    if (flags.json) sayJson(streams, answer);
    else say(streams, `${answer.show ? 'YES' : 'NO'}: ${answer.why}`);
    return answer.show ? exitCodes.ok : exitCodes.negative;
  }
  const { certificates } = await withHortus(flags, (api) =>
    api.get<{ certificates: CertificateRow[] }>('/api/v1/certify/certificates'),
  );
  if (flags.json) sayJson(streams, certificates);
  else if (certificates.length === 0) say(streams, 'There is no certificate.');
  else {
    for (const { sites } of certificates) {
      for (const { effectiveStatus, sentence } of sites) say(streams, `${effectiveStatus.padEnd(11)} ${sentence}`);
    }
  }
  return exitCodes.ok;
}

interface Verdict {
  ok: boolean;
  entries: number;
  checkpoints: number;
  root: string;
  failureCount: number;
  failures: { check: string; at?: number; detail: string }[];
  summary: string;
}

/** Verifies the whole ledger; the answer is no if anything in it is not what was signed. */
export async function verifyLedgerOf(flags: Flags, streams: Streams): Promise<ExitCode> {
  const progress = progressOn(streams, 'ledger');
  const verdict = await withHortus(flags, (api) =>
    api.follow<Verdict>('/api/v1/installation/ledger-verification', progress.show),
  ).finally(() => progress.end());
  if (flags.json) sayJson(streams, verdict);
  else {
    say(streams, verdict.summary);
    for (const { check, at, detail } of verdict.failures) say(streams, `  ${at ?? 'ledger'}: ${check}: ${detail}`);
    say(streams, `  ${verdict.entries} entries, ${verdict.checkpoints} checkpoints, root ${verdict.root}`);
  }
  return verdict.ok ? exitCodes.ok : exitCodes.negative;
}
