import { expect } from "vitest";
import type { ClockTimestamp } from "../../src/sei/clock-timestamp.ts";

/** The values FFmpeg read for one syntax element, in order. */
export function traced(trace: readonly (readonly [string, number])[], element: string): readonly number[] {
  return trace.filter(([name]) => name === element).map(([, value]) => value);
}

/** The names of a clock timestamp's fields in the standards, where both have the same one. */
const ELEMENTS = {
  countingType: "counting_type",
  fullTimestampFlag: "full_timestamp_flag",
  discontinuityFlag: "discontinuity_flag",
  cntDroppedFlag: "cnt_dropped_flag",
  nFrames: "n_frames",
  seconds: "seconds_value",
  minutes: "minutes_value",
  hours: "hours_value",
} as const;

/** Holds the fields of the timestamps written against what FFmpeg's trace read. */
export function expectTraced(
  trace: readonly (readonly [string, number])[],
  timestamps: readonly (ClockTimestamp | undefined)[],
): void {
  const flags = timestamps.map((timestamp) => Number(timestamp !== undefined));
  expect(traced(trace, "clock_timestamp_flag")).toEqual(flags);
  for (const [field, element] of Object.entries(ELEMENTS)) {
    const values = timestamps.flatMap((timestamp) => timestamp?.[field as keyof typeof ELEMENTS] ?? []);
    expect([element, traced(trace, element)]).toEqual([element, values.map(Number)]);
  }
}

/** The timecode of a picture at 25 pictures a second: the sixth is the last before midnight. */
export function clock(picture: number, fields: Partial<ClockTimestamp> = {}): ClockTimestamp {
  const late = picture < 6;
  return {
    unitsFieldBasedFlag: picture % 2 === 0,
    countingType: 0,
    fullTimestampFlag: true,
    discontinuityFlag: false,
    cntDroppedFlag: false,
    nFrames: late ? 19 + picture : picture - 6,
    seconds: late ? 59 : 0,
    minutes: late ? 59 : 0,
    hours: late ? 23 : 0,
    timeOffset: 0,
    ...fields,
  };
}

/** What it looks like in text, picture by picture. */
export const LABELS: readonly string[] = [19, 20, 21, 22, 23, 24]
  .map((frame) => `23:59:59:${frame}`)
  .concat([0, 1, 2, 3, 4, 5].map((frame) => `00:00:00:0${frame}`));
