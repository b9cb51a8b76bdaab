import fc from "fast-check";
import type { ClockTimestampFields } from "../../src/sei/clock-timestamp.ts";

const seconds = fc.nat({ max: 59 });
const minutes = fc.nat({ max: 59 });
const hours = fc.nat({ max: 23 });

/** How much of the time of day was sent: with the full flag all of it, else from nothing to all. */
const timeOfDay = fc.oneof(
  fc.record({ fullTimestampFlag: fc.constant(true), seconds, minutes, hours }),
  fc.record({ fullTimestampFlag: fc.constant(false) }),
  fc.record({ fullTimestampFlag: fc.constant(false), seconds }),
  fc.record({ fullTimestampFlag: fc.constant(false), seconds, minutes }),
  fc.record({ fullTimestampFlag: fc.constant(false), seconds, minutes, hours }),
);

/** Any clock timestamp that the syntax can say, but for its time offset. */
export function clockTimestampFields(nFramesLength: number): fc.Arbitrary<ClockTimestampFields> {
  const head = fc.record({
    unitsFieldBasedFlag: fc.boolean(),
    countingType: fc.nat({ max: 31 }),
    discontinuityFlag: fc.boolean(),
    cntDroppedFlag: fc.boolean(),
    nFrames: fc.nat({ max: 2 ** nFramesLength - 1 }),
  });
  return fc.tuple(head, timeOfDay).map(([fields, time]) => ({ ...fields, ...time }));
}

/** Any signed number of so many bits. */
export function timeOffset(length: number): fc.Arbitrary<number> {
  return length === 0 ? fc.constant(0) : fc.integer({ min: -(2 ** (length - 1)), max: 2 ** (length - 1) - 1 });
}
