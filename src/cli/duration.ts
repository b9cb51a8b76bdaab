import { ConfigError } from "../problem/config-error.ts";
import type { Milliseconds } from "../time/units.ts";

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * Reads a duration such as `2s`, `1.92s`, `500ms`, `10m` or `24h`; a number alone is seconds.
 *
 * @param option - Its name, for the message.
 * @param limits - The shortest and longest allowed.
 * @throws ConfigError
 */
export function parseDuration(
  option: string,
  text: string,
  limits: { readonly min: Milliseconds; readonly max: Milliseconds } = { min: 1 as Milliseconds, max: DAY },
): Milliseconds {
  const allowed = `it must be a duration such as 2s, 1.92s or 500ms, from ${format(limits.min)} to ${format(limits.max)}`;
  const milliseconds = readDuration(text.trim());
  if (milliseconds === undefined || milliseconds < limits.min || milliseconds > limits.max) {
    throw new ConfigError(option, text, allowed);
  }
  return milliseconds;
}

/** The same without limits; undefined: it is no duration. */
export function readDuration(text: string): Milliseconds | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)?$/.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * unitMs[(match[2] ?? "s") as keyof typeof unitMs]) as Milliseconds;
}

const DAY = 86_400_000 as Milliseconds;

function format(milliseconds: Milliseconds): string {
  for (const unit of ["h", "m", "s"] as const) {
    if (milliseconds >= unitMs[unit] && milliseconds % unitMs[unit] === 0)
      return `${milliseconds / unitMs[unit]}${unit}`;
  }
  return `${milliseconds}ms`;
}
