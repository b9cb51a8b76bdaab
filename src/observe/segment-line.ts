import { publishMetrics } from "../quality/publish-metrics.ts";
import type { CompositeScore, UnitCounts } from "../quality/quality-record.ts";
import { segmentReport } from "../quality/segment-report.ts";
import type { Segment, Track } from "../store/segment.ts";

/** What the log says of a segment. */
export type SegmentLine = {
  readonly track: string;
  readonly number: number;
  /** ISO 8601. */
  readonly start: string;
  /** Seconds. */
  readonly duration: number;
  /** Bytes. */
  readonly size: number;
  /** Absent where there is none; `penalties` where it lost nothing. */
  readonly score?: Pick<CompositeScore, "value" | "source"> & Partial<Pick<CompositeScore, "penalties">>;
  /** The score is below the threshold; else absent. */
  readonly belowThreshold?: true;
  /** Those of the encoder's input and of ours, as in CMSD. */
  readonly errors: number;
  readonly pictures: UnitCounts;
};

/** @param threshold - Scores below it are marked. */
export function segmentLine(track: Track, segment: Segment, threshold: number): SegmentLine {
  const { number, start, duration, size, quality } = segmentReport(segment);
  const { score, pictures } = quality;
  return {
    track: track.id,
    number,
    start,
    duration,
    size,
    ...(score !== undefined && {
      score: {
        value: score.value,
        source: score.source,
        ...(Object.keys(score.penalties).length > 0 && { penalties: score.penalties }),
      },
    }),
    ...(score !== undefined && score.value < threshold && { belowThreshold: true }),
    errors: publishMetrics(track.kind, segment.quality).get("errors")!,
    pictures,
  };
}
