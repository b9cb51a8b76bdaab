/** What is known of one video rendition where a cut is looked for. */
export type Rendition = {
  /** Positions of its cut points, rising; several pictures of a faster rendition may have the same. */
  readonly cutPoints: readonly number[];
  /** The highest position it has reached: it has no unknown cut point at or below it. */
  readonly reached: number;
};

/** Where a cut may lie. */
export type CutRange = {
  readonly from: number;
  /** Where it lies best: not before `from`, and before `limit` where the range is a cell of the grid. */
  readonly line: number;
  /** The cut lies before it. */
  readonly limit: number;
};

/** Where to cut, and at what cost. */
export type Cut = {
  readonly position: number;
  /** `shared`: every rendition has a cut point there. `partial`: some have. `forced`: none has. */
  readonly kind: "shared" | "partial" | "forced";
};

/**
 * Finds the cut in a range.
 *
 * A cut point on the line that all renditions share wins, else the first in the range that they share. If it holds none, the
 * first that most renditions have; if no rendition has any, the line itself. Each of these is only known once every
 * rendition has passed the point in question, so the answer depends on the pictures alone and not on which rendition
 * came first.
 *
 * @param final - Nothing more will come.
 * @returns undefined while it cannot be known, and at the end when no cut is needed.
 */
export function decideCut(renditions: readonly Rendition[], range: CutRange, final: boolean): Cut | undefined {
  const { from, line, limit } = range;
  const candidates = new Map<number, number>();
  for (const { cutPoints } of renditions) {
    for (const position of new Set(cutPoints)) {
      if (position >= from && position < limit) candidates.set(position, (candidates.get(position) ?? 0) + 1);
    }
  }
  const positions = [...candidates.keys()].sort((a, b) => a - b);
  const isShared = (position: number): boolean => candidates.get(position) === renditions.length;
  const isUnknown = (position: number): boolean =>
    !final && renditions.some(({ cutPoints, reached }) => reached < position && !cutPoints.includes(position));
  for (const position of positions) {
    if (position < line && line < limit && isUnknown(line)) return undefined;
    if (isShared(position)) return { position: isShared(line) ? line : position, kind: "shared" };
    if (isUnknown(position)) return undefined;
  }
  const passed = renditions.every(({ reached }) => reached >= limit);
  if (!passed && !final) return undefined;
  if (positions.length > 0) {
    const most = Math.max(...candidates.values());
    return { position: positions.find((position) => candidates.get(position) === most)!, kind: "partial" };
  }
  return renditions.some(({ reached }) => reached >= limit) ? { position: line, kind: "forced" } : undefined;
}
