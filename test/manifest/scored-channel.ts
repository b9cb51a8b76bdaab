import type { QualityRecord } from "../../src/quality/quality-record.ts";
import type { ChannelStore } from "../../src/store/channel-store.ts";
import type { Segment, Track } from "../../src/store/segment.ts";
import { plainRecord, pooled } from "../quality/records.ts";
import { a1, audioInit, audioSegment, FIRST, segment, store, v1, v2, videoInit, videoSegment } from "../store/media.ts";

/** Two renditions and a sound, of which each segment has scores. */
export const SCORED_TRACKS: readonly Track[] = [v1, v2, a1];

const inits = new Map([
  ["v1", videoInit("1080")],
  ["v2", videoInit("360", { codecString: "avc1.4d401e", width: 640, height: 360 }, 25_000)],
  ["a1", audioInit("aac")],
]);

/** The record of a segment with this composite score; none without one. */
export function scoredRecord(kind: Track["kind"], value: number | undefined): QualityRecord {
  const plain = plainRecord(kind === "video" ? 50 : 94);
  if (value === undefined) return plain;
  const score = { value, source: "encoder", base: value, penalties: {} } as const;
  if (kind === "audio") return { ...plain, score, metrics: { loudness: pooled(-value / 4, 94) } };
  const pictures = { ...plain.pictures, scored: 48 };
  return { ...plain, score, pictures, metrics: { psnr: pooled(value / 2.2), "vmaf-hd": pooled(value) } };
}

/** One segment of a track. */
export function scoredSegment(
  { id, kind }: Track,
  number: number,
  value: number | undefined,
  fields: Partial<Segment> = {},
): Segment {
  const init = fields.init ?? inits.get(id)!;
  const plain =
    kind === "video"
      ? videoSegment(number, init, 50, init.timescale / 25, { size: id === "v1" ? 1_250_000 : 200_000 })
      : audioSegment(number, init, 2);
  return segment({ ...plain, quality: scoredRecord(kind, value) });
}

/** A channel whose window has slid, whose encoder has started again with other parameters, and that has missed a segment. */
export function scoredChannel(): ChannelStore {
  const channel = store(SCORED_TRACKS);
  for (let n = 0; n < 12; n++) {
    if (n === 9) continue;
    for (const track of SCORED_TRACKS) {
      const fields = n >= 11 && track === v1 ? { init: videoInit("1080b") } : {};
      const value = { v1: 93, v2: 61, a1: 97 }[track.id]! - (n % 3);
      channel.publish(track.id, scoredSegment(track, FIRST + n, value, fields));
    }
  }
  return channel;
}
