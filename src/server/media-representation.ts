import { emptySegment } from "../cmaf/media-segment.ts";
import { FOR_EVER, segmentCacheControl } from "../manifest/cache-control.ts";
import type { QualityHeaders } from "../quality/publish-headers.ts";
import type { ChannelSnapshot, InitSegment, Part, Segment } from "../store/segment.ts";
import type { Representation } from "./representation.ts";

/** An init segment as it is served. Its id is the digest of its bytes, so the URL can mean nothing else, ever. */
export function initRepresentation(init: InitSegment, headers: QualityHeaders): Representation {
  return {
    contentType: mediaType(init),
    cacheControl: FOR_EVER,
    etag: init.id,
    body: [init.bytes],
    size: init.bytes.length,
    headers,
    ranges: true,
  };
}

/**
 * A segment as it is served.
 *
 * Its entity tag is made without reading the bytes and comes out equal on every packager and after every restart.
 * Should two packagers have received different bytes, a different size all but always tells.
 */
export function segmentRepresentation(
  segment: Segment,
  channel: ChannelSnapshot,
  headers: QualityHeaders,
): Representation {
  return {
    contentType: mediaType(segment.init),
    cacheControl: segmentCacheControl(channel),
    etag: `${segment.init.id}-${segment.number}-${segment.size}`,
    body: segment.body,
    size: segment.size,
    headers,
    ranges: true,
  };
}

/** What stands for a segment that never came. */
export function missingRepresentation(
  { init, number }: { readonly init: InitSegment; readonly number: number },
  cacheControl: string,
  headers: QualityHeaders,
): Representation {
  const bytes = emptySegment();
  return {
    contentType: mediaType(init),
    cacheControl,
    etag: `${init.id}-${number}-${bytes.length}`,
    body: [bytes],
    size: bytes.length,
    headers,
    ranges: true,
  };
}

/** A part as it is served. Like a segment it never changes. */
export function partRepresentation(part: Part, channel: ChannelSnapshot, headers: QualityHeaders): Representation {
  return {
    contentType: mediaType(part.init),
    cacheControl: segmentCacheControl(channel),
    etag: `${part.init.id}-${part.number}.${part.index}-${part.size}`,
    body: part.body,
    size: part.size,
    headers,
    ranges: true,
  };
}

/**
 * One type for the init segment and the segments of a track, the same that the MPD gives as `@mimeType`.
 * `video/iso.segment` would say no more, and has no counterpart for audio.
 */
export function mediaType({ configuration }: InitSegment): string {
  return `${configuration.kind}/mp4`;
}
