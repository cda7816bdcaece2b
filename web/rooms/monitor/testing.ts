import type { ClaimView, Crossing, StreamHistory, StreamSummary } from '../../../src/monitor/contract.ts';

/** Answers of the server as the tests of this room's pages need them. */

export const aCrossing = (over: Partial<Crossing> = {}): Crossing => ({
  kind: 'break',
  position: 140,
  at: '2019-03-04',
  predictedOn: '2018-12-04',
  n: 121,
  k: 96,
  logValue: 4.8,
  logThreshold: 4.6,
  changePoint: { position: 90, on: '2018-10-01' },
  ...over,
});

export const aStream = (over: Partial<StreamSummary> = {}): StreamSummary => ({
  streamId: 'stream_1',
  claimId: 'claim_1',
  siteId: 'site_w',
  siteCode: 'WESTHAVEN',
  siteName: 'Westhaven',
  run: 1,
  alpha: 0.01,
  state: 'consistent',
  level: 0,
  changedAt: '2019-03-05T00:00:00.000Z',
  lastMaturedAt: '2019-03-05T00:00:00.000Z',
  cases: 300,
  late: 0,
  reading: {
    n: 121,
    k: 96,
    logBreak: 4.8,
    logSupport: -9,
    logDetector: 2,
    estimate: {
      estimable: true,
      value: 96 / 121,
      lower: 0.71,
      upper: 0.86,
      n: 121,
      level: 0.95,
      method: 'test',
      approximate: false,
    },
  },
  thresholds: { logBreak: 4.6, logNotice: 7, logEscalation: 8 },
  crossings: [],
  needed: [],
  evidenceDigest: 'ab'.repeat(32),
  ...over,
});

export const aClaim = (over: Partial<ClaimView> = {}): ClaimView => ({
  id: 'claim_1',
  key: 'sensitivity',
  statement: 'Finds at least 90 of 100 cancers',
  metric: 'sensitivity',
  approximate: false,
  modelVersionId: 'mv_1',
  modelVersionLabel: 'ProstateRisk 2.1',
  bound: 0.9,
  boundUpper: null,
  tolerance: null,
  decisionThreshold: 0.2,
  among: 'all',
  scope: 'each-site',
  limit: 'least',
  population: null,
  group: null,
  alpha: 0.0164,
  minN: 30,
  minEvents: 0,
  horizonDays: 90,
  outcome: 'csPCa',
  verification: 'reference standard of the data set',
  patientRule: 'index-exam',
  countsFrom: '2018-01-01T00:00:00.000Z',
  retrospective: false,
  registeredAt: '2017-12-01T00:00:00.000Z',
  ledgerIndex: 7,
  digest: 'cd'.repeat(32),
  streams: [aStream()],
  ...over,
});

export function aHistory(stream: StreamSummary): StreamHistory {
  const { reading, state } = stream;
  const early = { estimable: false as const, n: 4, because: 'fewer than 10 cases' };
  return {
    stream,
    earlierRuns: [],
    points: [
      {
        day: '2018-06-01',
        cases: 10,
        state: 'no-evidence-yet',
        reading: { n: 4, k: 4, logBreak: -0.1, logSupport: 0.2, logDetector: null, estimate: early },
      },
      { day: '2019-03-04', cases: 300, state, reading },
    ],
  };
}
