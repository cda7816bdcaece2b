import type { Ledger } from '#ledger';
import type { Logger } from '#platform/log';

export interface BackgroundWork {
  /** One round: whatever is due. Idempotent, so that a failed one is simply done again. */
  round(): Promise<void>;
  logger: Logger;
  /** How often a round is due by itself. */
  everyMs?: number;
  /** How long to gather reasons for a round before it begins. */
  gatherMs?: number;
}

export interface Background {
  /** Something happened: a round is due soon. */
  kick(): void;
  /** Does a round that begins after this call, and waits for its end. Problems: those of the work. */
  settle(): Promise<void>;
  /** From now on rounds happen only where `settle` asks for them; the returned function ends that. */
  hold(): () => void;
  stop(): Promise<void>;
}

const defaultEveryMs = 60_000;
const defaultGatherMs = 500;
const retryAfterMs = 5_000;

/**
 * Does work in the background, one round at a time and never two at once; many reasons make one round. A failure is
 * logged and tried again: nothing waits for somebody to notice.
 */
export function startBackground(work: BackgroundWork): Background {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let holds = 0;
  let isStopped = false;

  const settle = (): Promise<void> => {
    next ??= (running ?? Promise.resolve()).then(() => {
      next = undefined;
      const round = work.round();
      running = round.catch(() => {});
      return round;
    });
    return next;
  };
  const unschedule = (): void => {
    clearTimeout(timer);
    dueAtMs = Number.POSITIVE_INFINITY;
  };
  /** What is due sooner stays: many reasons do not put a round off, nor does the end of one that began before them. */
  const schedule = (inMs: number): void => {
    if (isStopped || holds > 0 || dueAtMs <= performance.now() + inMs) return;
    unschedule();
    dueAtMs = performance.now() + inMs;
    timer = setTimeout(() => {
      unschedule();
      if (holds > 0 || isStopped) return;
      settle().then(
        () => schedule(work.everyMs ?? defaultEveryMs),
        (error: unknown) => {
          work.logger.error({ err: error }, 'background round failed; it is tried again');
          unschedule();
          schedule(retryAfterMs);
        },
      );
    }, inMs);
    timer.unref();
  };
  schedule(work.everyMs ?? defaultEveryMs);

  return {
    kick: () => schedule(work.gatherMs ?? defaultGatherMs),
    settle,
    hold: () => {
      holds++;
      unschedule();
      let isHeld = true;
      return () => {
        if (isHeld) holds--;
        isHeld = false;
        schedule(0);
      };
    },
    stop: async () => {
      isStopped = true;
      unschedule();
      await next?.catch(() => {});
      await running;
    },
  };
}

/**
 * The ledger as the rooms have it: an act that is kept, of any room, is a reason for a round, which gives it its place. The
 * round gathers for longer than an act's transaction takes; one that takes longer still is found by the next round.
 */
export const tellingOfActs = (ledger: Ledger, onAct: () => void): Ledger => ({
  ...ledger,
  record: async (tx, act) => {
    const pendingId = await ledger.record(tx, act);
    onAct();
    return pendingId;
  },
});
