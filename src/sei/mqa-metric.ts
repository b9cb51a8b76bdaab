/** The canonical names of the quality metrics the packager knows, in the order in which they are published. */
export const mqaMetricNames = [
  "mqa-video",
  "mqa-audio",
  "mqcs",
  "psnr",
  "ssim",
  "ms-ssim",
  "vmaf",
  "vmaf-mobile",
  "vmaf-hd",
  "vmaf-uhd",
  "pvmaf",
  "imax",
  "nr-iqa",
  "errors",
  "black",
  "freeze",
  "dropped",
  "loudness",
  "clipping",
] as const;

/** The canonical name of one quality metric. */
export type MqaMetricName = (typeof mqaMetricNames)[number];

/** Which numbers a message may give for one metric. */
export type MqaRange = {
  readonly min: number;
  readonly max: number;
  /** Only integers are values. */
  readonly whole: boolean;
  /** A greater number, infinity too, counts as `max` instead of being wrong. */
  readonly saturates: boolean;
};

const PERCENT: MqaRange = { min: 0, max: 100, whole: false, saturates: false };

/**
 * From -1 to 1 as the metric is defined, or times 100 as it is shown; which of them, only a whole segment tells.
 */
const SIMILARITY: MqaRange = { min: -1, max: 100, whole: false, saturates: false };

/** A picture cannot see a million faults; and a day of such pictures still sums to what a header can say. */
const COUNT: MqaRange = { min: 0, max: 1_000_000, whole: true, saturates: false };

/**
 * Decibels. Two equal pictures are infinitely many apart from noise, and above 60 nobody sees a difference: all of that
 * counts as 60, so that no single picture outweighs the rest of a mean.
 */
const DECIBELS: MqaRange = { min: 0, max: 60, whole: false, saturates: true };

/** LUFS: the gate of ITU-R BS.1770 is at -70, and full scale is 0; an encoder says -120 for silence. */
const LOUDNESS: MqaRange = { min: -120, max: 20, whole: false, saturates: false };

/** The numbers accepted for each metric. */
export const mqaRanges: Readonly<Record<MqaMetricName, MqaRange>> = {
  "mqa-video": PERCENT,
  "mqa-audio": PERCENT,
  mqcs: PERCENT,
  psnr: DECIBELS,
  ssim: SIMILARITY,
  "ms-ssim": SIMILARITY,
  vmaf: PERCENT,
  "vmaf-mobile": PERCENT,
  "vmaf-hd": PERCENT,
  "vmaf-uhd": PERCENT,
  pvmaf: PERCENT,
  imax: PERCENT,
  "nr-iqa": PERCENT,
  errors: COUNT,
  black: COUNT,
  freeze: COUNT,
  dropped: COUNT,
  loudness: LOUDNESS,
  clipping: COUNT,
};

/** A metric we know by its name, with its numbers. */
export type NamedMqaRange = MqaRange & { readonly name: MqaMetricName };

/** The same, where it is asked of each value of each picture. */
const ranges: ReadonlyMap<string, NamedMqaRange> = new Map(
  mqaMetricNames.map((name) => [name, { name, ...mqaRanges[name] }]),
);

/** Tells whether a canonical name is one of a known metric. */
export function isMqaMetricName(name: string): name is MqaMetricName {
  return ranges.has(name);
}

/** The numbers of the metric that a canonical name names; undefined when it is none we know. */
export function findMqaRange(name: string): NamedMqaRange | undefined {
  return ranges.get(name);
}

/**
 * Takes a number for a metric with such a range, saturated where it saturates.
 *
 * @returns undefined when it is not one of the range's numbers.
 */
export function acceptMqaValue({ min, max, whole, saturates }: MqaRange, value: number): number | undefined {
  if (saturates && value > max) return max;
  if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) return undefined;
  return value;
}
