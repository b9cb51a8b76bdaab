import { listingRules } from "../store/listing-rules.ts";
import { endMicros } from "../store/media-micros.ts";
import type { ChannelSnapshot } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { xsDuration } from "./decimal-seconds.ts";
import { listedMicros } from "./low-latency-mpd.ts";
import type { MpdElement } from "./mpd-element.ts";

/** How far behind the newest media a player shall play: enough to live through one late segment and one old MPD. */
const SEGMENTS_BEHIND = 3;

/**
 * What a dynamic MPD says of time.
 *
 * Players reckon from their clock that a segment can be fetched when it ends. Here it can be fetched later by what the
 * encoder, the way to the packager and packaging take, so that this latency is added to both the delay and the depth:
 * the presentation stays inside what is listed. It is rounded up to whole seconds to be the same in each MPD.
 *
 * @spec ISO/IEC 23009-1 5.3.1.2, A.3
 */
export function liveTiming(channel: ChannelSnapshot, publishTime: Milliseconds): MpdElement {
  if (channel.lowLatency !== undefined) return lowLatencyTiming(channel, publishTime);
  const { listed } = listingRules(channel);
  const segment = channel.segmentDuration * 1000;
  const latency = latencyMicros(channel);
  const delay = SEGMENTS_BEHIND * segment;
  const closest = listed === undefined ? delay : Math.min(delay, listed - segment);
  return {
    "@type": "dynamic",
    "@availabilityStartTime": "1970-01-01T00:00:00Z",
    "@publishTime": new Date(publishTime).toISOString(),
    "@minimumUpdatePeriod": xsDuration(segment),
    ...(listed === undefined ? {} : { "@timeShiftBufferDepth": xsDuration(listed + latency) }),
    "@suggestedPresentationDelay": xsDuration(closest + latency),
  };
}

/** A player asks by its clock for what is being made, so that latency has no part in it. */
function lowLatencyTiming(channel: ChannelSnapshot, publishTime: Milliseconds): MpdElement {
  return {
    "@type": "dynamic",
    "@availabilityStartTime": "1970-01-01T00:00:00Z",
    "@publishTime": new Date(publishTime).toISOString(),
    "@minimumUpdatePeriod": xsDuration(channel.segmentDuration * 1000),
    "@timeShiftBufferDepth": xsDuration(listedMicros(channel)),
  };
}

/** The longest that a segment listed could be fetched after its end, in whole seconds; 0 where that is not known. */
function latencyMicros(channel: ChannelSnapshot): number {
  const latencies = channel.tracks.flatMap(({ segments }) =>
    segments.map((segment) =>
      segment.availableAt === undefined ? 0 : segment.availableAt * 1000 - endMicros(segment),
    ),
  );
  const longest = latencies.reduce((a, b) => Math.max(a, b), 0);
  return Math.ceil(longest / 1_000_000) * 1_000_000;
}
