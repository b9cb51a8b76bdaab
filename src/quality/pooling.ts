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

/** Values of one metric, in any order: each is of one picture or of several. */
export class WeighedValues {
  readonly values: number[] = [];
  /** Of how many pictures each is. */
  readonly weights: number[] = [];
  #pictures = 0;

  /** Pictures that the values are of. */
  get pictures(): number {
    return this.#pictures;
  }

  /** @param weight - Pictures, at least one. */
  add(value: number, weight: number): void {
    this.values.push(value);
    this.weights.push(weight);
    this.#pictures += weight;
  }
}

/** The share of pictures that may be worse than the 5th percentile, as a divisor. */
const P5_DIVISOR = 20;

/** @param weighed - At least one. */
export function pool(weighed: WeighedValues, method: PoolingMethod): number {
  switch (method) {
    case "mean":
      return mean(weighed, (value) => value);
    case "harmonic-mean":
      return 1 / mean(weighed, (value) => 1 / (value + 1)) - 1;
    case "mse-mean":
      return -10 * Math.log10(mean(weighed, (value) => 10 ** (-value / 10)));
    case "min":
      return lowest(weighed);
    case "p5":
      return fifthPercentile(weighed);
    case "sum":
      return weighed.values.reduce((sum, value) => sum + value, 0);
  }
}

/** The lowest of at least one value. */
export function lowest({ values }: WeighedValues): number {
  let min = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < min) min = value;
  return min;
}

/** The lowest value that at least a twentieth of the pictures do not exceed (nearest rank), of at least one value. */
export function fifthPercentile({ values, weights, pictures }: WeighedValues): number {
  const needed = pictures / P5_DIVISOR;
  /** Places of just enough of the lowest, ascending: of hundreds of values they are a few. */
  const low: number[] = [];
  let highest = Number.POSITIVE_INFINITY;
  let gathered = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (gathered >= needed && value >= highest) continue;
    let place = low.length;
    while (place > 0 && values[low[place - 1]!]! > value) place--;
    low.splice(place, 0, i);
    gathered += weights[i]!;
    while (gathered - weights[low.at(-1)!]! >= needed) gathered -= weights[low.pop()!]!;
    highest = values[low.at(-1)!]!;
  }
  return highest;
}

function mean({ values, weights, pictures }: WeighedValues, of: (value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += of(values[i]!) * weights[i]!;
  return sum / pictures;
}
