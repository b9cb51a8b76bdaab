import { CLOCK_WRAP } from "../mpegts/clock.ts";
import type { Milliseconds, Ticks } from "../time/units.ts";
import type { Fault } from "./fault.ts";
import { faultSpan } from "./fault-span.ts";

/** One run of an encoder, from one start to the next restart. Epoch time. */
export type EncoderRun = {
  readonly begin: Ticks;
  /** Nothing is sent from here on. */
  readonly end: Ticks;
  /** PTS of a picture at the epoch. */
  readonly ptsOrigin: number;
};

/** How long an encoder is silent while it restarts. */
const SILENCE = 2000 as Milliseconds;

/** By how much the clock moves with a restart: 3.8 hours, and no whole number of pictures or audio frames. */
const ORIGIN_STEP = 1_234_567_891;

/**
 * The runs of an encoder that restarts.
 *
 * @param restarts - Faults of that kind, in any order.
 * @param start - When the simulation begins.
 * @returns At least one; the last has no end.
 */
export function encoderRuns(restarts: readonly Fault[], start: Ticks, ptsOrigin: number): readonly EncoderRun[] {
  const runs: EncoderRun[] = [];
  let begin = start;
  let origin = ptsOrigin;
  for (const restart of restarts.toSorted((a, b) => a.at - b.at)) {
    const { from, to } = faultSpan({ ...restart, duration: restart.duration ?? SILENCE }, start);
    runs.push({ begin, end: from, ptsOrigin: origin });
    begin = Math.max(begin, to) as Ticks;
    origin = (origin + ORIGIN_STEP) % CLOCK_WRAP;
  }
  return [...runs, { begin, end: Number.POSITIVE_INFINITY as Ticks, ptsOrigin: origin }];
}
