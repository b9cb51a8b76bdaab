import type { ChannelSnapshot, LowLatency, TrackSnapshot } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { BadRequestError } from "./bad-request-error.ts";
import { shown, singleValue } from "./request-query.ts";

/** What a client asks of a playlist of low latency. @spec rfc8216bis 6.2.5 */
export type DeliveryDirectives = {
  /** Wait until this segment is there; with `part`, until that part of it is. */
  readonly number?: number;
  readonly part?: number;
  /** A delta update will do. */
  readonly skips: boolean;
};

/** In target durations: a request is held no longer. @spec rfc8216bis 6.2.5.2 */
const LONGEST_WAIT = 3;

/** A client may ask for a segment this far ahead of the last that is listed, and as far ahead in parts as they take in these seconds. */
const SEGMENTS_AHEAD = 2;
const PARTS_AHEAD_MICROS = 3_000_000;
const FEWEST_PARTS_AHEAD = 3;

/**
 * Reads the delivery directives of a request; other parameters, whose names are free, are passed over.
 *
 * @throws BadRequestError
 */
export function readDirectives(url: string): DeliveryDirectives {
  const at = url.indexOf("?");
  const query = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
  const number = readNumber(query, "_HLS_msn");
  const part = readNumber(query, "_HLS_part");
  if (number === undefined && part !== undefined) throw new BadRequestError("_HLS_part needs _HLS_msn.");
  const skip = singleValue(query, "_HLS_skip");
  return {
    ...(number === undefined ? {} : { number }),
    ...(part === undefined ? {} : { part }),
    // v2 asks for more than is offered, which is as good as not to.
    skips: skip === "YES" || skip === "v2",
  };
}

function readNumber(query: URLSearchParams, name: string): number | undefined {
  const text = singleValue(query, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new BadRequestError(`${name} is ${shown(text)}, and must be a whole number.`);
  return Number(text);
}

/** Whether a playlist has what is waited for, or something later. */
export function hasCome({ segments, open }: TrackSnapshot, number: number, part: number | undefined): boolean {
  const last = segments.at(-1)!;
  if (part === undefined || last.number > number) return last.number >= number;
  const newest = open?.number ?? last.number;
  if (newest > number) return true;
  // A part past the last of a whole segment is the first of the next.
  const parts = last.number === number ? last.parts : open?.number === number ? open.parts : [];
  return parts === undefined || parts.length > part;
}

/**
 * Refuses to wait for what is too far ahead.
 *
 * @throws BadRequestError
 * @spec rfc8216bis 6.2.5.2
 */
export function checkNotTooFar(
  { segments, open }: TrackSnapshot,
  { partTarget }: LowLatency,
  { number, part }: DeliveryDirectives,
): void {
  if (number === undefined) return;
  const last = segments.at(-1)!;
  const newest = open?.number ?? last.number;
  if (number > newest + SEGMENTS_AHEAD) {
    throw new BadRequestError(`_HLS_msn is ${number}, more than ${SEGMENTS_AHEAD} after the last segment, ${newest}.`);
  }
  const ahead = partTarget < 1_000_000 ? Math.ceil(PARTS_AHEAD_MICROS / partTarget) : FEWEST_PARTS_AHEAD;
  const parts = (open ?? last).parts?.length ?? 0;
  const limit = number > newest ? ahead : parts - 1 + ahead;
  if (part !== undefined && number >= newest && part > limit) {
    throw new BadRequestError(`_HLS_part is ${part}, more than ${ahead} parts ahead.`);
  }
}

/** How long a request of a channel is held at most. */
export function longestWait({ targetDuration }: ChannelSnapshot): Milliseconds {
  return (LONGEST_WAIT * targetDuration * 1000) as Milliseconds;
}
