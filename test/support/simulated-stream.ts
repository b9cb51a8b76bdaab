import { readFileSync } from "node:fs";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { LiveSource } from "../../src/simulate/live-source.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { type Milliseconds, TICKS_PER_MILLISECOND, TICKS_PER_SECOND, type Ticks } from "../../src/time/units.ts";

/** A whole number of the sample's GOPs of 1.92 s. */
export const START = 1_785_629_952_000 as Milliseconds;

/** One GOP of the sample. */
export const SEGMENT = 1920 as Milliseconds;

const sample = readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE);

/** What the simulator sends in so many seconds from so many after {@link START}: three renditions and two sounds. */
export function record(from: number, seconds: number): Uint8Array {
  const start = (START * TICKS_PER_MILLISECOND + from * TICKS_PER_SECOND) as Ticks;
  const source = new LiveSource(sample, start);
  const packets = source.advance((start + seconds * TICKS_PER_SECOND) as Ticks).map((due) => due.packets);
  return new Uint8Array(Buffer.concat([...packets, source.finish()]));
}
