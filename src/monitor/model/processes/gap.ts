import { assert } from '#kernel';
import {
  type Estimate,
  type GroupPair,
  groupGapFamily,
  type MeanSequenceDesign,
  meanConfidenceSequence,
  meanSequenceDesign,
  newMeanSequenceState,
  stepMeanSequence,
} from '#statistics';
import { type Cell, decodeCell } from '../cells.ts';
import type { ClaimBody } from '../claim.ts';
import { BoundedProcess } from './bounded.ts';
import { isKnown } from './classify.ts';
import type { Counts } from './process.ts';

/** Cases of the larger side that wait for a partner at most; the longest waiting one gives way. */
const waitingMax = 256;

/** A relevant case: 1 a hit, 0 a miss; with a missing outcome it is one of no relevance, or this. */
interface Entry {
  isInGroup: boolean;
  hit: 0 | 1;
  isKnown: boolean;
}

/**
 * Sensitivity or specificity of a group and of the rest differ by at most Δ: the next relevant case of the group and the
 * next of the rest, in order of maturity, are one pair (statistics specification, sections 7.2 and 13). A pair with a
 * case whose outcome is missing never adds evidence on either side. Of the larger side only the latest cases wait, so
 * that those who are compared were seen at about the same time: which is chosen without looking at outcomes.
 */
export class GapProcess extends BoundedProcess<GroupPair> {
  private readonly display: MeanSequenceDesign;
  /** Known pairs; hits of the group among them. */
  private readonly totals: Float64Array;
  private readonly displayState: Float64Array;
  /** [who waits: 0 nobody, 1 the group, 2 the rest; how many; where the first stands; then a ring of hit + 2 × missing]. */
  private readonly waiting: Float64Array;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    const { tolerance } = body;
    assert(tolerance !== null, 'a claim about a gap names its tolerance');
    const sides = { break: groupGapFamily('break', tolerance), support: groupGapFamily('support', tolerance) };
    const after = [newMeanSequenceState(), new Float64Array(3 + waitingMax)];
    super({ body, run, saved }, sides, { before: new Float64Array(2), after });
    // Two hit rates of about .9: tunes the width of what is shown, not its level.
    this.display = meanSequenceDesign({ range: { from: -1, to: 1 }, tOpt: body.tOpt, variance: 0.18 });
    this.totals = this.parts[0]!;
    this.displayState = this.parts[3]!;
    this.waiting = this.parts[4]!;
  }

  /** @returns whether the case completed a pair. */
  step(cell: Cell): boolean {
    const entry = this.entryOf(cell);
    if (entry === undefined) return false;
    const side = entry.isInGroup ? 1 : 2;
    const waits = this.waiting[0]!;
    if (waits === 0 || waits === side) {
      this.wait(entry, side);
      return false;
    }
    const partner = this.longestWaiting(!entry.isInGroup);
    const [inGroup, inRest] = entry.isInGroup ? [entry, partner] : [partner, entry];
    this.take(inGroup, inRest);
    return true;
  }

  /** Pairs; known pairs in which the case of the group was a hit. */
  counts(): Counts {
    return { n: this.taken, k: this.totals[1]!, known: this.totals[0]! };
  }

  /** The mean difference of hits, group minus rest, over the known pairs. */
  estimate(): Estimate {
    return meanConfidenceSequence(this.display, this.displayState);
  }

  private entryOf(cell: Cell): Entry | undefined {
    const parts = decodeCell(cell);
    const known = isKnown(parts, this.body.verification);
    const isOfDisease = this.body.metric === 'sensitivity-gap';
    if (known && parts.value !== isOfDisease) return undefined;
    return { isInGroup: parts.bin === 1, hit: parts.flagged === isOfDisease ? 1 : 0, isKnown: known };
  }

  private take(group: Entry, rest: Entry): void {
    const pair: GroupPair = { group: group.hit, rest: rest.hit };
    const isPairKnown = group.isKnown && rest.isKnown;
    this.stepBoth({ possible: [pair], mayBeNothing: !isPairKnown });
    if (!isPairKnown) return;
    this.totals[0]!++;
    this.totals[1]! += group.hit;
    stepMeanSequence(this.display, this.displayState, pair.group - pair.rest);
  }

  private wait(entry: Entry, side: 1 | 2): void {
    const waiting = this.waiting;
    if (waiting[1] === waitingMax) this.longestWaiting(entry.isInGroup);
    waiting[0] = side;
    waiting[3 + ((waiting[2]! + waiting[1]!) % waitingMax)] = entry.hit + (entry.isKnown ? 0 : 2);
    waiting[1]!++;
  }

  private longestWaiting(isInGroup: boolean): Entry {
    const waiting = this.waiting;
    const code = waiting[3 + waiting[2]!]!;
    waiting[2] = (waiting[2]! + 1) % waitingMax;
    waiting[1]!--;
    if (waiting[1] === 0) waiting[0] = 0;
    return { isInGroup, hit: (code & 1) as 0 | 1, isKnown: code < 2 };
  }
}
