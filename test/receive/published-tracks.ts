import { ChannelPipeline } from "../../src/pipeline.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import type { Segment } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { record, SEGMENT, START } from "../support/simulated-stream.ts";

/** What this packager publishes of some seconds of a live stream, by track; `part`: in low latency, whole segments of some fragments. */
export function publishedTracks(seconds: number, part?: Milliseconds): ReadonlyMap<string, readonly Segment[]> {
  const tracks = new Map<string, Segment[]>();
  const pipeline = new ChannelPipeline({
    ...{ name: "test", segmentDuration: SEGMENT, window: 60_000 as Milliseconds },
    ...(part !== undefined && { lowLatency: { part, missing: "empty" as const } }),
    ...{ joinsLive: true, retainBodies: true, programs: [undefined], quality: defaultQualityOptions },
    onProblem: () => {},
  });
  pipeline.store.onPublish(({ id }, segment) => {
    tracks.set(id, [...(tracks.get(id) ?? []), segment]);
  });
  pipeline.push(0, record(0, seconds), (START + 60_000) as Milliseconds);
  pipeline.end(0, (START + 60_000) as Milliseconds);
  return tracks;
}

/** All bytes of a segment. */
export function bytesOf({ body }: Pick<Segment, "body">): Uint8Array {
  return new Uint8Array(Buffer.concat([...body]));
}
