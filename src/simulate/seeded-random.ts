/** Gives numbers from 0 up to 1, each time another. */
export type Random = () => number;

/** Rounds after which any two seeds have nothing in common any more. */
const WARM_UP = 16;

/**
 * A random generator (sfc32 of PractRand, 128 bits of state) that gives the same numbers for the same seeds everywhere.
 *
 * @param seeds - Up to three, 32 bits each; any one that differs gives other numbers.
 */
export function seededRandom(...seeds: readonly [number, number?, number?]): Random {
  let [a, b = 0, c = 0] = seeds;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < WARM_UP; i++) next();
  return next;
}
