import type { MqaMetricName } from "../sei/mqa-metric.ts";
import { NO_SCORE_FAULT, type ScoreFault } from "./score-faults.ts";

/** How the quality of the pictures changes with time. Periods in seconds, strengths as parts of full quality. */
const SWING = { period: 47, strength: 0.03 };
const DIP = { period: 60, begin: 40, duration: 8, strength: 0.55 };

/** The best rendition's quality, and what each further one loses. */
const BEST = 0.95;
const STEP = 0.05;

/** What a frozen picture loses, in points of a hundred: it is sharp, but not the one that should be seen. */
const FREEZE_POINTS = 40;

/** The quality of a black picture: to encode it well is easy. */
const BLACK_QUALITY = 0.99;

/** No picture is so bad that it has no quality at all. */
const WORST = 0.05;

/** How the quality of sound changes with time, in points. */
const SOUND = { period: 31, mean: 92, swing: 4 };

/** Scores of one picture. */
export type Scores = ReadonlyMap<MqaMetricName, number>;

/** The metrics that are sent unless others are asked for. */
export const DEFAULT_METRICS = ["mqa-video", "mqa-audio", "vmaf", "psnr", "ssim"] as const;

/** How each metric of a picture follows from what it has lost of full quality, 0 to 1. */
const METRICS: Readonly<Record<Exclude<MqaMetricName, "mqa-audio" | "freeze" | "black">, (loss: number) => number>> = {
  "mqa-video": (loss) => Math.round(100 * (1 - loss)),
  mqcs: (loss) => round(100 - 100 * loss, 2),
  psnr: (loss) => round(48 - 27 * loss, 2),
  ssim: (loss) => round(1 - 0.3 * loss ** 1.5, 3),
  "ms-ssim": (loss) => round(1 - 0.2 * loss ** 1.5, 3),
  vmaf: (loss) => round(100 - 105 * loss, 2),
  "vmaf-mobile": (loss) => round(100 - 80 * loss, 2),
  "vmaf-hd": (loss) => round(100 - 105 * loss, 2),
  "vmaf-uhd": (loss) => round(100 - 120 * loss, 2),
  pvmaf: (loss) => round(100 - 108 * loss, 2),
  imax: (loss) => round(100 - 90 * loss, 2),
  "nr-iqa": (loss) => round(100 - 70 * loss, 2),
  errors: () => 0,
  dropped: () => 0,
  loudness: (loss) => -round(23 + 10 * loss, 1),
  clipping: () => 0,
};

/**
 * Scores of one picture: a slow swing, and once a minute a deep dip of some seconds, as when an encoder runs out of bits.
 * Worse renditions start lower and fall deeper; all have the same sound.
 *
 * @param index - Pictures since the epoch: the same picture always has the same scores.
 * @param picturesPerSecond - To make seconds of it.
 * @param rendition - 0 for the best.
 * @param fault - What is wrong with it; freeze and black are told of such pictures even if `metrics` do not name them.
 */
export function simulatedScores(
  index: number,
  picturesPerSecond: number,
  rendition: number,
  { points, freeze, black }: ScoreFault = NO_SCORE_FAULT,
  metrics: readonly MqaMetricName[] = DEFAULT_METRICS,
): Scores {
  const base = black ? BLACK_QUALITY : qualityAt(index, picturesPerSecond, rendition);
  const loss = 1 - Math.max(WORST, base - (points + (freeze ? FREEZE_POINTS : 0)) / 100);
  const names = new Set<MqaMetricName>(metrics);
  if (freeze) names.add("freeze");
  if (black) names.add("black");
  const value = (name: MqaMetricName): number => {
    if (name === "freeze") return Number(freeze);
    if (name === "black") return Number(black);
    return name === "mqa-audio" ? soundAt(index, picturesPerSecond) : METRICS[name](loss);
  };
  return new Map(Array.from(names, (name) => [name, value(name)] as const));
}

function soundAt(index: number, picturesPerSecond: number): number {
  const { period, mean, swing } = SOUND;
  const turns = (index % (period * picturesPerSecond)) / (period * picturesPerSecond);
  return Math.round(mean + swing * Math.sin(2 * Math.PI * turns));
}

/** From 0 to 1; always well inside. */
function qualityAt(index: number, picturesPerSecond: number, rendition: number): number {
  const seconds = (period: number): number => (index % (period * picturesPerSecond)) / picturesPerSecond;
  const swing = SWING.strength * Math.sin((2 * Math.PI * seconds(SWING.period)) / SWING.period);
  const inDip = (seconds(DIP.period) - DIP.begin) / DIP.duration;
  const dip = inDip > 0 && inDip < 1 ? (1 - Math.cos(2 * Math.PI * inDip)) / 2 : 0;
  const base = Math.max(0.5, BEST - STEP * rendition);
  return Math.max(WORST, base * (1 - DIP.strength * dip * (1 + 0.2 * Math.min(rendition, 2))) + swing);
}

function round(value: number, decimals: number): number {
  return Math.round(Math.max(0, value) * 10 ** decimals) / 10 ** decimals;
}
