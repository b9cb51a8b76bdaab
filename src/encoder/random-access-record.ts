import type { RandomAccess } from "../demux/access-unit.ts";
import { type Grid, lineOf, numberOf, positionOf } from "../segment/grid.ts";
import type { Rational } from "../time/rational.ts";

/** How many random access points are remembered: half a minute and more with GOPs of 1 s. */
const KEPT = 32;

/** The lowest and the highest of some values. */
export type Range = { readonly min: number; readonly max: number };

/** A picture at which decoding can start. */
export type RandomAccessPoint = {
  /** Pictures of its track's rate since the epoch, by presentation. */
  readonly index: number;
  readonly kind: RandomAccess;
};

/**
 * The newest random access points of one track.
 *
 * It is told of each of them, and of losses; of no other picture, so that it costs nothing by the picture.
 */
export class RandomAccessRecord {
  #points: (RandomAccessPoint & { readonly followsLoss: boolean })[] = [];
  #hasLost = false;

  push({ index, kind }: RandomAccessPoint): void {
    this.#points.push({ index, kind, followsLoss: this.#hasLost });
    this.#hasLost = false;
    if (this.#points.length > KEPT) this.#points.shift();
  }

  /** Something was lost since the last point: another may have been in it. */
  lost(): void {
    this.#hasLost = true;
  }

  /** The clock was set anew: what follows is not at its distance from what was. */
  restart(): void {
    this.#points = [];
  }

  /** Pictures from a point to the next, where nothing was lost; undefined before there are two such GOPs. */
  get gopPictures(): Range | undefined {
    const gops = this.#pairs().map(([from, to]) => to.index - from.index);
    return gops.length < 2 ? undefined : rangeOf(gops);
  }

  /** Every GOP can be decoded without the one before; undefined before there is a point. */
  get isClosed(): boolean | undefined {
    if (this.#points.length === 0) return undefined;
    return this.#points.every(({ kind }) => kind === "idr" || kind === "idr-with-leading");
  }

  /**
   * How many positions of the grid after its line (before it, where negative) the first point for a segment lies; undefined before
   * there is one that is known to be the first.
   *
   * @param rate - Pictures a second of the track.
   */
  afterLine(grid: Grid, rate: Rational): Range | undefined {
    const offsets = this.#pairs().flatMap(([from, to]) => {
      const position = positionOf(grid, to.index, rate);
      const number = numberOf(grid, position);
      return number > numberOf(grid, positionOf(grid, from.index, rate)) ? [position - lineOf(grid, number)] : [];
    });
    return offsets.length === 0 ? undefined : rangeOf(offsets);
  }

  /** Neighbours between which nothing was lost. */
  #pairs(): readonly (readonly [RandomAccessPoint, RandomAccessPoint])[] {
    return this.#points.flatMap((to, i) => {
      const from = this.#points[i - 1];
      return from === undefined || to.followsLoss || to.index <= from.index ? [] : [[from, to] as const];
    });
  }
}

function rangeOf(values: readonly number[]): Range {
  return { min: Math.min(...values), max: Math.max(...values) };
}
