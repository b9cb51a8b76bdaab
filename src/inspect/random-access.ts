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
  #last: { readonly index: number; readonly pts: Ticks } | undefined;

  /**
   * @param index - Pictures before it in decoding order.
   * @param rate - Of the track.
   */
  push(kind: RandomAccess, index: number, pts: Ticks, rate: ProbedRate): void {
    this.#points++;
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    if (this.#last !== undefined) {
      this.#gopPictures.add(index - this.#last.index);
      this.#gopTicks.add(pts - this.#last.pts);
    }
    this.#last = { index, pts };
    this.#fit.push(pts, rate);
  }

  /** Time is set anew: what follows is in no distance from what was. */
  restart(): void {
    this.#last = undefined;
    this.#fit.restart();
  }

  get points(): number {
    return this.#points;
  }

  /** @param pictures - All of the track. */
  report(pictures: number, rate: ProbedRate): RandomAccessReport {
    const gopPictures = this.#gopPictures.spread();
    const gopTicks = this.#gopTicks.spread();
    const fittingSegments = this.#fit.fitting(gopPictures, rate);
    const picturesAfterLast = pictures - (this.#last?.index ?? 0);
    const advice = adviseSegments({ points: this.#points, pictures, gopPictures, fittingSegments, rate });
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
