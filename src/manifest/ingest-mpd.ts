import type { ChannelSnapshot, Segment } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { adaptationSets } from "./adaptation-set.ts";
import { xsDuration } from "./decimal-seconds.ts";
import { mpdText } from "./mpd.ts";
import type { Rendition } from "./rendition.ts";

/** What objects are called below the publishing point, by track. */
export type ObjectTemplates = (track: Rendition["snapshot"]["track"]) => {
  readonly initialization: string;
  readonly media: string;
};

/**
 * Writes the MPD that tells a receiver of CMAF ingest, before or while they come, which tracks there are and how their objects are named. It
 * needs no update: numbers follow from the time.
 *
 * @returns Undefined where segments are not of one length, so that no number does.
 * @spec DASH-IF ingest 1.2, interface 1, rule 16; ISO/IEC 23009-1 5.3.9.4.4
 */
export function writeIngestMpd(
  channel: ChannelSnapshot,
  publishTime: Milliseconds,
  templates: ObjectTemplates,
): string | undefined {
  const { tracks, segmentDuration, targetDuration } = channel;
  const regular = tracks[0]!.segments.find(isOnGrid);
  if (regular === undefined) return undefined;
  const { number, start, duration, init } = regular;
  const first = number - start / duration;
  if (first < 0) return undefined;
  const addressing = {
    origin: 0,
    template: ({ snapshot: { track } }: Rendition) => {
      const { initialization, media } = templates(track);
      return {
        "@timescale": init.timescale,
        "@duration": duration,
        "@startNumber": first,
        "@initialization": initialization,
        "@media": media,
      };
    },
    timing: () => ({}),
  };
  const renditions = tracks.map((snapshot) => ({ snapshot, segments: snapshot.segments }));
  return mpdText({
    "@id": channel.name,
    "@type": "dynamic",
    "@availabilityStartTime": "1970-01-01T00:00:00Z",
    "@publishTime": new Date(publishTime).toISOString(),
    "@minBufferTime": xsDuration(segmentDuration * 1000),
    "@maxSegmentDuration": xsDuration(targetDuration * 1_000_000 + 500_000),
    Period: { "@id": "p0", "@start": "PT0S", AdaptationSet: adaptationSets(renditions, addressing) },
  });
}

function isOnGrid({ start, duration }: Segment): boolean {
  return start % duration === 0;
}
