import type { Milliseconds } from "./units.ts";

/** Reads a date, or a time with its zone, in ISO 8601, from 1970 on; undefined for anything else. */
export function isoMilliseconds(text: string): Milliseconds | undefined {
  const isIso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = isIso && isDate(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  return Number.isSafeInteger(time) && time >= 0 ? (time as Milliseconds) : undefined;
}

/** Whether there is such a day: where there is not, another would be taken for it. */
function isDate(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
