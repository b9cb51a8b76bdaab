import type { VideoAccessUnit } from "../../src/demux/access-unit.ts";
import type { PooledMetric, QualityRecord, UnitCounts } from "../../src/quality/quality-record.ts";
import type { MediaTime } from "../../src/time/units.ts";
import type { TimedPicture } from "../../src/timeline/timed-unit.ts";
import { picture } from "../timeline/units.ts";

/** One pooled metric of which all pictures have the same value. */
export function pooled(value: number, scored = 48): PooledMetric {
  return { value, pooling: "mean", min: value, p5: value, scored };
}

/** Counts of pictures nothing happened to. */
export function counts(received: number, fields: Partial<UnitCounts> = {}): UnitCounts {
  return { expected: received, received, scored: 0, lost: 0, damaged: 0, undecodable: 0, ...fields };
}

/** The record of a segment of pictures that nothing is known of but that they came. */
export function plainRecord(received: number): QualityRecord {
  return { metrics: {}, pictures: counts(received), transport: [], independent: true };
}

/** Pictures of 25 a second, in 90 kHz, by their number in decoding order. */
export function timedPicture(fields: Partial<VideoAccessUnit> = {}, number = 0, index: number = number): TimedPicture {
  const time = (index * 3600) as MediaTime;
  const decodeTime = (number * 3600) as MediaTime;
  const unit = { ...picture(time), ...fields };
  return { kind: "picture", trackId: "v1", index, time, decodeTime, timecode: "smpte", unit };
}
