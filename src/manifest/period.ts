import type { Period, PeriodTimeline } from "../store/period.ts";
import { continues } from "../store/period-tracker.ts";
import type { TrackSnapshot } from "../store/segment.ts";
import { adaptationSets } from "./adaptation-set.ts";
import { xsDuration } from "./decimal-seconds.ts";
import type { MpdElement } from "./mpd-element.ts";
import type { TrackRun } from "./track-run.ts";

/**
 * The periods that have something to list.
 *
 * A sample's time in the presentation is its media time less `origin` in every period: `Period@start` and `@presentationTimeOffset` name the same
 * instant, here and in the media.
 *
 * @param origin - Media time of the start of the presentation, in microseconds since 1970-01-01T00:00:00Z.
 * @spec ISO/IEC 23009-1 5.3.2
 */
export function periods(
  tracks: readonly TrackSnapshot[],
  timeline: PeriodTimeline,
  origin: number,
): readonly MpdElement[] {
  return timeline.periods.flatMap((period, index) => {
    const last = Math.min(timeline.settled, (timeline.periods[index + 1]?.number ?? Number.POSITIVE_INFINITY) - 1);
    const runs = periodRuns(tracks, period, Math.max(timeline.first, period.number), last);
    if (runs.length === 0) return [];
    const start = Math.max(period.start, origin);
    return [
      { "@id": `p${period.number}`, "@start": xsDuration(start - origin), AdaptationSet: adaptationSets(runs, start) },
    ];
  });
}

/** What a period lists of each of its tracks between two numbers, up to the first break: what comes after one came too late for it. */
function periodRuns(
  tracks: readonly TrackSnapshot[],
  period: Period,
  first: number,
  last: number,
): readonly TrackRun[] {
  return tracks.flatMap((track) => {
    if (!period.trackIds.includes(track.track.id)) return [];
    const numbered = track.segments.filter(({ number }) => number >= first && number <= last);
    const end = numbered.findIndex((segment, index) => index > 0 && !continues(numbered[index - 1]!, segment));
    const segments = end === -1 ? numbered : numbered.slice(0, end);
    return segments.length === 0 ? [] : [{ track, segments }];
  });
}
