import type { MqaMetricName } from "../sei/mqa-metric.ts";

/** How the quality of the pictures changes with time. Periods in seconds, strengths as parts of full quality. */
const SWING = { period: 47, strength: 0.03 };
const DIP = { period: 60, begin: 40, duration: 8, strength: 0.55 };

/** The best rendition's quality, and what each further one loses. */
const BEST = 0.95;
const STEP = 0.05;

/**
 * Scores of one picture: a slow swing, and once a minute a deep dip of some seconds, as when an encoder runs out of bits.
 * Worse renditions start lower and fall deeper.
 *
 * @param index - Pictures since the epoch: the same picture always has the same scores.
 * @param picturesPerSecond - To make seconds of it.
 * @param rendition - 0 for the best.
 */
export function simulatedScores(
  index: number,
  picturesPerSecond: number,
  rendition: number,
): ReadonlyMap<MqaMetricName, number> {
  const quality = qualityAt(index, picturesPerSecond, rendition);
  const loss = 1 - quality;
  return new Map<MqaMetricName, number>([
    ["mqa-video", Math.round(100 * quality)],
    ["vmaf", round(100 - 105 * loss, 2)],
    ["psnr", round(48 - 27 * loss, 2)],
    ["ssim", round(1 - 0.3 * loss ** 1.5, 3)],
  ]);
}

/** From 0 to 1; always well inside. */
function qualityAt(index: number, picturesPerSecond: number, rendition: number): number {
  const seconds = (period: number): number => (index % (period * picturesPerSecond)) / picturesPerSecond;
  const swing = SWING.strength * Math.sin((2 * Math.PI * seconds(SWING.period)) / SWING.period);
  const inDip = (seconds(DIP.period) - DIP.begin) / DIP.duration;
  const dip = inDip > 0 && inDip < 1 ? (1 - Math.cos(2 * Math.PI * inDip)) / 2 : 0;
  const base = Math.max(0.5, BEST - STEP * rendition);
  return Math.max(0.05, base * (1 - DIP.strength * dip * (1 + 0.2 * Math.min(rendition, 2))) + swing);
}

function round(value: number, decimals: number): number {
  return Math.round(Math.max(0, value) * 10 ** decimals) / 10 ** decimals;
}
