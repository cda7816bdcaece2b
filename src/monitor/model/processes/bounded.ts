import {
  type BoundedFamily,
  type BoundedState,
  boundedAlternatives,
  boundedFactors,
  boundedLogE,
  newBoundedState,
  stepBounded,
  stepDetector,
} from '#statistics';
import { type ClaimBody, detectorThresholds } from '../claim.ts';
import { EProcess } from './process.ts';

/** What a case may have been: one thing where it is known, several where its outcome is missing. */
export interface Seen<O> {
  possible: readonly O[];
  /** It may also have been of no relevance to the claim at all. */
  mayBeNothing?: boolean;
}

/** The break and the support side of a claim about a bounded figure. */
export interface Sides<O> {
  break: BoundedFamily<O>;
  support: BoundedFamily<O>;
}

/**
 * A claim about a bounded figure: E[Z | past] ≥ 0 bet against on either side (statistics specification, section 7.2). A
 * case whose outcome is missing takes, side by side, the value that speaks most for what is being tested, so that no
 * error rate depends on why it is missing; where it may have been of no relevance, it never adds evidence.
 */
export abstract class BoundedProcess<O> extends EProcess {
  protected readonly body: ClaimBody;
  private readonly breakFamily: BoundedFamily<Seen<O>>;
  private readonly supportFamily: BoundedFamily<Seen<O>>;
  private readonly factors: Float64Array;
  private readonly breakState: BoundedState;
  private readonly supportState: BoundedState;

  /**
   * @param kept parts of the state that the kind of claim keeps for itself: `before` and `after` those of the processes.
   */
  constructor(
    { body, run, saved }: { body: ClaimBody; run: number; saved: Uint8Array | undefined },
    sides: Sides<O>,
    kept: { before: Float64Array; after?: readonly Float64Array[] },
  ) {
    const breakFamily = amongPossible(sides.break);
    const supportFamily = amongPossible(sides.support);
    const { notice, escalation } = detectorThresholds(body.relevantPerYear, run);
    super(
      { alternatives: boundedAlternatives(breakFamily), levels: [notice, escalation] },
      [kept.before, newBoundedState(breakFamily), newBoundedState(supportFamily), ...(kept.after ?? [])],
      saved,
    );
    this.body = body;
    this.breakFamily = breakFamily;
    this.supportFamily = supportFamily;
    this.factors = new Float64Array(this.detector.alternatives);
    this.breakState = this.parts[1]!;
    this.supportState = this.parts[2]!;
  }

  logBreak(): number {
    return boundedLogE(this.breakFamily, this.breakState);
  }

  logSupport(): number | undefined {
    return boundedLogE(this.supportFamily, this.supportState);
  }

  /** Cases that the break process has taken. */
  protected get taken(): number {
    return this.breakState[0]!;
  }

  protected stepBreak(seen: Seen<O>): void {
    stepBounded(this.breakFamily, this.breakState, seen);
    stepDetector(this.detector, this.detectorState, boundedFactors(this.breakFamily, seen, this.factors));
  }

  protected stepSupport(seen: Seen<O>): void {
    stepBounded(this.supportFamily, this.supportState, seen);
  }

  protected stepBoth(seen: Seen<O>): void {
    this.stepBreak(seen);
    this.stepSupport(seen);
  }
}

/** Widens a family to cases that may have been several things: each component takes the largest Z, which it must survive. */
export function amongPossible<O>(family: BoundedFamily<O>): BoundedFamily<Seen<O>> {
  return {
    ...family,
    components: family.components.map(({ zMax, z }) => ({
      zMax,
      z: ({ possible, mayBeNothing = false }: Seen<O>) => {
        let most = mayBeNothing ? 0 : Number.NEGATIVE_INFINITY;
        for (const one of possible) most = Math.max(most, z(one));
        return most;
      },
    })),
  };
}
