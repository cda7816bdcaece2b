import { assert } from '#kernel';

/**
 * Closed e-BH: rejects the largest set R of top e-values such that every set S of hypotheses has
 * mean(e over S) ≥ |S ∩ R|/(α|R|); FDR ≤ α under any dependence, and never fewer rejections than e-BH.
 * @param logEs one log e-value per hypothesis. @param alpha in (0, 1).
 * @returns whether each is rejected, in the order given. Cost: cubic at worst, in hypotheses; some hundreds are quick.
 * **Source**: Xu, Fischer & Ramdas 2025 (arXiv 2504.11759), with the average as e-merging function: for R the r largest and S
 * with a members in R, the least mean takes the a smallest of R and then the smallest outside R for as long as they lower it.
 * Oracle: enumeration of all sets.
 */
export function closedEBenjaminiHochberg(logEs: readonly number[], alpha: number): boolean[] {
  assert(alpha > 0 && alpha < 1, 'a false discovery rate lies strictly between 0 and 1');
  const order = logEs.map((_, i) => i).sort((i, j) => logEs[j]! - logEs[i]!);
  // Beyond 1e250 an e-value decides everything; the cap keeps sums finite.
  const descending = order.map((i) => Math.min(1e250, Math.exp(logEs[i]!)));
  let rejected = 0;
  for (let r = logEs.length; r > 0 && rejected === 0; r--) if (isAdmissible(descending, r, alpha)) rejected = r;
  const isRejected = new Array<boolean>(logEs.length).fill(false);
  for (const i of order.slice(0, rejected)) isRejected[i] = true;
  return isRejected;
}

function isAdmissible(descending: readonly number[], r: number, alpha: number): boolean {
  let inside = 0;
  for (let a = 1; a <= r; a++) {
    inside += descending[r - a]!;
    let [sum, size] = [inside, a];
    for (let i = descending.length - 1; i >= r && descending[i]! * size < sum; i--) {
      sum += descending[i]!;
      size++;
    }
    // A part in 1e12 of slack, as at equality the set counts.
    if (sum / size < (a / (alpha * r)) * (1 - 1e-12)) return false;
  }
  return true;
}
