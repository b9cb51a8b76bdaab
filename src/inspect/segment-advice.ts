import type { ProbedRate } from "../timeline/stream-timeline.ts";

/** What segments are made of. */
export type SegmentFacts = {
  readonly points: number;
  readonly pictures: number;
  /** Pictures of the shortest and the longest that came; absent where only one point did. */
  readonly gop: { readonly min: number; readonly max: number } | undefined;
  /** In seconds. */
  readonly fittingSegments: readonly number[];
  readonly rate: ProbedRate;
};

/** The durations that segments have where nobody asked for another. */
const USUAL = [2, 1.92];

/** Says in a sentence or two what to set where the usual segments do not fit; undefined where they do. */
export function adviseSegments(facts: SegmentFacts): string | undefined {
  const { points, pictures, gop, fittingSegments, rate } = facts;
  if (pictures === 0 || fittingSegments.some((seconds) => USUAL.includes(seconds))) return undefined;
  if (points === 0)
    return "No random access point came: nothing can be decoded or cut. Set a GOP of 2 s on the encoder.";
  if (gop === undefined) {
    return "Only one random access point came, so the GOP is not known: look at more of the stream.";
  }
  if (!rate.regular) return "The picture rate follows no grid, so segment durations will vary.";
  const picturesPerSecond = rate.rate.num / rate.rate.den;
  const encoder = `set the encoder to a constant GOP of ${Math.round(2 * picturesPerSecond)} pictures (2 s)`;
  if (gop.min === gop.max) {
    const gops = Math.max(1, Math.round((2 * picturesPerSecond) / gop.max));
    const seconds = Number(((gops * gop.max) / picturesPerSecond).toFixed(3));
    return `GOPs of ${gop.max} pictures divide neither 2 s nor 1.92 s: use --segment ${seconds}s, or ${encoder}.`;
  }
  const range = `GOPs of ${gop.min} to ${gop.max} pictures`;
  const [shortest] = fittingSegments;
  if (shortest !== undefined)
    return `${range} do not always start every 2 s: use --segment ${shortest}s, or ${encoder}.`;
  return `${range} follow no grid, so segment durations will vary: ${encoder}, without further I pictures at scene cuts.`;
}
