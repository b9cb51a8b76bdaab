import { type CmsdStatic, type CmsdStreamingFormat, serializeCmsdStatic } from "../cmsd/cmsd-static.ts";
import type { Segment } from "../store/segment.ts";
import { mulDivRound } from "../time/rational.ts";
import { publishedValue } from "./publish-metrics.ts";
import type { PublishOptions } from "./publish-options.ts";
import {
  type PublishedNumber,
  publishProfiles,
  type QualityHeaderName,
  qualityHeaderNames,
} from "./publish-profiles.ts";

/** Values by header; a header that has nothing to say is absent. */
export type QualityHeaders = Readonly<Partial<Record<QualityHeaderName, string>>>;

/** The headers of a segment, and what found no room in them. */
export type SegmentHeaders = {
  readonly headers: QualityHeaders;
  /** Names of metrics that are missing from at least one header, most important first. */
  readonly dropped: readonly string[];
};

/** Those of a playlist (`h`) or an MPD (`d`): they have neither duration nor bit rate of their own. */
export function manifestHeaders(
  format: CmsdStreamingFormat,
  { identifier: n }: PublishOptions,
  live: boolean,
): QualityHeaders {
  return { "CMSD-Static": serializeCmsdStatic({ n, ot: "m", sf: format, st: streamType(live) }) };
}

/** Those of an init segment. HLS and DASH share it, so it names no streaming format. */
export function initHeaders({ identifier: n }: PublishOptions, live: boolean): QualityHeaders {
  return { "CMSD-Static": serializeCmsdStatic({ n, ot: "i", st: streamType(live) }) };
}

/**
 * Those of a media segment, its quality included. HLS and DASH share it, so it names no streaming format.
 *
 * No value has more bytes than `headerBudget`: of the metrics the least important are left out, from each header as many as it takes.
 * The reserved members always stay.
 *
 * @param live - More segments will follow.
 * @returns But for `at`, it comes out equal on every packager and after every restart.
 * @spec CTA-5006 (`br` in kbit/s and `d` in milliseconds, each of the object itself)
 */
export function segmentHeaders(segment: Segment, options: PublishOptions, live: boolean): SegmentHeaders {
  const numbers = publishedNumbers(segment, options);
  const reserved = reservedMembers(segment, options, live);
  const dropped = new Set<PublishedNumber>();
  const headers: Partial<Record<QualityHeaderName, string>> = {};
  for (const name of qualityHeaderNames) {
    const { write, of } = writerOf(name, reserved, options);
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
  return { headers, dropped: numbers.filter((number) => dropped.has(number)).map(({ name }) => name) };
}

/** The quality of a segment by key, where it stands elsewhere than in a header. */
export function qualityMembers(segment: Segment, options: PublishOptions): Readonly<Record<string, number>> {
  return Object.fromEntries(publishedNumbers(segment, options).map(({ key, value }) => [key, value]));
}

/** The same as a dictionary of structured fields. */
export function qualityCmsd(segment: Segment, options: PublishOptions): string {
  return serializeCmsdStatic({ custom: qualityMembers(segment, options) });
}

function publishedNumbers({ init, quality }: Segment, { metrics, keyPrefix }: PublishOptions): PublishedNumber[] {
  const numbers: PublishedNumber[] = [];
  for (const { name, key, decimals } of metrics) {
    const value = publishedValue(init.configuration.kind, quality, name, decimals);
    if (value !== undefined) numbers.push({ name, key: `${keyPrefix}-${key}`, value });
  }
  return numbers;
}

function reservedMembers(segment: Segment, { identifier }: PublishOptions, live: boolean): CmsdStatic {
  const { duration, size, availableAt, init } = segment;
  return {
    at: availableAt,
    br: mulDivRound(size * 8, init.timescale, duration * 1000),
    d: mulDivRound(duration, 1000, init.timescale),
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

function writerOf(header: QualityHeaderName, reserved: CmsdStatic, options: PublishOptions): HeaderWriter {
  const profiles = options.profiles.map((name) => publishProfiles[name]);
  if (header === "CMSD-Static") {
    const own = profiles.filter((profile) => profile.header === header);
    return {
      of: () => own.length > 0,
      write: (numbers) => {
        const custom = Object.assign({}, ...own.map(({ members }) => members(numbers, options)));
        return serializeCmsdStatic({ ...reserved, custom });
      },
    };
  }
  const own = profiles.filter((profile) => profile.header !== "CMSD-Static").find((one) => one.header === header);
  return {
    of: ({ name }) => own?.metrics.has(name) === true,
    write: (numbers) => (own === undefined || numbers.length === 0 ? undefined : own.write(numbers, options)),
  };
}
