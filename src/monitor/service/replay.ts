import { equalBytes } from '#kernel';
import type { MonitorDependencies } from '../dependencies.ts';
import { newStream, Stream } from '../model/stream.ts';
import { cohortDays } from '../store.pg/cohorts.ts';
import { claims, streamsOfClaims } from '../store.pg/streams.ts';

export interface ReplayedStream {
  streamId: string;
  claimId: string;
  siteId: string | null;
  run: number;
  cases: number;
  /** Whether state, process and digest are the same to the last bit. */
  isEqual: boolean;
}

/** Recomputes every stream from the cohorts' cells and compares it, byte for byte, with what is kept. */
export async function replayAll(
  deps: MonitorDependencies,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<ReplayedStream[]> {
  const db = deps.database.db;
  const all = await claims(db);
  const streams = await streamsOfClaims(
    db,
    all.map((claim) => claim.id),
  );
  const replayed: ReplayedStream[] = [];
  for (const stream of streams) {
    const claim = all.find((one) => one.id === stream.claimId)!;
    const worker = new Stream(claim.body, newStream(stream.run, stream.startCase));
    let before = 0;
    let taken = 0;
    for (const day of await cohortDays(db, stream.cohortId)) {
      // A run starts between days, after the cases that were counted before it.
      if (before >= stream.startCase && taken < stream.cases) {
        worker.takeDay(day, false);
        taken += day.cells.length;
      }
      before += day.cells.length;
    }
    const again = worker.save();
    replayed.push({
      streamId: stream.id,
      claimId: stream.claimId,
      siteId: stream.siteId ?? null,
      run: stream.run,
      cases: again.cases,
      isEqual:
        again.evidenceDigest === stream.evidenceDigest &&
        (stream.process === undefined ? stream.cases === 0 : equalBytes(again.process, stream.process)),
    });
    onProgress(replayed.length, streams.length);
  }
  return replayed;
}
