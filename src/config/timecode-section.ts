import type { z } from "zod";
import { FixedOffset, type LocalTime, TimeZone } from "../time/local-time.ts";
import type { Milliseconds } from "../time/units.ts";
import { defaultTimecode, type TimecodeOptions } from "../timeline/timecode-options.ts";
import { built, duration, type Field, field, ruled, section, text, word } from "./field.ts";

/** Below a second the way from the encoder is longer; half a day off, a time of day is that of another day. */
const CLOCK_ERROR_LIMITS = { min: 1000 as Milliseconds, max: 43_200_000 as Milliseconds };
/** Who waits longer waits for ever. */
const WAIT_LIMITS = { min: 0 as Milliseconds, max: 86_400_000 as Milliseconds };
/** No time zone is further ahead (Kiribati). */
const MAX_UTC_OFFSET_MINUTES = 14 * 60;

/** How a channel takes its timecodes. */
export type TimecodeSettings = {
  readonly timecode: TimecodeOptions;
  /** What is added to the numbers of segments. */
  readonly numberOffset: number;
};

/** How timecodes are taken. */
export const timecodeSection: z.ZodType<TimecodeSettings> = built(
  ruled(
    section(
      {
        source: word(["auto", "misb", "smpte", "none"], "Which timecodes tell the time.").prefault("auto"),
        utcOffset: utcOffset().optional(),
        timeZone: timeZone().optional(),
        maxClockError: duration(
          CLOCK_ERROR_LIMITS,
          "How far timecodes may lie from this machine's clock, 1s to 12h.",
        ).prefault("120s"),
        wait: duration(
          WAIT_LIMITS,
          "How long to wait for a timecode before the time of arrival has to do: up to 24h, or forever.",
          { forever: Number.POSITIVE_INFINITY as Milliseconds },
        ).prefault("0s"),
        numberOffset: numberOffset().prefault(0),
      },
      "How timecodes tell the time.",
    ),
    ({ source, utcOffset, timeZone, wait }, refuse) => {
      if (utcOffset !== undefined && timeZone !== undefined)
        refuse(["timeZone"], timeZone.name, "it excludes an offset from UTC");
      if (source === "none" && wait !== undefined && wait > 0)
        refuse(["wait"], wait === Number.POSITIVE_INFINITY ? "forever" : `${wait}ms`, NO_WAIT);
    },
  ),
  ({ source, utcOffset, timeZone, maxClockError, wait, numberOffset }) => ({
    timecode: {
      ...{ source, maxClockError, wait },
      localTime: timeZone ?? utcOffset ?? defaultTimecode.localTime,
    },
    numberOffset,
  }),
);

const NO_WAIT = "it must be 0s where the source of timecodes is none: nothing is waited for";

function utcOffset(): Field<LocalTime> {
  const form = {
    pattern: "^[+-]\\d{2}:[0-5]\\d$",
    description: "How far SMPTE timecodes are ahead of UTC, -14:00 to +14:00.",
  };
  return text(form, (given, refuse) => {
    const match = /^([+-])(\d{2}):([0-5]\d)$/.exec(given);
    const minutes = Number(match?.[2]) * 60 + Number(match?.[3]);
    if (match === null || minutes > MAX_UTC_OFFSET_MINUTES)
      return refuse("it must be hours and minutes ahead of UTC, -14:00 to +14:00, such as +02:00");
    return new FixedOffset(((match[1] === "-" ? -minutes : minutes) * 60_000) as Milliseconds);
  });
}

function timeZone(): Field<TimeZone> {
  const form = {
    description: "Whose time of day SMPTE timecodes are: a zone of the IANA database.",
    examples: ["Europe/Berlin"],
  };
  return text(form, (name, refuse) => {
    try {
      return new TimeZone(name);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return refuse("it must be a zone of the IANA time zone database, such as Europe/Berlin");
    }
  });
}

/** Encoders that count from one are one ahead. */
function numberOffset(): Field<number> {
  const form = { enum: [0, 1, "0", "1"], description: "What is added to the numbers of segments." };
  return field(form, (value, refuse) => {
    const given = typeof value === "object" ? "" : String(value);
    return given === "0" || given === "1" ? Number(given) : refuse("it must be 0 or 1");
  });
}
