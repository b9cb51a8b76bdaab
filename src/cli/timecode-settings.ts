import { ConfigError } from "../problem/config-error.ts";
import { FixedOffset, type LocalTime, TimeZone } from "../time/local-time.ts";
import type { Milliseconds } from "../time/units.ts";
import { defaultTimecode, type TimecodeOptions } from "../timeline/timecode-options.ts";
import { parseDuration } from "./duration.ts";

/** Below a second the way from the encoder is longer; half a day off, a time of day is that of another day. */
const CLOCK_ERROR_LIMITS = { min: 1000 as Milliseconds, max: 43_200_000 as Milliseconds };
/** Who waits longer waits for ever. */
const WAIT_LIMITS = { min: 0 as Milliseconds, max: 86_400_000 as Milliseconds };
/** What is allowed for a wait. */
export const WAIT_FORMS: string = "it must be a duration up to 24h, such as 0s or 30s, or forever";
/** No time zone is further ahead (Kiribati). */
const MAX_UTC_OFFSET_MINUTES = 14 * 60;
/** Encoders that count from one are one ahead. */
const MAX_NUMBER_OFFSET = 1;

/** How a channel takes its timecodes, as given. */
export type TimecodeSettings = {
  readonly source?: string | undefined;
  readonly utcOffset?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly maxClockError?: string | undefined;
  readonly wait?: string | undefined;
  readonly numberOffset?: string | number | undefined;
};

/** What each setting is called where it was given. */
export type TimecodeOptionNames = { readonly [setting in keyof Required<TimecodeSettings>]: string };

/** @param prefix - The path of the channel in a configuration file. */
export function namesInFile(prefix: string): TimecodeOptionNames {
  const path = `${prefix}timecode.`;
  return {
    source: `${path}source`,
    utcOffset: `${path}utcOffset`,
    timeZone: `${path}timeZone`,
    maxClockError: `${path}maxClockError`,
    wait: `${path}wait`,
    numberOffset: `${path}numberOffset`,
  };
}

export const TIMECODE_FLAGS: TimecodeOptionNames = {
  source: "--timecode",
  utcOffset: "--utc-offset",
  timeZone: "--time-zone",
  maxClockError: "--max-clock-error",
  wait: "--timecode-wait",
  numberOffset: "--number-offset",
};

/** @throws ConfigError - naming the option at fault. */
export function parseTimecode(given: TimecodeSettings, names: TimecodeOptionNames): TimecodeOptions {
  const { source, utcOffset, timeZone, maxClockError, wait } = given;
  if (utcOffset !== undefined && timeZone !== undefined) {
    throw new ConfigError(names.timeZone, timeZone, `it excludes ${names.utcOffset}`);
  }
  if (source === "none" && wait !== undefined && wait !== "0s") {
    throw new ConfigError(names.wait, wait, `it must be 0s where ${names.source} is none: nothing is waited for`);
  }
  return {
    source: source === undefined ? defaultTimecode.source : parseSource(names.source, source),
    localTime:
      timeZone !== undefined
        ? parseTimeZone(names.timeZone, timeZone)
        : utcOffset !== undefined
          ? parseUtcOffset(names.utcOffset, utcOffset)
          : defaultTimecode.localTime,
    maxClockError:
      maxClockError === undefined
        ? defaultTimecode.maxClockError
        : parseDuration(names.maxClockError, maxClockError, CLOCK_ERROR_LIMITS),
    wait: wait === undefined ? defaultTimecode.wait : parseWait(names.wait, wait),
  };
}

/** @throws ConfigError */
export function parseNumberOffset(given: TimecodeSettings, names: TimecodeOptionNames): number {
  const text = given.numberOffset ?? 0;
  const offset = typeof text === "number" || /^\d$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(offset) || offset < 0 || offset > MAX_NUMBER_OFFSET) {
    throw new ConfigError(names.numberOffset, text, "it must be 0 or 1");
  }
  return offset;
}

function parseSource(option: string, text: string): TimecodeOptions["source"] {
  const source = (["auto", "misb", "smpte", "none"] as const).find((one) => one === text);
  if (source === undefined) throw new ConfigError(option, text, "it must be auto, misb, smpte or none");
  return source;
}

function parseUtcOffset(option: string, text: string): LocalTime {
  const match = /^([+-])(\d{2}):([0-5]\d)$/.exec(text);
  const minutes = Number(match?.[2]) * 60 + Number(match?.[3]);
  if (match === null || minutes > MAX_UTC_OFFSET_MINUTES) {
    throw new ConfigError(option, text, "it must be hours and minutes ahead of UTC, -14:00 to +14:00, such as +02:00");
  }
  return new FixedOffset(((match[1] === "-" ? -minutes : minutes) * 60_000) as Milliseconds);
}

function parseTimeZone(option: string, text: string): LocalTime {
  try {
    return new TimeZone(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError(option, text, "it must be a zone of the IANA time zone database, such as Europe/Berlin");
  }
}

function parseWait(option: string, text: string): Milliseconds {
  if (text === "forever") return Number.POSITIVE_INFINITY as Milliseconds;
  try {
    return parseDuration(option, text, WAIT_LIMITS);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(option, text, WAIT_FORMS);
  }
}
