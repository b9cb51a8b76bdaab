import type { RandomAccess } from "../demux/access-unit.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { ProbedRate } from "../timeline/stream-timeline.ts";
import { Distribution, scaleSpread } from "./distribution.ts";
import { adviseSegments } from "./segment-advice.ts";
import { SegmentFit } from "./segment-fit.ts";
import type { RandomAccessReport } from "./video-report.ts";

/** Follows the random access points of one video track. */
export class RandomAccessPoints {
  readonly #kinds = new Map<RandomAccess, number>();
  readonly #gopPictures = new Distribution();
  readonly #gopTicks = new Distribution();
  readonly #fit = new SegmentFit();
  #points = 0;
  #lastIndex = 0;
  /** Of the last one since time was set anew. */
  #lastPts: Ticks | undefined;

  /**
   * Takes one point, in presentation order: in decoding order open GOPs of one length would seem to differ.
   *
   * @param index - Pictures shown before it.
   * @param rate - Of the track.
   */
  push(kind: RandomAccess, index: number, pts: Ticks, rate: ProbedRate): void {
    this.#points++;
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    if (this.#lastPts !== undefined) {
      this.#gopPictures.add(index - this.#lastIndex);
      this.#gopTicks.add(pts - this.#lastPts);
    }
    this.#lastIndex = index;
    this.#lastPts = pts;
    this.#fit.push(pts, rate);
  }

  /** Time is set anew: what follows is in no distance from what was. */
  restart(): void {
    this.#lastPts = undefined;
    this.#fit.restart();
  }

  get points(): number {
    return this.#points;
  }

  /** @param pictures - All of the track. */
  report(pictures: number, rate: ProbedRate): RandomAccessReport {
    const gopPictures = this.#gopPictures.spread();
    const gopTicks = this.#gopTicks.spread();
    const picturesAfterLast = pictures - this.#lastIndex;
    const gop = gopPictures && { min: gopPictures.min, max: Math.max(gopPictures.max, picturesAfterLast) };
    // The last one may be cut short, but not be longer.
    const isConstant = gop !== undefined && gop.min > 0 && gopPictures?.min === gop.max;
    const fittingSegments = gop === undefined ? [] : this.#fit.fitting(isConstant ? gop.max : undefined);
    const advice = adviseSegments({ points: this.#points, pictures, gop, fittingSegments, rate });
    return {
      points: this.#points,
      kinds: Object.fromEntries(this.#kinds),
      ...(gopPictures !== undefined && { gopPictures }),
      ...(gopTicks !== undefined && { gopSeconds: scaleSpread(gopTicks, 1 / TICKS_PER_SECOND, 3) }),
      picturesAfterLast,
      fittingSegments,
      ...(advice !== undefined && { advice }),
    };
  }
}
