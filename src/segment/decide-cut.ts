/** What is known of one video rendition where a cut is looked for. */
export type Rendition = {
  /** Positions of its cut points, rising; several pictures of a faster rendition may have the same. */
  readonly cutPoints: readonly number[];
  /** The highest position it has reached: it has no unknown cut point at or below it. */
  readonly reached: number;
};

/** Where to cut, and at what cost. */
export type Cut = {
  readonly position: number;
  /** `shared`: every rendition has a cut point there. `partial`: some have. `forced`: none has. */
  readonly kind: "shared" | "partial" | "forced";
};

/**
 * Finds the cut between a grid line and a limit.
 *
 * The first cut point that all renditions share wins. If the range holds none, the first that most renditions have; if
 * no rendition has any, the line itself. Each of these is only known once every rendition has passed the point in
 * question, so the answer depends on the pictures alone and not on which rendition came first.
 *
 * @param from - The grid line.
 * @param limit - Where the cut must lie before.
 * @param final - Nothing more will come.
 * @returns undefined while it cannot be known, and at the end when no cut is needed.
 */
export function decideCut(
  renditions: readonly Rendition[],
  from: number,
  limit: number,
  final: boolean,
): Cut | undefined {
  const candidates = new Map<number, number>();
  for (const { cutPoints } of renditions) {
    for (const position of new Set(cutPoints)) {
      if (position >= from && position < limit) candidates.set(position, (candidates.get(position) ?? 0) + 1);
    }
  }
  const positions = [...candidates.keys()].sort((a, b) => a - b);
  for (const position of positions) {
    if (candidates.get(position) === renditions.length) return { position, kind: "shared" };
    const unknown = renditions.some(({ cutPoints, reached }) => reached < position && !cutPoints.includes(position));
    if (unknown && !final) return undefined;
  }
  const passed = renditions.every(({ reached }) => reached >= limit);
  if (!passed && !final) return undefined;
  if (positions.length > 0) {
    const most = Math.max(...candidates.values());
    return { position: positions.find((position) => candidates.get(position) === most)!, kind: "partial" };
  }
  return renditions.some(({ reached }) => reached >= limit) ? { position: from, kind: "forced" } : undefined;
}
