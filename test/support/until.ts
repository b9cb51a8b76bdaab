import { setTimeout as sleep } from "node:timers/promises";

/** How often a condition is looked at. */
const POLL_MS = 50;

/**
 * Waits until there is something, and returns it.
 *
 * @param what - What is waited for, for the message.
 * @throws Error - when it takes too long.
 */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  milliseconds = 30_000,
): Promise<Value> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms for: ${what}`);
    await sleep(POLL_MS);
  }
}
