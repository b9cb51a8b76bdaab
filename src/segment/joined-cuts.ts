import { cellStart, type Grid, lineOf, numberOf } from "./grid.ts";

/**
 * Tells when the cuts of a packager that joined a running stream are those of every other.
 *
 * Where I-frames move to another place in their cells a segment may come out too long for the target duration; then it is cut without an
 * I-frame at its longest, and so are those that follow until boundaries have moved up to the I-frames. Such a cut depends on
 * the one before it, and a packager that joins does not know where that was. It knows where it can have been at the earliest: at the
 * beginning of the cell that it joined. From there it follows the same rule; since a later cut never makes the next one earlier,
 * once that and its own cuts agree, all agree. Where I-frames lie on the lines that is at once.
 */
export class JoinedCuts {
  readonly #grid: Grid;
  /** Where the last boundary of any packager can have been at the earliest; undefined once it is the same for all. */
  #earliest: number | undefined;

  /** @param position - Of the first cut. */
  constructor(grid: Grid, position: number) {
    const number = numberOf(grid, position);
    this.#grid = grid;
    // A cut on the line wins over all others of its cell.
    this.#earliest = position === lineOf(grid, number) ? undefined : cellStart(grid, number);
  }

  /** The cuts from here on are those of every packager. */
  get areCertain(): boolean {
    return this.#earliest === undefined;
  }

  /**
   * @param position - Of the next cut, which nothing but the pictures of its cell decided.
   * @param isEntry - All renditions have a cut point there. Where they have none, others go on with the segment that is open, and cut the next by
   * its length; one that joins has none open yet.
   */
  next(position: number, isEntry: boolean): void {
    if (this.#earliest === undefined) return;
    this.#earliest += this.#grid.maxPictures;
    if (this.#earliest < position) return;
    this.#earliest = isEntry ? undefined : position;
  }
}
