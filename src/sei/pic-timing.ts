import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import type { PicTimingParameters } from "../h264/pic-timing-parameters.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { type ClockTimestamp, readClockTimestampFields, writeClockTimestampFields } from "./clock-timestamp.ts";

/** A clock timestamp of pic_timing. */
export type PicTimingClockTimestamp = ClockTimestamp & {
  /** Scan of the source: 0 progressive, 1 interlaced, 2 unknown, 3 reserved. */
  readonly ctType: number;
};

/** H.264 picture timing: how long a picture waits, how it is shown, and its timecodes. */
export type PicTiming = {
  /** In clock ticks. */
  readonly cpbRemovalDelay?: number;
  /** In clock ticks. */
  readonly dpbOutputDelay?: number;
  /** 0 a frame, 1 and 2 a field, 3 to 6 two or three fields of a frame, 7 and 8 a frame shown twice or three times. */
  readonly picStruct?: number;
  /** One place for each field or frame of picStruct; undefined where no timestamp was sent for it. */
  readonly clockTimestamps: readonly (PicTimingClockTimestamp | undefined)[];
};

/** NumClockTS by pic_struct: Rec. ITU-T H.264 table D-1. Greater values are reserved. */
const CLOCK_TIMESTAMPS_OF_PIC_STRUCT: readonly number[] = [1, 1, 1, 2, 2, 3, 3, 2, 3];

const N_FRAMES_LENGTH = 8;

/**
 * Reads the pic_timing payload of an H.264 stream.
 *
 * @param parameters - Of the sequence parameter set that is active for the picture.
 * @throws MalformedError - `sei-malformed` when it ends early, or has a reserved pic_struct or an impossible time.
 * @spec Rec. ITU-T H.264 D.1.3, D.2.3
 */
export function parsePicTiming(payload: Uint8Array, parameters: PicTimingParameters): PicTiming {
  const reader = new BitReader(payload, "sei-malformed");
  const { cpbRemovalDelayLength, dpbOutputDelayLength, picStructPresent, timeOffsetLength } = parameters;
  const delays = {
    ...(cpbRemovalDelayLength !== undefined && { cpbRemovalDelay: reader.u(cpbRemovalDelayLength) }),
    ...(dpbOutputDelayLength !== undefined && { dpbOutputDelay: reader.u(dpbOutputDelayLength) }),
  };
  if (!picStructPresent) return { ...delays, clockTimestamps: [] };
  const picStruct = reader.u(4);
  const count = CLOCK_TIMESTAMPS_OF_PIC_STRUCT[picStruct];
  if (count === undefined) throw new MalformedError("sei-malformed", `pic_struct ${picStruct} is reserved`);
  const clockTimestamps: (PicTimingClockTimestamp | undefined)[] = [];
  while (clockTimestamps.length < count) {
    clockTimestamps.push(reader.flag() ? readTimestamp(reader, timeOffsetLength) : undefined);
  }
  return { ...delays, picStruct, clockTimestamps };
}

function readTimestamp(reader: BitReader, timeOffsetLength: number): PicTimingClockTimestamp {
  const ctType = reader.u(2);
  const fields = readClockTimestampFields(reader, N_FRAMES_LENGTH);
  return { ctType, ...fields, timeOffset: timeOffsetLength > 0 ? reader.i(timeOffsetLength) : 0 };
}

/**
 * Writes a pic_timing payload for a stream with these parameters: the inverse of {@link parsePicTiming}.
 *
 * @throws RangeError - when the parameters promise a field that is not there, or the timestamps do not fit pic_struct.
 */
export function writePicTiming(picTiming: PicTiming, parameters: PicTimingParameters): Uint8Array {
  const { cpbRemovalDelayLength, dpbOutputDelayLength, picStructPresent, timeOffsetLength } = parameters;
  const { cpbRemovalDelay, dpbOutputDelay, clockTimestamps } = picTiming;
  const writer = new BitWriter();
  if (cpbRemovalDelayLength !== undefined) writer.u(cpbRemovalDelayLength, sent(cpbRemovalDelay, "cpbRemovalDelay"));
  if (dpbOutputDelayLength !== undefined) writer.u(dpbOutputDelayLength, sent(dpbOutputDelay, "dpbOutputDelay"));
  if (picStructPresent) {
    const picStruct = sent(picTiming.picStruct, "picStruct");
    const count = clockTimestamps.length;
    if (count !== CLOCK_TIMESTAMPS_OF_PIC_STRUCT[picStruct]) {
      throw new RangeError(`pic_struct ${picStruct} does not have ${count} clock timestamps`);
    }
    writer.u(4, picStruct);
    for (const timestamp of clockTimestamps) {
      writer.flag(timestamp !== undefined);
      if (timestamp !== undefined) writeTimestamp(writer, timestamp, timeOffsetLength);
    }
  }
  if (writer.position % 8 !== 0) writer.trailingBits();
  return writer.finish();
}

function sent(value: number | undefined, name: string): number {
  if (value === undefined) throw new RangeError(`the parameters promise ${name}`);
  return value;
}

function writeTimestamp(writer: BitWriter, timestamp: PicTimingClockTimestamp, timeOffsetLength: number): void {
  writer.u(2, timestamp.ctType);
  writeClockTimestampFields(writer, N_FRAMES_LENGTH, timestamp);
  if (timeOffsetLength > 0) writer.i(timeOffsetLength, timestamp.timeOffset);
}
