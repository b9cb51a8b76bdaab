import { type CmsdStatic, type CmsdStreamingFormat, serializeCmsdStatic } from "../cmsd/cmsd-static.ts";
import type { InitSegment, OpenSegment, Part, PreviousSegment, Segment } from "../store/segment.ts";
import { mulDivRound } from "../time/rational.ts";
import type { Milliseconds } from "../time/units.ts";
import { publishedValue } from "./publish-metrics.ts";
import { PREVIOUS, type PublishOptions } from "./publish-options.ts";
import {
  type PublishedNumber,
  publishProfiles,
  type QualityHeaderName,
  qualityHeaderNames,
} from "./publish-profiles.ts";
import { MISSING_QUALITY, type QualityRecord } from "./quality-record.ts";

/** Values by header; a header that has nothing to say is absent. */
export type QualityHeaders = Readonly<Partial<Record<QualityHeaderName, string>>>;

/** The headers of a segment, and what found no room in them. */
export type SegmentHeaders = {
  readonly headers: QualityHeaders;
  /** Names of metrics that are missing from at least one header, most important first. */
  readonly dropped: readonly string[];
};

/**
 * Those of a playlist (`h`) or an MPD (`d`): they have neither duration nor bit rate of their own.
 *
 * @param heldFor - How long the request was held, in milliseconds.
 */
export function manifestHeaders(
  format: CmsdStreamingFormat,
  { identifier: n }: PublishOptions,
  live: boolean,
  heldFor?: number,
): QualityHeaders {
  return { "CMSD-Static": serializeCmsdStatic({ ht: heldFor, n, ot: "m", sf: format, st: streamType(live) }) };
}

/** Those of an init segment. HLS and DASH share it, so it names no streaming format. */
export function initHeaders({ identifier: n }: PublishOptions, live: boolean): QualityHeaders {
  return { "CMSD-Static": serializeCmsdStatic({ n, ot: "i", st: streamType(live) }) };
}

/**
 * Those of a media segment, its quality included; in low latency that of the segment before as well. HLS and DASH share it, so it
 * names no streaming format.
 *
 * No value has more bytes than `headerBudget`: of the metrics the least important are left out, from each header as many as it takes, those
 * of the segment before first. The reserved members always stay.
 *
 * @param live - More segments will follow.
 * @returns But for `at`, it comes out equal on every packager and after every restart.
 * @spec CTA-5006 (`br` in kbit/s and `d` in milliseconds, each of the object itself)
 */
export function segmentHeaders(segment: Segment, options: PublishOptions, live: boolean): SegmentHeaders {
  const { init, previous } = segment;
  const numbers = [
    ...publishedNumbers(init, segment.quality, options),
    ...(previous === undefined ? [] : previousNumbers(init, previous, options)),
  ];
  return writeHeaders(
    numbers,
    { ...mediaMembers(segment, options, live), ...lengthMembers(segment) },
    options,
    previous,
  );
}

/** What is known of a response before it is sent, in low latency. */
export type HeldResponse = {
  /** How long the request was held, in milliseconds; absent: it was not. */
  readonly heldFor?: number | undefined;
};

/**
 * Those of a part, or of a segment that is being made: the quality of the segment before, under keys of its own, as that of this one is
 * not known yet.
 *
 * @param open - The segment.
 * @param part - Absent: the segment itself, of which neither size nor duration is known.
 */
export function openHeaders(
  open: Pick<OpenSegment, "init"> & {
    readonly previous?: PreviousSegment | undefined;
    readonly availableAt?: Milliseconds | undefined;
  },
  part: Part | undefined,
  { heldFor }: HeldResponse,
  options: PublishOptions,
): QualityHeaders {
  const { init, previous } = open;
  const numbers = previous === undefined ? [] : previousNumbers(init, previous, options);
  const reserved = {
    ...mediaMembers(part ?? open, options, true),
    ...(part === undefined ? {} : lengthMembers(part)),
    ht: heldFor,
  };
  return writeHeaders(numbers, reserved, options, previous).headers;
}

/**
 * Those of a segment of which nothing came: its score is 0.
 *
 * @param init - What it would have needed.
 */
export function missingHeaders(init: InitSegment, options: PublishOptions): QualityHeaders {
  const numbers = publishedNumbers(init, MISSING_QUALITY, options);
  return writeHeaders(numbers, mediaMembers({ init }, options, true), options, undefined).headers;
}

/** What the keys of the segment before begin with. */
function previousPrefix({ keyPrefix }: PublishOptions): string {
  return `${keyPrefix}-${PREVIOUS}`;
}

/** What its number is called. */
const PREVIOUS_NUMBER = "seg";

function writeHeaders(
  numbers: readonly PublishedNumber[],
  reserved: CmsdStatic,
  options: PublishOptions,
  previous: PreviousSegment | undefined,
): SegmentHeaders {
  const dropped = new Set<PublishedNumber>();
  const headers: Partial<Record<QualityHeaderName, string>> = {};
  for (const name of qualityHeaderNames) {
    const { write, of } = writerOf(name, reserved, options, previous);
    const candidates = numbers.filter(of);
    let kept = candidates.length;
    let value = write(candidates);
    // All that headers hold is ASCII: characters are bytes.
    while (kept > 0 && value !== undefined && value.length > options.headerBudget) {
      dropped.add(candidates[--kept]!);
      value = write(candidates.slice(0, kept));
    }
    if (value !== undefined) headers[name] = value;
  }
  const isDropped = numbers.filter((number) => dropped.has(number));
  return { headers, dropped: isDropped.map(({ name, isPrevious }) => (isPrevious ? `${PREVIOUS}-${name}` : name)) };
}

/** The quality of a segment by key, where it stands elsewhere than in a header. */
export function qualityMembers(segment: Segment, options: PublishOptions): Readonly<Record<string, number>> {
  const numbers = publishedNumbers(segment.init, segment.quality, options);
  return Object.fromEntries(numbers.map(({ key, value }) => [key, value]));
}

/** What is known of the segment before by key, with its number, as headers of one that is being made have it; empty where there is none. */
export function previousMembers(
  { init, previous }: { readonly init: InitSegment; readonly previous: PreviousSegment | undefined },
  options: PublishOptions,
): Readonly<Record<string, number>> {
  if (previous === undefined) return {};
  const numbers = previousNumbers(init, previous, options).map(({ key, value }) => [key, value] as const);
  return Object.fromEntries([...numbers, [`${previousPrefix(options)}-${PREVIOUS_NUMBER}`, previous.number]]);
}

/** The quality of a segment as a dictionary of structured fields. */
export function qualityCmsd(segment: Segment, options: PublishOptions): string {
  return serializeCmsdStatic({ custom: qualityMembers(segment, options) });
}

/** The bit rate of a segment or part in whole kbit/s and its duration in whole milliseconds. */
export function lengthMembers({ duration, size, init }: Pick<Segment, "duration" | "size" | "init">): {
  readonly br: number;
  readonly d: number;
} {
  return {
    br: mulDivRound(size * 8, init.timescale, duration * 1000),
    d: mulDivRound(duration, 1000, init.timescale),
  };
}

function publishedNumbers(
  { configuration }: InitSegment,
  quality: QualityRecord,
  { metrics, keyPrefix }: PublishOptions,
): PublishedNumber[] {
  const numbers: PublishedNumber[] = [];
  for (const { name, key, decimals } of metrics) {
    const value = publishedValue(configuration.kind, quality, name, decimals);
    if (value !== undefined) numbers.push({ name, key: `${keyPrefix}-${key}`, value });
  }
  return numbers;
}

function previousNumbers(init: InitSegment, { quality }: PreviousSegment, options: PublishOptions): PublishedNumber[] {
  const numbers = publishedNumbers(init, quality, { ...options, keyPrefix: previousPrefix(options) });
  return numbers.map((number) => ({ ...number, isPrevious: true }));
}

function mediaMembers(
  { availableAt, init }: Pick<Segment, "init"> & { readonly availableAt?: Milliseconds | undefined },
  { identifier }: PublishOptions,
  live: boolean,
): CmsdStatic {
  return {
    at: availableAt,
    n: identifier,
    ot: init.configuration.kind === "video" ? "v" : "a",
    st: streamType(live),
  };
}

function streamType(live: boolean): "l" | "v" {
  return live ? "l" : "v";
}

/** What writes one header of the numbers it can tell of; undefined: there is nothing to say. */
type HeaderWriter = {
  readonly of: (number: PublishedNumber) => boolean;
  readonly write: (numbers: readonly PublishedNumber[]) => string | undefined;
};

function writerOf(
  header: QualityHeaderName,
  reserved: CmsdStatic,
  options: PublishOptions,
  previous: PreviousSegment | undefined,
): HeaderWriter {
  const profiles = options.profiles.map((name) => publishProfiles[name]);
  if (header === "CMSD-Static") {
    const own = profiles.filter((profile) => profile.header === header);
    const members = (numbers: readonly PublishedNumber[], options: PublishOptions): CmsdStatic["custom"] =>
      Object.assign({}, ...own.map((profile) => profile.members(numbers, options)));
    return {
      of: () => own.length > 0,
      write: (numbers) => {
        const before = numbers.filter(({ isPrevious }) => isPrevious);
        const custom = members(
          numbers.filter(({ isPrevious }) => !isPrevious),
          options,
        );
        if (previous === undefined || before.length === 0)
          return serializeCmsdStatic({ ...reserved, custom: { ...custom } });
        const prefix = previousPrefix(options);
        const deferred = {
          ...members(before, { ...options, keyPrefix: prefix }),
          [`${prefix}-${PREVIOUS_NUMBER}`]: previous.number,
        };
        return serializeCmsdStatic({ ...reserved, custom: { ...custom, ...deferred } });
      },
    };
  }
  // They have no word for another segment.
  const own = profiles.filter((profile) => profile.header !== "CMSD-Static").find((one) => one.header === header);
  return {
    of: ({ name, isPrevious }) => isPrevious !== true && own?.metrics.has(name) === true,
    write: (numbers) => (own === undefined || numbers.length === 0 ? undefined : own.write(numbers, options)),
  };
}
