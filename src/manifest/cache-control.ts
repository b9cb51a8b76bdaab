import type { ChannelSnapshot } from "../store/segment.ts";

/** For answers that the next second may change. */
export const NO_STORE = "no-store";

/** For an object whose URL is the digest of its content: a year, the longest that caches honour. */
export const FOR_EVER = "public, max-age=31536000, immutable";

/** For what may still be fetched a day later because the channel keeps everything, in seconds. */
const UNBOUNDED_WINDOW = 86_400;

/** An ended channel does not change, but its name may be used again for another file. Seconds. */
const ENDED_MANIFEST = 3600;

/**
 * How long a cache may keep a playlist or an MPD: half a target duration while it grows.
 *
 * @spec draft-pantos-hls-rfc8216bis, Appendix B (0.5 target durations without blocking reload)
 */
export function manifestCacheControl({
  ended,
  targetDuration,
}: Pick<ChannelSnapshot, "ended" | "targetDuration">): string {
  return `public, max-age=${ended ? ENDED_MANIFEST : Math.max(1, Math.floor(targetDuration / 2))}`;
}

/**
 * The same of a playlist that was waited for, and of the answer that what is asked of it makes no sense: its URL will never mean anything
 * newer.
 *
 * @spec draft-pantos-hls-rfc8216bis, Appendix B (six target durations for a blocking reload, four for its errors)
 */
export function blockingCacheControl({ targetDuration }: ChannelSnapshot): string {
  return `public, max-age=${6 * targetDuration}`;
}

export function blockingErrorCacheControl({ targetDuration }: ChannelSnapshot): string {
  return `public, max-age=${4 * targetDuration}`;
}

/** Of the answer that a part which was expected will not come. @spec draft-pantos-hls-rfc8216bis, Appendix B */
export function neverCameCacheControl({ targetDuration }: ChannelSnapshot): string {
  return `public, max-age=${targetDuration}`;
}

/** What decides how long segments stay. */
type Lasting = Pick<ChannelSnapshot, "window" | "targetDuration">;

/**
 * How long a cache may keep a segment: as long as manifests list it, and at least six target durations.
 *
 * @spec draft-pantos-hls-rfc8216bis, Appendix B (six target durations for media)
 */
export function segmentCacheControl(channel: Lasting): string {
  return `public, max-age=${segmentLifetime(channel)}, immutable`;
}

/** The same for the answer that a segment has left the window, which it never enters again. */
export function goneCacheControl(channel: Lasting): string {
  return `public, max-age=${segmentLifetime(channel)}`;
}

function segmentLifetime({ window, targetDuration }: Lasting): number {
  const listed = window === undefined ? UNBOUNDED_WINDOW : Math.ceil(window / 1000);
  return Math.max(6 * targetDuration, listed);
}
