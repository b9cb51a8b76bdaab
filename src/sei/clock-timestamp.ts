import type { BitReader } from "../bytes/bit-reader.ts";
import type { BitWriter } from "../bytes/bit-writer.ts";
import { MalformedError } from "../problem/malformed-error.ts";

/**
 * A SMPTE timecode as H.264 pic_timing and H.265 time_code both carry it, exactly as sent.
 *
 * `seconds`, `minutes` and `hours` are absent where they were not sent: they are those of the timecode before, which is for
 * the reader of the stream to know. Hours are never sent without minutes, nor minutes without seconds.
 */
export type ClockTimestamp = {
  /** nuit_field_based_flag of H.264, units_field_based_flag of H.265. */
  readonly unitsFieldBasedFlag: boolean;
  /** How labels are dropped: 0 and 1 not at all, 4 as SMPTE drop-frame does. */
  readonly countingType: number;
  /** All of seconds, minutes and hours are sent, without flags between them. */
  readonly fullTimestampFlag: boolean;
  readonly discontinuityFlag: boolean;
  readonly cntDroppedFlag: boolean;
  /** Counts from 0 within the second; at more than 30 pictures a second some encoders count pairs. */
  readonly nFrames: number;
  /** 0 to 59. */
  readonly seconds?: number;
  /** 0 to 59. */
  readonly minutes?: number;
  /** 0 to 23. */
  readonly hours?: number;
  /** Signed, in units of the stream's time_scale; 0 where not sent. */
  readonly timeOffset: number;
};

/** The fields the two messages have in common: all but time_offset, whose length they learn in different ways. */
export type ClockTimestampFields = Omit<ClockTimestamp, "timeOffset">;

/**
 * Reads from the field-based flag to the hours.
 *
 * @param nFramesLength - Bits of n_frames: 8 in H.264, 9 in H.265.
 * @throws MalformedError - `sei-malformed` when a time is not one of a clock, or the reader ends.
 * @spec Rec. ITU-T H.264 D.1.3, H.265 D.2.27
 */
export function readClockTimestampFields(reader: BitReader, nFramesLength: number): ClockTimestampFields {
  const unitsFieldBasedFlag = reader.flag();
  const countingType = reader.u(5);
  const fullTimestampFlag = reader.flag();
  const discontinuityFlag = reader.flag();
  const cntDroppedFlag = reader.flag();
  const nFrames = reader.u(nFramesLength);
  const head = { unitsFieldBasedFlag, countingType, fullTimestampFlag, discontinuityFlag, cntDroppedFlag, nFrames };
  if (!fullTimestampFlag && !reader.flag()) return head;
  const seconds = readClockValue(reader, 6, 59, "seconds");
  if (!fullTimestampFlag && !reader.flag()) return { ...head, seconds };
  const minutes = readClockValue(reader, 6, 59, "minutes");
  if (!fullTimestampFlag && !reader.flag()) return { ...head, seconds, minutes };
  return { ...head, seconds, minutes, hours: readClockValue(reader, 5, 23, "hours") };
}

function readClockValue(reader: BitReader, length: number, max: number, name: string): number {
  const value = reader.u(length);
  if (value > max) throw new MalformedError("sei-malformed", `a timecode has ${value} ${name}`);
  return value;
}

/**
 * Writes what {@link readClockTimestampFields} reads.
 *
 * @throws RangeError - when the timestamp is one that the syntax cannot say.
 */
export function writeClockTimestampFields(
  writer: BitWriter,
  nFramesLength: number,
  timestamp: ClockTimestampFields,
): void {
  const { seconds, minutes, hours, fullTimestampFlag } = timestamp;
  const gap = (hours !== undefined && minutes === undefined) || (minutes !== undefined && seconds === undefined);
  if (gap || (fullTimestampFlag && hours === undefined)) throw new RangeError("a timecode lacks seconds or minutes");
  writer
    .flag(timestamp.unitsFieldBasedFlag)
    .u(5, timestamp.countingType)
    .flag(fullTimestampFlag)
    .flag(timestamp.discontinuityFlag)
    .flag(timestamp.cntDroppedFlag)
    .u(nFramesLength, timestamp.nFrames);
  const values = [
    [6, seconds],
    [6, minutes],
    [5, hours],
  ] as const;
  for (const [length, value] of values) {
    if (!fullTimestampFlag) writer.flag(value !== undefined);
    if (value === undefined) return;
    writer.u(length, value);
  }
}
