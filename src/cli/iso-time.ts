import { ConfigError } from "../problem/config-error.ts";
import { isoMilliseconds } from "../time/iso-time.ts";
import type { Milliseconds } from "../time/units.ts";

/**
 * Reads a date, or a time with its zone, in ISO 8601.
 *
 * @param option - Its name, for the message.
 * @throws ConfigError
 */
export function parseIsoTime(option: string, text: string): Milliseconds {
  const time = isoMilliseconds(text);
  if (time === undefined) {
    throw new ConfigError(
      option,
      text,
      "it must be an ISO 8601 date, or a time with its zone, from 1970 on, such as 2026-01-01T12:00:00Z",
    );
  }
  return time;
}
