import { mulDivRound } from "../time/rational.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { ProbedRate } from "../timeline/stream-timeline.ts";

/** Segment durations in use, in seconds. 1.92 s is a whole number of pictures, AAC and AC-3 frames at 25 and 50 fps. */
const CANDIDATES = [1, 1.92, 2, 3, 3.84, 4, 5, 6, 8, 10] as const;

/** Above this a rate comes from nonsense timestamps. */
const MAX_RATE = 1000;

/** Random access points by their place in the segment. */
type Residues = { readonly seconds: number; readonly counts: Uint32Array };

/**
 * Finds the segment durations that always end at a random access point.
 *
 * For each it counts how many points lie at each place in the segment, modulo its pictures. A duration fits where some
 * place has a point in every segment: extra points, as encoders put at scene cuts, do no harm then.
 */
export class SegmentFit {
  #residues: readonly Residues[] | undefined;
  #origin: Ticks | undefined;
  #last = 0;

  push(pts: Ticks, rate: ProbedRate): void {
    this.#residues ??= residuesFor(rate);
    this.#origin ??= pts;
    const { num, den } = rate.rate;
    this.#last = mulDivRound(pts - this.#origin, num, den * TICKS_PER_SECOND);
    if (this.#last < 0) return;
    for (const { counts } of this.#residues) counts[this.#last % counts.length]!++;
  }

  /** Pictures before are in no distance from those after. */
  restart(): void {
    this.#origin = undefined;
    this.#last = 0;
    for (const { counts } of this.#residues ?? []) counts.fill(0);
  }

  /**
   * Seconds of the candidates that fit, rising. A constant GOP says it of any duration; else only those that were seen
   * to fit twice at least.
   *
   * @param gop - Pictures of each; absent where they differ.
   */
  fitting(gop: number | undefined): readonly number[] {
    const fits = (this.#residues ?? []).filter(({ counts }) =>
      gop === undefined ? this.#isSeenToFit(counts) : counts.length % gop === 0,
    );
    return fits.map(({ seconds }) => seconds);
  }

  #isSeenToFit(counts: Uint32Array): boolean {
    return counts.some((count, place) => {
      const segments = Math.floor((this.#last - place) / counts.length) + 1;
      return segments > 1 && count >= segments;
    });
  }
}

function residuesFor(rate: ProbedRate): readonly Residues[] {
  if (!isUsable(rate)) return [];
  const { num, den } = rate.rate;
  return CANDIDATES.flatMap((seconds) => {
    const pictures = Math.round((seconds * num) / den);
    return pictures === 0 ? [] : [{ seconds, counts: new Uint32Array(pictures) }];
  });
}

function isUsable({ rate, regular }: ProbedRate): boolean {
  return regular && rate.num / rate.den <= MAX_RATE;
}
