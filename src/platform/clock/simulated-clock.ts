import { assert, type Clock, type Instant, Problem, toIso } from '#kernel';

/** A clock that stands still until it is moved, forwards only: the past of a simulation is as fixed as any other. */
export class SimulatedClock implements Clock {
  #atMs: Instant;

  constructor(start: Instant) {
    this.#atMs = start;
  }

  now(): Instant {
    return this.#atMs;
  }

  /** Moves the clock to `at`. Problems: invalid-input for an earlier instant than the present one. */
  moveTo(at: Instant): void {
    if (at < this.#atMs) {
      throw new Problem('invalid-input', {
        detail: `The clock of a simulation only moves forwards; it stands at ${toIso(this.#atMs)}.`,
      });
    }
    this.#atMs = at;
  }

  advance(durationMs: number): void {
    assert(Number.isInteger(durationMs) && durationMs >= 0, 'a clock advances by whole milliseconds');
    this.#atMs = (this.#atMs + durationMs) as Instant;
  }
}
