/**
 * How the values of pictures become one of their segment.
 *
 * - `mean`: arithmetic, weighed by pictures; `sum`: of counts.
 * - `harmonic-mean`: of each value plus one, less one, as libvmaf has it: low values weigh more.
 * - `mse-mean`: of PSNR, by the mean of the squared errors that it stands for.
 * - `min`: the lowest; `p5`: the 5th percentile.
 */
export const poolingMethods = ["mean", "harmonic-mean", "mse-mean", "min", "p5", "sum"] as const;

/** One of {@link poolingMethods}. */
export type PoolingMethod = (typeof poolingMethods)[number];

/** A value, and of how many pictures it is. */
export type WeighedValue = { readonly value: number; readonly weight: number };

/** The share of pictures that may be worse than the 5th percentile, as a divisor. */
const P5_DIVISOR = 20;

/** @param values - At least one, of weights above 0. */
export function pool(values: readonly WeighedValue[], method: PoolingMethod): number {
  switch (method) {
    case "mean":
      return mean(values, (value) => value);
    case "harmonic-mean":
      return 1 / mean(values, (value) => 1 / (value + 1)) - 1;
    case "mse-mean":
      return -10 * Math.log10(mean(values, (value) => 10 ** (-value / 10)));
    case "min":
      return lowest(values);
    case "p5":
      return fifthPercentile(values);
    case "sum":
      return values.reduce((sum, { value }) => sum + value, 0);
  }
}

/** The lowest of at least one value. */
export function lowest(values: readonly WeighedValue[]): number {
  return values.reduce((min, { value }) => Math.min(min, value), Number.POSITIVE_INFINITY);
}

/** The lowest value that at least a twentieth of the pictures do not exceed (nearest rank), of at least one value. */
export function fifthPercentile(values: readonly WeighedValue[]): number {
  const needed = values.reduce((sum, { weight }) => sum + weight, 0) / P5_DIVISOR;
  /** Just enough of the lowest, ascending: of hundreds of values they are a few. */
  const low: WeighedValue[] = [];
  let weights = 0;
  for (const one of values) {
    if (weights >= needed && one.value >= low.at(-1)!.value) continue;
    let place = low.length;
    while (place > 0 && low[place - 1]!.value > one.value) place--;
    low.splice(place, 0, one);
    weights += one.weight;
    while (weights - low.at(-1)!.weight >= needed) weights -= low.pop()!.weight;
  }
  return low.at(-1)!.value;
}

function mean(values: readonly WeighedValue[], of: (value: number) => number): number {
  let sum = 0;
  let weights = 0;
  for (const { value, weight } of values) {
    sum += of(value) * weight;
    weights += weight;
  }
  return sum / weights;
}
