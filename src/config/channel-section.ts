import { z } from "zod";
import { type InputUrl, parseInputUrl } from "../input/input-url.ts";
import { type DamageHandling, damageHandlings } from "../package/damage-guard.ts";
import type { PushOptions } from "../push/push-options.ts";
import { type MissingAnswer, missingAnswers } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { TimecodeOptions } from "../timeline/timecode-options.ts";
import { withPassphrase } from "./credentials.ts";
import {
  DEFAULT_DAMAGED,
  DEFAULT_MISSING,
  DEFAULT_PART,
  DEFAULT_SEGMENT,
  DEFAULT_WINDOW,
  SEGMENT_LIMITS,
} from "./defaults.ts";
import { type DurationLimits, formatDuration } from "./duration.ts";
import { built, duration, type Refusal, ruled, section, text, word } from "./field.ts";
import { isMap } from "./json-node.ts";
import { pushSection } from "./push-section.ts";
import { timecodeSection } from "./timecode-section.ts";

/** The window is held in memory. */
const WINDOW_LIMITS: DurationLimits = { min: 1000 as Milliseconds, max: 86_400_000 as Milliseconds };

/** Shorter parts are requests more than media; longer ones are no low latency. At most half a segment, too. */
const PART_LIMITS: DurationLimits = { min: 200 as Milliseconds, max: 5000 as Milliseconds };

const MAX_INPUTS = 64;
/** Each has a connection for each track. */
const MAX_TARGETS = 16;

/** First elements of paths that are not channels. */
const RESERVED_NAMES: readonly string[] = ["api", "healthz", "metrics", "page", "readyz", "time"];

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NAME_FORM = `it must be 1 to 64 letters, digits, dots, hyphens and underscores, not starting with one of the last three, and none of ${RESERVED_NAMES.join(", ")}`;

/** One channel as configured and checked. */
export type ChannelOptions = {
  readonly name: string;
  readonly inputs: readonly InputUrl[];
  readonly segmentDuration: Milliseconds;
  /** Absent: segments are published when they are whole. */
  readonly lowLatency?: { readonly part: Milliseconds; readonly missing: MissingAnswer };
  readonly window: Milliseconds;
  readonly damaged: DamageHandling;
  readonly timecode: TimecodeOptions;
  readonly push: readonly PushOptions[];
  /** What is added to the numbers of segments. */
  readonly numberOffset: number;
};

const targets = ruled(
  z.array(pushSection).max(MAX_TARGETS).meta({ description: "Receivers that each segment is sent to." }),
  (given, refuse) => {
    const urls = given.map(targetHref);
    for (const [i, url] of urls.entries())
      if (url !== undefined && urls.indexOf(url) < i) refuse([i, "url"], url, "another target has that URL");
  },
);

const channel = section(
  {
    name: text({ pattern: NAME.source, description: "First element of the channel's URLs." }, (name, refuse) =>
      NAME.test(name) && !RESERVED_NAMES.includes(name) ? name : refuse(NAME_FORM),
    ),
    inputs: z
      .array(
        text({ description: "srt://:9000, udp://:5000, a file's path, or - for standard input." }, (url) =>
          parseInputUrl(withPassphrase("", url), ""),
        ),
      )
      .min(1)
      .max(MAX_INPUTS)
      .meta({ description: "Transport streams of one programme." }),
    segment: duration(SEGMENT_LIMITS, "Nominal duration of a segment, 0.5s to 30s.").prefault(DEFAULT_SEGMENT),
    lowLatency: section(
      {
        part: duration(PART_LIMITS, "About how long a part lasts, 200ms to 5s.").prefault(DEFAULT_PART),
        missing: word(missingAnswers, "What the URL of a segment that never came answers.").prefault(DEFAULT_MISSING),
      },
      "Segments are published in parts while they are made.",
    ).optional(),
    window: duration(WINDOW_LIMITS, "How much of the past the manifests list, held in memory.").prefault(
      DEFAULT_WINDOW,
    ),
    damaged: word(damageHandlings, "What becomes of pictures that cannot be decoded.").prefault(DEFAULT_DAMAGED),
    push: targets.prefault([]),
    timecode: timecodeSection.prefault({}),
  },
  "A live channel.",
);

function checkDurations(given: Partial<z.output<typeof channel>>, refuse: Refusal): void {
  const { segment, window, lowLatency } = given;
  if (segment === undefined) return;
  if (window !== undefined && window < segment * 3)
    refuse(["window"], formatDuration(window), `it must be at least three segments of ${formatDuration(segment)}`);
  const part = lowLatency?.part;
  if (part !== undefined && part > segment / 2)
    refuse(
      ["lowLatency", "part"],
      formatDuration(part),
      `it must be at most half a segment of ${formatDuration(segment)}`,
    );
}

/** Where a target is; undefined where it could not be read. */
export function targetHref(target: unknown): string | undefined {
  return isMap(target) && target["url"] instanceof URL ? target["url"].href : undefined;
}

/** One live channel. */
export const channelSection: z.ZodType<ChannelOptions> = built(
  ruled(channel, checkDurations),
  ({ segment, timecode, lowLatency, ...rest }) => ({
    ...rest,
    segmentDuration: segment,
    ...(lowLatency === undefined ? {} : { lowLatency }),
    ...timecode,
  }),
);
