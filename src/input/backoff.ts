import { Backoff } from "../time/backoff.ts";
import type { Milliseconds } from "../time/units.ts";

/** A first retry nobody notices. */
const FIRST: Milliseconds = 100 as Milliseconds;

/** Opening a socket or a process once a second costs nothing, and a live feed is waiting. */
const LONGEST: Milliseconds = 1000 as Milliseconds;

/** How long to wait before an input is opened again; to be reset when data has come. */
export function inputBackoff(): Backoff {
  return new Backoff({ first: FIRST, longest: LONGEST }, Math.random);
}
