import type { TransportError } from "../demux/transport-error.ts";
import type { Segment, TrackSnapshot } from "../store/segment.ts";

const MINUTE_SECONDS = 60;

/** The newest segments of a track, a minute at most; at least one. */
export function newestMinute(segments: readonly Segment[]): readonly Segment[] {
  let seconds = 0;
  let first = segments.length;
  while (first > 0) {
    seconds += secondsOf(segments[first - 1]!);
    if (seconds > MINUTE_SECONDS && first < segments.length) break;
    first--;
  }
  return segments.slice(first);
}

/** How long a segment lasts. */
export function secondsOf({ duration, init }: Segment): number {
  return duration / init.timescale;
}

/**
 * What the transport did to the newest segments of an input's tracks, by kind. What concerns the stream as a whole is told by each
 * track: the one that tells most of it counts, by kind and PID.
 */
export function transportOf(tracks: readonly TrackSnapshot[]): readonly Pick<TransportError, "code" | "events">[] {
  const most = new Map<string, Pick<TransportError, "code" | "events">>();
  for (const { segments } of tracks) {
    const sums = new Map<string, Pick<TransportError, "code" | "events">>();
    for (const { code, pid, events } of newestMinute(segments).flatMap(({ quality }) => quality.transport)) {
      add(sums, `${code} ${pid ?? -1}`, { code, events });
    }
    for (const [key, error] of sums) if (error.events > (most.get(key)?.events ?? 0)) most.set(key, error);
  }
  const byCode = new Map<string, Pick<TransportError, "code" | "events">>();
  for (const error of most.values()) add(byCode, error.code, error);
  return [...byCode.values()];
}

function add(
  sums: Map<string, Pick<TransportError, "code" | "events">>,
  key: string,
  { code, events }: Pick<TransportError, "code" | "events">,
): void {
  sums.set(key, { code, events: events + (sums.get(key)?.events ?? 0) });
}
