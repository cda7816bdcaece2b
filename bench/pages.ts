import { machine, openLargeInstallation, rowsWanted, sendAll } from './support/large-installation.ts';

// What each page asks of the API, at a million cases: median and 95th percentile of 40 askings. Bar: p95 of 1 s.

const n = rowsWanted(1_000_000);
const askings = 40;
const installation = await openLargeInstallation();
const release = installation.hortus.background.hold();
try {
  console.log(await machine());
  await sendAll(installation, 'predictions', n);
  await sendAll(installation, 'outcomes', n);
  await installation.hortus.background.settle();
  const { api } = installation;
  const { claims } = await api.get<{ claims: { streams: { streamId: string }[] }[] }>('/api/v1/monitor/claims');
  const stream = claims[0]?.streams[0]?.streamId ?? '';
  const asOf = 'asOf=2020-06-01';
  const pages: [string, string[]][] = [
    ['overview', ['/api/v1/installation', '/api/v1/certify/certificates', '/api/v1/monitor/summary']],
    ['claims', ['/api/v1/monitor/claims']],
    ['claims, as of a day', [`/api/v1/monitor/claims?${asOf}`]],
    ['a claim', ['/api/v1/monitor/claims', `/api/v1/monitor/streams/${stream}`]],
    ['calibration', ['/api/v1/monitor/calibration']],
    ['calibration, as of a day', [`/api/v1/monitor/calibration?${asOf}`]],
    ['cases', ['/api/v1/monitor/cases']],
    ['cases, missed', ['/api/v1/monitor/cases?show=missed']],
    ['cases, unresolved', ['/api/v1/monitor/cases?show=unresolved']],
    ['cases, as of a day', [`/api/v1/monitor/cases?${asOf}`]],
    ['a case', [`/api/v1/monitor/cases/NORTH/case_${3 * Math.floor(n / 6)}`]],
    ['deficiencies', ['/api/v1/monitor/deficiencies']],
    ['models', ['/api/v1/develop/models']],
    ['ledger', ['/api/v1/ledger/entries', '/api/v1/ledger/checkpoint']],
  ];
  for (const [name, paths] of pages) {
    const times: number[] = [];
    for (let i = 0; i < askings; i++) {
      const startedAtMs = performance.now();
      await Promise.all(
        paths.map((path) =>
          path.endsWith('checkpoint') ? fetch(`${api.url}${path}`).then((a) => a.text()) : api.get(path),
        ),
      );
      times.push(performance.now() - startedAtMs);
    }
    times.sort((a, b) => a - b);
    const [median, p95] = [times[askings >> 1]!, times[Math.ceil(askings * 0.95) - 1]!];
    console.log(`${name.padEnd(26)} median ${median.toFixed(0).padStart(5)} ms   p95 ${p95.toFixed(0).padStart(5)} ms`);
  }
} finally {
  release();
  await installation.close();
}
