import type { ProgramStream } from "../mpegts/program-map.ts";
import type { Ticks } from "../time/units.ts";

/** One picture or audio frame as it goes out. */
export type LiveUnit = {
  /** Decoding time since the epoch. */
  readonly dts: Ticks;
  /** A whole PES packet. */
  readonly pes: Uint8Array;
  readonly randomAccess: boolean;
};

/**
 * An elementary stream without beginning or end, whose units and times depend on the epoch time alone: two that started at
 * different moments send the same.
 */
export interface LiveTrack {
  readonly stream: ProgramStream;
  /** Decoding time of the unit that `next` gives. */
  readonly dts: Ticks;
  /** Moves to the first unit presented at or after `time` that a receiver can begin with; returns when it is presented. */
  start(time: Ticks): Ticks;
  /** The unit here; undefined: it is not sent. Moves on to the one after it. */
  next(): LiveUnit | undefined;
}
