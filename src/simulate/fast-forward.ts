import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { Feed } from "./feed.ts";

/** How much of the stream is made at a time. */
const STEP_TICKS = TICKS_PER_SECOND;

/**
 * Lets feeds run from `start` to `end` as fast as their outputs take it, or until the signal.
 *
 * @throws Error - when an output can take no more.
 */
export async function fastForward(
  feeds: readonly Feed[],
  start: Ticks,
  end: Ticks,
  signal: AbortSignal,
): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  for (let time = start; time < end && !signal.aborted; ) {
    time = Math.min(time + STEP_TICKS, end) as Ticks;
    for (const feed of feeds) feed.advance(time);
    // A reader that does not read must not keep it from ending.
    await Promise.race([aborted, Promise.all(feeds.map((feed) => feed.passedOn()))]);
  }
  for (const feed of feeds) feed.finish();
  await Promise.race([aborted, Promise.all(feeds.map((feed) => feed.passedOn()))]);
}
