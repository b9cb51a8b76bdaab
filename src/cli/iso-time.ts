import { ConfigError } from "../problem/config-error.ts";
import type { Milliseconds } from "../time/units.ts";

/**
 * Reads a date, or a time with its zone, in ISO 8601.
 *
 * @param option - Its name, for the message.
 * @throws ConfigError
 */
export function parseIsoTime(option: string, text: string): Milliseconds {
  const isIso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = isIso && isDate(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new ConfigError(
      option,
      text,
      "it must be an ISO 8601 date, or a time with its zone, from 1970 on, such as 2026-01-01T12:00:00Z",
    );
  }
  return time as Milliseconds;
}

/** Whether there is such a day: where there is not, another would be taken for it. */
function isDate(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
