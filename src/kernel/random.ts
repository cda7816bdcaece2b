/** A source of uniform draws in [0, 1). Every simulation and every sampler takes one, so that it can be replayed. */
export type Random = () => number;

/**
 * A seeded generator: sfc32 (Doty-Humphrey, PractRand), 128 bits of state, period about 2^127.
 * Not for secrets. The same seed gives the same draws on every machine.
 * @param seed any text; its characters are mixed into the state by FNV-1a.
 */
export function seededRandom(seed: string): Random {
  let [a, b, c, counter] = [fnv1a(`${seed}a`), fnv1a(`${seed}b`), fnv1a(`${seed}c`), 1];
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 16; i++) next();
  return () => (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53;
}

/** A standard normal draw (Box–Muller, one of the pair). */
export function normalDraw(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
