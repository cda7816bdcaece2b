import type { LesionFinding, VoxelGrid } from '#statistics';

/** The inputs of make.py again, voxel by voxel: the same whole-number arithmetic in the same order. */

export const caseCount = 42;

class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 2654435761) + 12345) >>> 0;
  }

  below(n: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor(((this.#state >>> 16) * n) / 65536);
  }
}

interface Ball {
  centre: readonly [number, number, number];
  radius: number;
}

type Size = readonly [number, number, number];

function forVoxels(
  size: Size,
  reach: Size,
  { centre }: Ball,
  visit: (at: number, x: number, y: number, z: number) => void,
) {
  const [low, high] = [0, 1, 2].reduce<[number[], number[]]>(
    ([lows, highs], axis) => [
      [...lows, Math.max(0, centre[axis]! - reach[axis]!)],
      [...highs, Math.min(size[axis]!, centre[axis]! + reach[axis]! + 1)],
    ],
    [[], []],
  );
  for (let z = low[2]!; z < high[2]!; z++)
    for (let y = low[1]!; y < high[1]!; y++)
      for (let x = low[0]!; x < high[0]!; x++) visit(x + size[0] * (y + size[1] * z), x, y, z);
}

function paint(values: Float32Array | Uint8Array, size: Size, ball: Ball, value: number): void {
  const { centre, radius } = ball;
  forVoxels(size, [radius, radius, radius], ball, (at, x, y, z) => {
    const square = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + 4 * (z - centre[2]) ** 2;
    if (square <= radius * radius) values[at] = value;
  });
}

function isFree(values: Float32Array, size: Size, ball: Ball): boolean {
  let isEmpty = true;
  const reach = [ball.radius + 1, ball.radius + 1, Math.floor(ball.radius / 2) + 1] as const;
  forVoxels(size, reach, ball, (at) => {
    if (values[at] !== 0) isEmpty = false;
  });
  return isEmpty;
}

interface SyntheticCase {
  detection: VoxelGrid & { values: Float32Array };
  reference: VoxelGrid & { values: Uint8Array };
}

/** Case `index` of make.py. */
export function syntheticCase(index: number): SyntheticCase {
  const draws = new Draws(index);
  const size = [24 + draws.below(16), 24 + draws.below(16), 8 + draws.below(6)] as const;
  const isResized = index >= caseCount - 6;
  const fewer = isResized ? 1 + draws.below(3) : 0;
  const wider = isResized ? draws.below(5) - 2 : 0;
  const place = (): Ball['centre'] => [draws.below(size[0]), draws.below(size[1]), draws.below(size[2])];
  const referenceSize = [size[0], size[1] + wider, size[2] + fewer] as const;
  const reference = new Uint8Array(referenceSize[0] * referenceSize[1] * referenceSize[2]);
  const balls: Ball[] = [];
  const lesions = index % 3 === 0 ? 0 : 1 + draws.below(3);
  for (let i = 0; i < lesions; i++) {
    const ball = { centre: place(), radius: 2 + draws.below(5) };
    balls.push(ball);
    paint(reference, referenceSize, ball, 1 + draws.below(3));
  }
  const detection = new Float32Array(size[0] * size[1] * size[2]);
  for (let left = draws.below(7); left > 0; left--) {
    let ball: Ball = { centre: place(), radius: 1 + draws.below(5) };
    if (balls.length > 0 && draws.below(3) > 0) {
      const { centre, radius } = balls[draws.below(balls.length)]!;
      const [dx, dy, dz] = [draws.below(5) - 2, draws.below(5) - 2, draws.below(3) - 1];
      const shifted = [centre[0] + dx, centre[1] + dy, centre[2] + dz] as const;
      ball = { centre: shifted, radius: Math.max(1, radius + draws.below(3) - 1) };
    }
    const confidence = (1 + draws.below(24)) / 25;
    if (draws.below(6) === 0 || isFree(detection, size, ball)) paint(detection, size, ball, confidence);
  }
  if (balls.length > 0 && index % 4 === 1) {
    const cut = balls[0]!.centre[0];
    for (let at = cut; at < detection.length; at += size[0]) detection[at] = 0;
  }
  return {
    detection: { values: detection, size },
    reference: { values: reference, size: referenceSize },
  };
}

/** The findings of both rankings of make.py, case by case. */
export function syntheticRankings(): Map<string, LesionFinding[][]> {
  const draws = new Draws(99);
  const made = new Map<string, LesionFinding[][]>();
  for (const [name, cases, aCase, steps] of [
    ['tied', 40, 4, 16],
    ['long', 300, 46, 2 ** 15],
  ] as const) {
    const rows = Array.from({ length: cases }, () => {
      const findings = Array.from({ length: aCase }, () => ({
        isLesion: draws.below(4) === 0,
        confidence: (1 + draws.below(steps) + draws.below(steps) * steps) / steps ** 2,
        overlap: 0.5,
      }));
      if (draws.below(3) === 0) findings.push({ isLesion: true, confidence: 0, overlap: 0 });
      return draws.below(3) > 0 ? findings.filter(({ isLesion }) => !isLesion) : findings;
    });
    made.set(name, rows);
  }
  return made;
}

/** The tables of make.py whose best assignments SciPy found. */
export function syntheticTables(): { rows: number; columns: number; values: number[] }[] {
  const draws = new Draws(7);
  return Array.from({ length: 400 }, () => {
    const [rows, columns, top] = [1 + draws.below(6), 1 + draws.below(7), 2 + draws.below(4)];
    return { rows, columns, values: Array.from({ length: rows * columns }, () => draws.below(top)) };
  });
}
