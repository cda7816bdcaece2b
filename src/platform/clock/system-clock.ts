import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type Clock, type Instant, Problem } from '#kernel';

/** What the clock stands on; tests bring their own. All three count milliseconds. */
export interface TimeSources {
  wallMs(): number;
  /** Passes evenly while the machine runs; may stand still while it sleeps. */
  runningMs(): number;
  /** Passes evenly, also while the machine sleeps; undefined where the system cannot tell. */
  sinceBootMs(): number | undefined;
}

export type ClockState = { ok: true } | { ok: false; jumpMs: number };

const jumpMaxMs = 60_000;
/** The anchor follows the wall clock this often, so that slow corrections never add up to a jump. */
const anchorLifeMs = 60_000;

const systemSources: TimeSources = {
  wallMs: () => Date.now(),
  runningMs: () => performance.now(),
  // Elsewhere the uptime is itself computed from the wall clock, so it cannot witness against it.
  sinceBootMs: () => (process.platform === 'linux' ? uptime() * 1000 : undefined),
};

/**
 * The wall clock of the machine, watched for jumps.
 * After a jump of more than a minute every `now()` throws clock-jumped, until the process is started anew.
 */
export class SystemClock implements Clock {
  readonly #sources: TimeSources;
  #anchor: { wallMs: number; runningMs: number; sinceBootMs: number | undefined };
  #latestMs = Number.NEGATIVE_INFINITY;
  #jumpMs: number | undefined;

  constructor(sources: TimeSources = systemSources) {
    this.#sources = sources;
    this.#anchor = this.#read();
  }

  now(): Instant {
    const state = this.check();
    if (!state.ok) {
      throw new Problem('clock-jumped', {
        detail: `The clock moved by ${Math.round(state.jumpMs / 1000)} s against the time that really passed.`,
      });
    }
    return this.#latestMs as Instant;
  }

  /** The state of the clock, without throwing: for health checks. */
  check(): ClockState {
    if (this.#jumpMs !== undefined) return { ok: false, jumpMs: this.#jumpMs };
    const wallMs = this.#sources.wallMs();
    const runningForMs = this.#sources.runningMs() - this.#anchor.runningMs;
    const driftMs = wallMs - this.#anchor.wallMs - runningForMs;
    const jumped = Math.abs(driftMs) > jumpMaxMs;
    if (jumped && !this.#wasAsleep(wallMs)) {
      this.#jumpMs = driftMs;
      return { ok: false, jumpMs: driftMs };
    }
    if (jumped || runningForMs > anchorLifeMs) this.#anchor = this.#read();
    // A small step back must not bring the same instant twice in the wrong order: the clock stands until it is passed.
    this.#latestMs = Math.max(this.#latestMs, wallMs);
    return { ok: true };
  }

  #wasAsleep(wallMs: number): boolean {
    const sinceBootMs = this.#sources.sinceBootMs();
    if (sinceBootMs === undefined || this.#anchor.sinceBootMs === undefined) return false;
    const passedMs = sinceBootMs - this.#anchor.sinceBootMs;
    return Math.abs(wallMs - this.#anchor.wallMs - passedMs) <= jumpMaxMs;
  }

  #read() {
    const { wallMs, runningMs, sinceBootMs } = this.#sources;
    return { wallMs: wallMs(), runningMs: runningMs(), sinceBootMs: sinceBootMs() };
  }
}
