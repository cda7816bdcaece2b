import { type Clock, type Instant, instant, Problem, toIso } from '#kernel';
import type { OriginKind } from '#ledger';
import { SimulatedClock, SystemClock } from '#platform/clock';
import type { Db } from '#platform/db';
import { readSetting, writeSetting } from './store.pg.ts';

/** The installation's clock; `moveTo` works in a simulation only. */
export interface InstallationClock extends Clock {
  /** Moves a simulation's time forwards; durable before anything happens at it. Problems: not-a-simulation, invalid-input. */
  moveTo(at: Instant): Promise<void>;
  /** Throws where the time cannot be relied on. */
  assertSound(): void;
}

const settingName = 'clock';

/** Before the first simulated exam, so that people, models and claims are there when it comes. */
export const simulationStartsAt = instant('2018-11-05T08:00:00Z');

/** The clock on the wall, or that of a simulation, which goes on where it stood. */
export async function openClock(db: Db, kind: OriginKind): Promise<InstallationClock> {
  if (kind !== 'simulation') return wallClock();
  const stored = await readSetting<{ at: string }>(db, settingName);
  const clock = new SimulatedClock(stored === undefined ? simulationStartsAt : instant(stored.at));
  let moving: Promise<void> = Promise.resolve();
  const move = async (at: Instant): Promise<void> => {
    if (at === clock.now()) return;
    if (at > clock.now()) await writeSetting(db, settingName, { at: toIso(at) });
    clock.moveTo(at);
  };
  return {
    now: () => clock.now(),
    // One after the other: two moves at once must not leave an earlier time behind in the database.
    moveTo: (at) => {
      const moved = moving.then(() => move(at));
      moving = moved.catch(() => {});
      return moved;
    },
    assertSound: () => {},
  };
}

function wallClock(): InstallationClock {
  const clock = new SystemClock();
  return {
    now: () => clock.now(),
    moveTo: async () => {
      throw new Problem('not-a-simulation');
    },
    assertSound: () => {
      clock.now();
    },
  };
}
