import type { Rational } from "../time/rational.ts";
import type { LabelOptions } from "./epoch-timecode.ts";
import type { Fault } from "./fault.ts";
import type { ScoreOptions } from "./score-messages.ts";

/** What a live source makes of a sample. */
export type LiveSourceOptions = {
  /** Pictures a second; absent: those of the sample. Sound keeps its rate. */
  readonly rate?: Rational;
  readonly labels?: LabelOptions;
  /** Their times count from the start of the source. Those of renditions it does not send are none of its own. */
  readonly faults?: readonly Fault[];
  readonly scores?: ScoreOptions;
  /** PTS of a picture at the epoch, 33 bits; absent: 0. */
  readonly ptsOrigin?: number;
  /** Which video tracks of the sample are sent, 1 for the first; absent: all. At least one. */
  readonly renditions?: readonly number[];
  /** Which audio tracks, likewise. */
  readonly audios?: readonly number[];
  /** How often packets are sent; absent: every 20 ms, each time with a PCR. With tiny pictures larger steps are faster. */
  readonly slotTicks?: number;
};
