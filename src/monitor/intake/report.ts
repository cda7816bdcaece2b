import { Problem } from '#kernel';
import type { IntakeReport, RowError } from '../contract.ts';
import type { RowProblem } from '../model/intake-rows.ts';

const errorsListedMax = 1000;
const refusedMax = 1_000_000;

/** Counts what became of each row; the lines of refused rows are kept complete, as ranges. */
export class IntakeTally {
  accepted = 0;
  corrected = 0;
  repeated = 0;
  refused = 0;
  readonly errors: RowError[] = [];
  private readonly lines: number[] = [];

  get isEmpty(): boolean {
    return this.accepted + this.corrected + this.repeated + this.refused === 0;
  }

  refuse(line: number, problems: RowProblem[]): void {
    this.refused++;
    this.lines.push(line);
    for (const problem of problems) {
      if (this.errors.length < errorsListedMax) this.errors.push({ line, ...problem });
    }
    if (this.lines.length > refusedMax) {
      throw new Problem('invalid-input', {
        detail: 'More than a million rows were refused; the body is not what it claims.',
        errors: this.listed(),
      });
    }
  }

  /** Refused lines as closed ranges, ascending. */
  refusedLines(): [number, number][] {
    const ranges: [number, number][] = [];
    for (const line of [...this.lines].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last && line <= last[1] + 1) last[1] = line;
      else ranges.push([line, line]);
    }
    return ranges;
  }

  /** Reading runs ahead of storing, so refusals do not come in the order of their lines. */
  private inOrder(): RowError[] {
    return [...this.errors].sort((a, b) => a.line - b.line);
  }

  listed(): { pointer?: string; line: number; detail: string }[] {
    return this.inOrder().map(({ line, pointer, detail }) => ({
      line,
      detail,
      ...(pointer === undefined ? {} : { pointer }),
    }));
  }

  /** The refusal of a whole request in mode `all`. */
  problem(): Problem {
    const codes = new Set(this.errors.map((error) => error.code));
    const kind = codes.size === 1 && codes.has('duplicate-content') ? 'duplicate-content' : 'invalid-input';
    return new Problem(kind, {
      detail: `${this.refused} of the rows were refused, so nothing was recorded. Correct them, or send mode=rows to keep the good ones.`,
      errors: this.listed(),
      context: { refused: this.refused },
    });
  }

  report(batch: { id: string; receivedAt: string; ledgerIndex: number }): IntakeReport {
    return {
      batchId: batch.id,
      accepted: this.accepted,
      corrected: this.corrected,
      repeated: this.repeated,
      refused: this.refused,
      errors: this.inOrder(),
      refusedLines: this.refusedLines(),
      receivedAt: batch.receivedAt,
      ledgerIndex: batch.ledgerIndex,
    };
  }
}
