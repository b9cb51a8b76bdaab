import type { Segment } from "../store/segment.ts";
import { mulDivRound } from "../time/rational.ts";
import type { QualityRecord } from "./quality-record.ts";

/** What is told of one segment, in JSON: by `package`, the API, the event stream and the log. */
export type SegmentReport = {
  readonly number: number;
  /** ISO 8601, to the millisecond. */
  readonly start: string;
  /** Seconds. */
  readonly duration: number;
  /** Relative to the track's playlist. */
  readonly uri: string;
  /** Bytes. */
  readonly size: number;
  /** What told its time. */
  readonly timecode: Segment["timecode"];
  readonly quality: QualityRecord;
};

/** More decimals than any encoder sends; fewer than make a line long. */
const DECIMALS = 4;

/** The record of a segment as it is told: numbers rounded to four decimals. */
export function segmentReport({ number, start, duration, size, init, timecode, quality }: Segment): SegmentReport {
  return {
    number,
    start: new Date(mulDivRound(start, 1000, init.timescale)).toISOString(),
    duration: duration / init.timescale,
    uri: `${number}.m4s`,
    size,
    timecode,
    quality: rounded(quality),
  };
}

function rounded({ score, metrics, ...rest }: QualityRecord): QualityRecord {
  return {
    ...(score !== undefined && {
      score: { ...score, base: round(score.base), penalties: all(score.penalties, round) },
    }),
    metrics: all(metrics, ({ value, min, p5, ...metric }) => ({
      ...{ value: round(value), min: round(min), p5: round(p5) },
      ...metric,
    })),
    ...rest,
  };
}

function all<Value>(record: Readonly<Record<string, Value>>, change: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function round(value: number): number {
  return Math.round(value * 10 ** DECIMALS) / 10 ** DECIMALS;
}
