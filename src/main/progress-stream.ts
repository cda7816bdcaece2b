import { PassThrough, type Readable } from 'node:stream';
import { Problem, problemDocument } from '#kernel';

/** One line of the answer to long work: how far it is, and at last its result or why there is none. */
export type ProgressLine<T> =
  | { progress: { done: number; total: number } }
  | { result: T }
  | { problem: ReturnType<typeof problemDocument> };

export const progressContentType = 'application/x-ndjson';

const reportEveryMs = 200;

/** Answers long work as lines of JSON, so that whoever waits sees how far it is. */
export function progressStream<T>(work: (report: (done: number, total: number) => void) => Promise<T>): Readable {
  const lines = new PassThrough();
  const say = (line: ProgressLine<T>): void => {
    lines.write(`${JSON.stringify(line)}\n`);
  };
  let reportedAt = 0;
  const report = (done: number, total: number): void => {
    const now = performance.now();
    if (now - reportedAt < reportEveryMs && done < total) return;
    reportedAt = now;
    say({ progress: { done, total } });
  };
  work(report).then(
    (result) => {
      say({ result });
      lines.end();
    },
    (error: unknown) => {
      const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
      say({ problem: problemDocument(problem) });
      lines.end();
    },
  );
  return lines;
}
