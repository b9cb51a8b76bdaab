import { FixedOffset, type LocalTime } from "../time/local-time.ts";
import type { Milliseconds } from "../time/units.ts";

/** What tells the epoch time of an input's pictures; `none`: the host's clock when they arrived, or where files are to start. */
export type TimecodeSource = "misb" | "smpte" | "none";

/** Which timecodes a channel believes. */
export type TimecodeOptions = {
  /** `auto`: MISB ST 0604 before SMPTE, since it has a date. */
  readonly source: "auto" | TimecodeSource;
  /** Whose time of day SMPTE timecodes are. */
  readonly localTime: LocalTime;
  /** How far the timecodes of a live input may lie from the host's clock. */
  readonly maxClockError: Milliseconds;
  /** How long an input without a timecode that can be used is waited for before the time of arrival has to do; Infinity: for ever. */
  readonly wait: Milliseconds;
};

/** 120 s is what encoders that lock to the epoch allow themselves. */
export const defaultTimecode: TimecodeOptions = {
  source: "auto",
  localTime: new FixedOffset(0 as Milliseconds),
  maxClockError: 120_000 as Milliseconds,
  wait: 0 as Milliseconds,
};
