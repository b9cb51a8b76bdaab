import { setTimeout as sleep } from "node:timers/promises";
import { type Milliseconds, toTicks } from "../time/units.ts";
import type { Feed } from "./feed.ts";
import type { Report } from "./output.ts";

/** How often what is due is sent. */
const STEP_MS = 10;

/** After a short stall what was missed is sent at most this many times as fast as it would have been. */
const MAX_SPEED = 8;

/** After a longer stall, or a step of the clock, what was missed is left out. */
const MAX_LAG_MS = 2000;

/** A wall clock: milliseconds since the epoch. */
export type Clock = () => Milliseconds;

/**
 * Lets feeds run by the clock until the signal.
 *
 * @param end - Where they end; undefined: nowhere.
 */
export async function pace(
  feeds: readonly Feed[],
  clock: Clock,
  end: Milliseconds | undefined,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const last = end ?? Number.POSITIVE_INFINITY;
  let position = clock();
  while (!signal.aborted) {
    const now = clock();
    if (Math.abs(now - position) > MAX_LAG_MS) {
      report(`the clock is ${(now - position) / 1000} s away from what was sent last; going on from there`);
      for (const feed of feeds) feed.skipTo(toTicks(now));
      position = now;
    }
    position = Math.max(position, Math.min(now, position + STEP_MS * MAX_SPEED)) as Milliseconds;
    for (const feed of feeds) feed.advance(toTicks(Math.min(position, last) as Milliseconds));
    if (position >= last) return;
    await sleep(STEP_MS, undefined, { signal }).catch(ignoreAbort);
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}
