import type { TimestampReport } from "../timestamp-report.ts";
import { seconds, times } from "./numbers.ts";

/** First and last timestamp, in seconds and as on the wire. */
export function timestamps({ first, last, wraps }: TimestampReport): string {
  const wrapped = wraps === 0 ? "" : `; 33 bits wrap ${times(wraps)}`;
  return `${seconds(first)} to ${seconds(last)} (${first} to ${last})${wrapped}`;
}
