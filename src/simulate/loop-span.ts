import type { Rational } from "../time/rational.ts";
import type { Ticks } from "../time/units.ts";

/** The part of a recording that is played: from the first picture that needs no other to the end of the video. */
export type LoopSpan = {
  /** Presentation time of its first picture in the recording. */
  readonly start: Ticks;
  readonly pictures: number;
  /** Pictures a second. */
  readonly rate: Rational;
};
