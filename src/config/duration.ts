import { ConfigError } from "../problem/config-error.ts";
import type { Milliseconds } from "../time/units.ts";

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** The shortest and the longest allowed. */
export type DurationLimits = { readonly min: Milliseconds; readonly max: Milliseconds };

const UP_TO_A_DAY: DurationLimits = { min: 1 as Milliseconds, max: 86_400_000 as Milliseconds };

/**
 * Reads a duration such as `2s`, `1.92s`, `500ms`, `10m` or `24h`; a number alone is seconds.
 *
 * @param option - Its name, for the message.
 * @throws ConfigError
 */
export function parseDuration(option: string, text: string, limits: DurationLimits = UP_TO_A_DAY): Milliseconds {
  const milliseconds = readDuration(text.trim());
  if (milliseconds === undefined || milliseconds < limits.min || milliseconds > limits.max) {
    throw new ConfigError(option, text, `it must be ${durationForm(limits)}`);
  }
  return milliseconds;
}

/** The same without limits; undefined: it is no duration. */
export function readDuration(text: string): Milliseconds | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)?$/.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * unitMs[(match[2] ?? "s") as keyof typeof unitMs]) as Milliseconds;
}

/** What a duration within limits looks like, for messages. */
export function durationForm({ min, max }: DurationLimits): string {
  return `a duration such as 2s, 1.92s or 500ms, from ${formatDuration(min)} to ${formatDuration(max)}`;
}

/** A duration in the largest unit that it is whole in. */
export function formatDuration(milliseconds: Milliseconds): string {
  for (const unit of ["h", "m", "s"] as const) {
    if (milliseconds >= unitMs[unit] && milliseconds % unitMs[unit] === 0)
      return `${milliseconds / unitMs[unit]}${unit}`;
  }
  return `${milliseconds}ms`;
}
