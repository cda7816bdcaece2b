import { describe, expect, it } from 'vitest';
import { instant } from '#kernel';
import { SimulatedClock, SystemClock } from './index.ts';

/** A machine whose clocks are moved by hand. */
function aMachine(options: { tellsUptime: boolean } = { tellsUptime: true }) {
  const start = instant('2026-11-21T12:00:00Z');
  let [wallMs, runningMs, sinceBootMs]: [number, number, number] = [start, 5_000, 9_000];
  const clock = new SystemClock({
    wallMs: () => wallMs,
    runningMs: () => runningMs,
    sinceBootMs: () => (options.tellsUptime ? sinceBootMs : undefined),
  });
  return {
    clock,
    start,
    passes: (ms: number) => {
      wallMs += ms;
      runningMs += ms;
      sinceBootMs += ms;
    },
    sleeps: (ms: number) => {
      wallMs += ms;
      sinceBootMs += ms;
    },
    isSet: (byMs: number) => {
      wallMs += byMs;
    },
  };
}

describe('SystemClock', () => {
  it('tells the time of the machine it runs on', () => {
    const before = Date.now();
    const now = new SystemClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('refuses to tell the time after the clock was set by more than a minute, and goes on refusing', () => {
    for (const byMs of [3_600_000, -3_600_000, 61_000]) {
      const machine = aMachine();
      machine.passes(1_000);
      machine.isSet(byMs);
      expect(() => machine.clock.now()).toThrow(expect.objectContaining({ code: 'clock-jumped' }));
      machine.isSet(-byMs);
      expect(() => machine.clock.now()).toThrow(expect.objectContaining({ code: 'clock-jumped' }));
      expect(machine.clock.check()).toEqual({ ok: false, jumpMs: byMs });
    }
  });

  it('follows slow corrections for as long as they go on', () => {
    const machine = aMachine();
    for (let minute = 0; minute < 200; minute++) {
      machine.passes(60_001);
      machine.isSet(1_000);
      expect(machine.clock.check()).toEqual({ ok: true });
    }
  });

  it('never goes backwards, even when the clock is set back a little', () => {
    const machine = aMachine();
    machine.passes(10_000);
    const before = machine.clock.now();
    machine.isSet(-5_000);
    expect(machine.clock.now()).toBe(before);
    machine.passes(6_000);
    expect(machine.clock.now()).toBe(before + 1_000);
  });

  it('takes a machine that slept for what it is, where the system tells', () => {
    const machine = aMachine();
    machine.sleeps(8 * 3_600_000);
    expect(machine.clock.now()).toBe(machine.start + 8 * 3_600_000);
    const silent = aMachine({ tellsUptime: false });
    silent.sleeps(8 * 3_600_000);
    expect(silent.clock.check().ok).toBe(false);
  });
});

describe('SimulatedClock', () => {
  it('stands still until it is moved', () => {
    const clock = new SimulatedClock(instant('2026-01-01T00:00:00Z'));
    expect(clock.now()).toBe(instant('2026-01-01T00:00:00Z'));
    clock.advance(1_000);
    clock.moveTo(instant('2026-02-01T00:00:00Z'));
    expect(clock.now()).toBe(instant('2026-02-01T00:00:00Z'));
  });

  it('refuses to go back', () => {
    const clock = new SimulatedClock(instant('2026-01-02T00:00:00Z'));
    expect(() => clock.moveTo(instant('2026-01-01T00:00:00Z'))).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
    expect(clock.now()).toBe(instant('2026-01-02T00:00:00Z'));
  });
});
