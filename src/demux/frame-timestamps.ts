import { mulDivRound } from "../time/rational.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";

/**
 * When each audio frame starts: at the timestamp its PES packet has for it, else where the frames since the last
 * timestamp end. Samples are counted, and rounded once.
 */
export class FrameTimestamps {
  #base: Ticks | undefined;
  #samples = 0;
  #sampleRate = 1;

  /**
   * The time of a frame that starts now, and counts its samples.
   *
   * @param pts - The timestamp the stream has for this frame, if any.
   * @returns undefined while there has been no timestamp to count from.
   */
  start(pts: Ticks | undefined, samples: number, sampleRate: number): Ticks | undefined {
    if (pts !== undefined || sampleRate !== this.#sampleRate) {
      this.#base = pts ?? this.#now();
      this.#samples = 0;
      this.#sampleRate = sampleRate;
    }
    const start = this.#now();
    this.#samples += samples;
    return start;
  }

  /** Forgets the timestamp: an unknown number of frames is missing. */
  reset(): void {
    this.#base = undefined;
  }

  #now(): Ticks | undefined {
    if (this.#base === undefined) return undefined;
    return (this.#base + mulDivRound(this.#samples, TICKS_PER_SECOND, this.#sampleRate)) as Ticks;
  }
}
