import { describe, expect, it } from 'vitest';
import { evidenceState, type Standing } from './evidence-state.ts';

/** Goal: the first rule of the table wins (statistics specification, section 4). Method: each row, and each before it. */

const calm: Standing = {
  hasBroken: false,
  hasSupport: false,
  hasNotice: false,
  hasEscalation: false,
  n: 30,
  minN: 30,
  events: 0,
  minEvents: 0,
  isBlockedByDataHealth: false,
};

describe('the state of evidence', () => {
  it.each<[Partial<Standing>, string, number]>([
    [{}, 'consistent', 0],
    [{ hasSupport: true }, 'confirmed', 0],
    [{ hasSupport: true, isBlockedByDataHealth: true }, 'consistent', 0],
    [{ hasSupport: true, n: 29 }, 'no-evidence-yet', 0],
    [{ hasSupport: true, minEvents: 40, events: 39 }, 'no-evidence-yet', 0],
    [{ hasNotice: true, hasSupport: true }, 'watch', 1],
    [{ hasNotice: true, n: 0 }, 'watch', 1],
    [{ hasNotice: true, hasEscalation: true }, 'watch', 2],
    [{ hasBroken: true, hasSupport: true }, 'broken', 0],
    [{ hasBroken: true, n: 1 }, 'broken', 0],
    [{ hasBroken: true, hasNotice: true, hasEscalation: true }, 'broken', 2],
  ])('given %o is %s at level %i', (over, state, level) => {
    expect(evidenceState({ ...calm, ...over })).toEqual({ state, level });
  });
});
