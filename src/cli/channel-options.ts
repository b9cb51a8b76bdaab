import { type InputUrl, parseInputUrl } from "../input/input-url.ts";
import { type DamageHandling, damageHandlings } from "../package/damage-guard.ts";
import type { LowLatencyOptions } from "../pipeline.ts";
import { ConfigError } from "../problem/config-error.ts";
import type { PushOptions } from "../push/push-options.ts";
import { missingAnswers } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { TimecodeOptions } from "../timeline/timecode-options.ts";
import { parseDuration } from "./duration.ts";
import { parseWord } from "./parse-word.ts";
import { type PushSettings, parsePush } from "./push-settings.ts";
import {
  namesInFile,
  parseNumberOffset,
  parseTimecode,
  type TimecodeOptionNames,
  type TimecodeSettings,
} from "./timecode-settings.ts";

/** Shorter segments are all header; longer ones no player starts on. */
export const SEGMENT_LIMITS = { min: 500 as Milliseconds, max: 30_000 as Milliseconds };

/** The window is held in memory. */
export const WINDOW_LIMITS = { min: 1000 as Milliseconds, max: 86_400_000 as Milliseconds };

/** Shorter parts are requests more than media; longer ones are no low latency. At most half a segment, too. */
const PART_LIMITS = { min: 200 as Milliseconds, max: 5000 as Milliseconds };

export const DEFAULT_PART = "0.5s";
export const DEFAULT_MISSING = "empty";
export const DEFAULT_DAMAGED = "hide";
export const DEFAULT_SEGMENT = "2s";
export const DEFAULT_WINDOW = "60s";
export const DEFAULT_LISTEN = "0.0.0.0:8080";

/** First elements of paths that are not channels. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["api", "healthz", "metrics", "page", "readyz", "time"]);

/** One channel as configured and checked. */
export type ChannelOptions = {
  readonly name: string;
  readonly inputs: readonly InputUrl[];
  readonly segmentDuration: Milliseconds;
  /** Absent: segments are published when they are whole. */
  readonly lowLatency?: LowLatencyOptions;
  readonly window: Milliseconds;
  readonly damaged: DamageHandling;
  readonly timecode: TimecodeOptions;
  readonly push: readonly PushOptions[];
  /** What is added to the numbers of segments. */
  readonly numberOffset: number;
};

/** @throws ConfigError - naming `option`. */
export function parseChannelName(option: string, name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) || RESERVED_NAMES.has(name)) {
    const reserved = [...RESERVED_NAMES].join(", ");
    throw new ConfigError(
      option,
      name,
      `it must be 1 to 64 letters, digits, dots, hyphens and underscores, not starting with one of the last three, and none of ${reserved}`,
    );
  }
  return name;
}

/** @throws ConfigError - naming the option at fault under `prefix`. */
export function parseChannel(
  prefix: string,
  given: {
    readonly name: string;
    readonly inputs: readonly string[];
    readonly segment: string;
    readonly window: string;
    /** Absent: the default. */
    readonly damaged?: string | undefined;
    /** Absent: no low latency. */
    readonly lowLatency?: { readonly part: string; readonly missing: string } | undefined;
    readonly timecode?: TimecodeSettings;
    readonly push?: readonly PushSettings[];
  },
  optionNames: {
    readonly name: string;
    readonly input: string;
    readonly part: string;
    readonly missing: string;
    readonly damaged: string;
    readonly push: string;
    readonly timecode: TimecodeOptionNames;
  } = {
    name: "name",
    input: "inputs",
    part: "lowLatency.part",
    missing: "lowLatency.missing",
    damaged: "damaged",
    push: "push",
    timecode: namesInFile(prefix),
  },
): ChannelOptions {
  const name = parseChannelName(`${prefix}${optionNames.name}`, given.name);
  const inputs = given.inputs.map((text) => parseInputUrl(text, `${prefix}${optionNames.input}`));
  const segmentDuration = parseDuration(`${prefix}segment`, given.segment, SEGMENT_LIMITS);
  const window = parseDuration(`${prefix}window`, given.window, WINDOW_LIMITS);
  if (window < segmentDuration * 3) {
    throw new ConfigError(`${prefix}window`, given.window, `it must be at least three segments of ${given.segment}`);
  }
  const lowLatency =
    given.lowLatency === undefined
      ? {}
      : {
          lowLatency: {
            part: parsePart(`${prefix}${optionNames.part}`, given.lowLatency.part, segmentDuration, given.segment),
            missing: parseWord(`${prefix}${optionNames.missing}`, given.lowLatency.missing, missingAnswers),
          },
        };
  const damaged = parseWord(`${prefix}${optionNames.damaged}`, given.damaged ?? DEFAULT_DAMAGED, damageHandlings);
  const push = parsePush(`${prefix}${optionNames.push}`, given.push ?? []);
  const timecode = parseTimecode(given.timecode ?? {}, optionNames.timecode);
  const numberOffset = parseNumberOffset(given.timecode ?? {}, optionNames.timecode);
  return { name, inputs, segmentDuration, ...lowLatency, window, damaged, push, timecode, numberOffset };
}

/** @param segment - Its duration as it was given. */
function parsePart(option: string, text: string, segmentDuration: Milliseconds, segment: string): Milliseconds {
  const part = parseDuration(option, text, PART_LIMITS);
  if (part > segmentDuration / 2)
    throw new ConfigError(option, text, `it must be at most half a segment of ${segment}`);
  return part;
}

/** Where to listen. */
export type ListenAddress = { readonly host: string; readonly port: number };

/** @throws ConfigError */
export function parseListen(option: string, text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new ConfigError(option, text, "it must be HOST:PORT such as 0.0.0.0:8080, [::]:8080 or :8080");
  }
  return { host: match[1] ?? (match[2] === "" ? "0.0.0.0" : (match[2] ?? "0.0.0.0")), port };
}

/** @throws ConfigError */
export function parseIdentifier(option: string, text: string): string {
  if (!/^[\x20-\x7e]{1,64}$/.test(text))
    throw new ConfigError(option, text, "it must be 1 to 64 printable ASCII characters");
  return text;
}
