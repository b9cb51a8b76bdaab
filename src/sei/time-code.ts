import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import { type ClockTimestamp, readClockTimestampFields, writeClockTimestampFields } from "./clock-timestamp.ts";

/** A clock timestamp of time_code. */
export type TimeCodeClockTimestamp = ClockTimestamp & {
  /** Bits of `timeOffset`, 0 to 31: each timestamp carries its own. */
  readonly timeOffsetLength: number;
};

/** H.265 time code: none to three timestamps of a picture, undefined where the flag says that none was sent. */
export type TimeCode = { readonly clockTimestamps: readonly (TimeCodeClockTimestamp | undefined)[] };

const N_FRAMES_LENGTH = 9;

/** num_clock_ts has two bits. */
const MAX_CLOCK_TIMESTAMPS = 3;

/**
 * Reads the time_code payload of an H.265 stream; unlike H.264's pic_timing it needs no parameter set.
 *
 * @throws MalformedError - `sei-malformed` when it ends early or has an impossible time.
 * @spec Rec. ITU-T H.265 D.2.27, D.3.27
 */
export function parseTimeCode(payload: Uint8Array): TimeCode {
  const reader = new BitReader(payload, "sei-malformed");
  const count = reader.u(2);
  const clockTimestamps: (TimeCodeClockTimestamp | undefined)[] = [];
  while (clockTimestamps.length < count) clockTimestamps.push(reader.flag() ? readTimestamp(reader) : undefined);
  return { clockTimestamps };
}

function readTimestamp(reader: BitReader): TimeCodeClockTimestamp {
  const fields = readClockTimestampFields(reader, N_FRAMES_LENGTH);
  const timeOffsetLength = reader.u(5);
  return { ...fields, timeOffsetLength, timeOffset: timeOffsetLength > 0 ? reader.i(timeOffsetLength) : 0 };
}

/**
 * Writes a time_code payload: the inverse of {@link parseTimeCode}.
 *
 * @throws RangeError - when there are more than three timestamps, or one that the syntax cannot say.
 */
export function writeTimeCode({ clockTimestamps }: TimeCode): Uint8Array {
  if (clockTimestamps.length > MAX_CLOCK_TIMESTAMPS) {
    throw new RangeError(`a time code has at most three timestamps, not ${clockTimestamps.length}`);
  }
  const writer = new BitWriter().u(2, clockTimestamps.length);
  for (const timestamp of clockTimestamps) {
    writer.flag(timestamp !== undefined);
    if (timestamp === undefined) continue;
    writeClockTimestampFields(writer, N_FRAMES_LENGTH, timestamp);
    writer.u(5, timestamp.timeOffsetLength);
    if (timestamp.timeOffsetLength > 0) writer.i(timestamp.timeOffsetLength, timestamp.timeOffset);
  }
  if (writer.position % 8 !== 0) writer.trailingBits();
  return writer.finish();
}
