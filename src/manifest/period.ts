import type { ChannelSnapshot, Period } from "../store/segment.ts";
import { adaptationSets } from "./adaptation-set.ts";
import { xsDuration } from "./decimal-seconds.ts";
import { numberAddressing } from "./low-latency-mpd.ts";
import type { MpdElement } from "./mpd-element.ts";
import { qualityEventStream } from "./quality-event-stream.ts";
import type { QualitySignals } from "./quality-signals.ts";
import { timelineAddressing } from "./segment-timeline.ts";

/**
 * One period.
 *
 * A sample's time in the presentation is its media time less `origin` in every period: `Period@start` and
 * `@presentationTimeOffset` name the same instant, here and in the media.
 *
 * @param origin - Media time of the start of the presentation, in microseconds since 1970-01-01T00:00:00Z.
 * @spec ISO/IEC 23009-1 5.3.2
 */
export function periodElement(
  channel: ChannelSnapshot,
  period: Period,
  origin: number,
  signals: QualitySignals,
): MpdElement {
  const { tracks, lowLatency } = channel;
  const addressing =
    lowLatency === undefined || channel.ended
      ? timelineAddressing(Math.max(period.start, origin))
      : numberAddressing(channel, lowLatency, period);
  const { origin: start, end } = addressing;
  const renditions = tracks.flatMap((snapshot) => {
    const run = period.runs.find(({ track }) => track.id === snapshot.track.id);
    return run === undefined ? [] : [{ snapshot, segments: run.segments }];
  });
  return {
    "@id": `p${period.number}`,
    "@start": xsDuration(start - origin),
    ...(end === undefined ? {} : { "@duration": xsDuration(end - start) }),
    ...(signals.events
      ? { EventStream: renditions.map((rendition) => qualityEventStream(rendition, start, signals)) }
      : {}),
    AdaptationSet: adaptationSets(renditions, addressing),
  };
}
