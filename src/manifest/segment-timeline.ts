import type { Segment } from "../store/segment.ts";
import { mulDivRound } from "../time/rational.ts";
import type { Addressing } from "./addressing.ts";
import type { MpdElement } from "./mpd-element.ts";

/** Segments are found by a timeline: of each it says how long it is. */
export function timelineAddressing(origin: number): Addressing {
  return {
    origin,
    template: ({ snapshot: { track }, segments }) => segmentTemplate(track.id, segments, origin),
    timing: () => ({}),
  };
}

/**
 * How the segments of one track in one period are found.
 *
 * `S@t` is the tfdt of the segment, to the tick. It is left out where a segment starts when the one before ends.
 *
 * @param trackId - The path element of its URLs.
 * @param segments - Contiguous in number, all with one init segment; not empty.
 * @param origin - The media time that `Period@start` stands for, in microseconds since 1970-01-01T00:00:00Z.
 * @spec ISO/IEC 23009-1 5.3.9.4, 5.3.9.6
 */
export function segmentTemplate(trackId: string, segments: readonly Segment[], origin: number): MpdElement {
  const { number, init } = segments[0]!;
  const offset = mulDivRound(origin, init.timescale, 1_000_000);
  return {
    "@timescale": init.timescale,
    ...(offset === 0 ? {} : { "@presentationTimeOffset": offset }),
    "@startNumber": number,
    "@initialization": `${trackId}/init-${init.id}.mp4`,
    "@media": `${trackId}/$Number$.m4s`,
    SegmentTimeline: { S: entries(segments) },
  };
}

/** Runs of equal duration, each as one S element. */
function entries(segments: readonly Segment[]): MpdElement[] {
  const runs: { t?: number; d: number; r: number }[] = [];
  let end: number | undefined;
  for (const { start, duration } of segments) {
    const run = runs.at(-1);
    if (start === end && run?.d === duration) run.r++;
    else runs.push({ ...(start === end ? {} : { t: start }), d: duration, r: 0 });
    end = start + duration;
  }
  return runs.map(({ t, d, r }) => ({
    ...(t === undefined ? {} : { "@t": t }),
    "@d": d,
    ...(r === 0 ? {} : { "@r": r }),
  }));
}
