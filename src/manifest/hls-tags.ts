/**
 * The tags of a media playlist, one function or constant each, named like the tag.
 *
 * Written here because a library's writer is quadratic in the number of segments, and a media playlist is written at
 * every segment.
 *
 * @spec rfc8216bis 4.4
 */
import { decimalSeconds } from "./decimal-seconds.ts";

/**
 * What the newest segment's CMSD header says of its quality: no tag of the specification, which players pass over.
 *
 * @param members - A dictionary (RFC 8941, 3.2).
 */
export function cmsdStatic(members: string): string {
  return `#EXT-X-CMSD-STATIC:${members}`;
}

/**
 * What is said of a stretch of time.
 *
 * @param id - Like no other in the playlist.
 * @param attributes - All others, as an attribute list.
 */
export function dateRange(id: string, attributes: string): string {
  return `#EXT-X-DATERANGE:ID="${id}",${attributes}`;
}

/** Segments are missing here that no gap entries stand for. */
export const DISCONTINUITY = "#EXT-X-DISCONTINUITY";

/**
 * Discontinuities before the first segment listed: where segments leave the list there are none. Without the tag it
 * would mean the same, but Apple's authoring specification wants it always.
 */
export const DISCONTINUITY_SEQUENCE = "#EXT-X-DISCONTINUITY-SEQUENCE:0";

/** Nothing will be added. */
export const ENDLIST = "#EXT-X-ENDLIST";

/** Opens every playlist. */
export const EXTM3U = "#EXTM3U";

/** The segment that follows is missing. */
export const GAP = "#EXT-X-GAP";

/** Duration of the segment that follows. */
export function extinf(micros: number): string {
  return `#EXTINF:${decimalSeconds(micros)},`;
}

/**
 * An instant as tags write it, to the nearest millisecond.
 *
 * @param micros - Since 1970-01-01T00:00:00Z.
 */
export function isoDate(micros: number): string {
  return new Date(Math.round(micros / 1000)).toISOString();
}

/** The init segment of the segments that follow. */
export function map(uri: string): string {
  return `#EXT-X-MAP:URI="${uri}"`;
}

/** Number of the first segment listed. */
export function mediaSequence(number: number): string {
  return `#EXT-X-MEDIA-SEQUENCE:${number}`;
}

/**
 * A part of the segment that follows, or is being made.
 *
 * @param micros - Its duration.
 */
export function part(uri: string, micros: number, { independent }: { readonly independent: boolean }): string {
  const tail = independent ? ",INDEPENDENT=YES" : "";
  return `#EXT-X-PART:DURATION=${decimalSeconds(micros)},URI="${uri}"${tail}`;
}

/** @param micros - No part lasts longer. */
export function partInf(micros: number): string {
  return `#EXT-X-PART-INF:PART-TARGET=${decimalSeconds(micros)}`;
}

/** What the playlist promises of its future; a live one, which slides, promises nothing and has no such tag. */
export function playlistType(type: "VOD"): string {
  return `#EXT-X-PLAYLIST-TYPE:${type}`;
}

/** The part that is expected next: who asks for it gets it as soon as it is there. */
export function preloadHint(uri: string): string {
  return `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${uri}"`;
}

/**
 * When the first sample of the segment that follows was shown.
 *
 * @param micros - Since 1970-01-01T00:00:00Z; written to the nearest millisecond.
 */
export function programDateTime(micros: number): string {
  return `#EXT-X-PROGRAM-DATE-TIME:${isoDate(micros)}`;
}

/**
 * How far another playlist of the channel has come.
 *
 * @param part - The last part of its last segment; absent where that was not published in parts.
 */
export function renditionReport(uri: string, number: number, part: number | undefined): string {
  return `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${number}${part === undefined ? "" : `,LAST-PART=${part}`}`;
}

/**
 * What the server does for who reads the playlist.
 *
 * @param skipUntil - How far from the end a delta update leaves segments out, in microseconds; absent: there are none.
 * @param partHoldBack - How far from the end to play at least, in microseconds.
 */
export function serverControl(skipUntil: number | undefined, partHoldBack: number): string {
  const skips = skipUntil === undefined ? "" : `,CAN-SKIP-UNTIL=${decimalSeconds(skipUntil)}`;
  return `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES${skips},PART-HOLD-BACK=${decimalSeconds(partHoldBack)}`;
}

/** In place of the oldest segments, which the client has. */
export function skip(segments: number): string {
  return `#EXT-X-SKIP:SKIPPED-SEGMENTS=${segments}`;
}

/** Whole seconds no segment's rounded duration exceeds. */
export function targetDuration(seconds: number): string {
  return `#EXT-X-TARGETDURATION:${seconds}`;
}

/** The lowest protocol version that has what the playlist uses. */
export function version(number: number): string {
  return `#EXT-X-VERSION:${number}`;
}
