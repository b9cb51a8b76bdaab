import { publishMetrics } from "../quality/publish-metrics.ts";
import { isStalled } from "../store/is-stalled.ts";
import { endMicros } from "../store/media-micros.ts";
import { type Segment, wholeAt } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { by, type MetricFamily, one } from "./metric-family.ts";
import { type TrackTotals, unitCountNames } from "./track-totals.ts";

/** A track at the moment of a scrape. */
export type TrackReading = {
  readonly channel: string;
  readonly totals: TrackTotals;
  /** The newest segment as long as it is news; what it says of quality is of no use later. */
  readonly current: Segment | undefined;
};

/** @param segmentDuration - Of the channel, nominal. */
export function readTrack(
  channel: string,
  totals: TrackTotals,
  segmentDuration: Milliseconds,
  now: Milliseconds,
): TrackReading {
  const { newest } = totals;
  if (newest === undefined) return { channel, totals, current: undefined };
  const duration = Math.max(segmentDuration, seconds(newest) * 1000);
  const current = isStalled(wholeAt(newest), duration, now) ? undefined : newest;
  return { channel, totals, current };
}

/** The value that has a gauge of its own. */
const COMPOSITES: readonly string[] = ["mqa-video", "mqa-audio"];

const unitHelp: Readonly<Record<(typeof unitCountNames)[number], string>> = {
  expected: "Pictures, of sound frames, that the duration of the published segments has room for.",
  received: "Pictures, of sound frames, in the published segments.",
  scored: "Pictures, of sound frames, that were given at least one score.",
  lost: "Pictures, of sound frames, that were expected and did not come.",
  damaged: "Pictures, of sound frames, that lost bytes on the way.",
  undecodable: "Whole pictures that refer to one that is lost or damaged.",
};

/** Of each track; labels `channel` and `track`. */
export const trackMetrics: readonly MetricFamily<TrackReading>[] = [
  {
    name: "mqa_packager_segment_score",
    type: "gauge",
    help: "Composite score of the newest segment, 0 to 100: MQA-VIDEO of pictures, MQA-AUDIO of sound.",
    read: ({ current }) => one(current?.quality.score?.value),
  },
  {
    name: "mqa_packager_segment_metric",
    type: "gauge",
    help: "One quality metric of the newest segment as its CMSD header has it; the unit is the metric's.",
    labels: ["metric"],
    read: ({ totals, current }) =>
      current === undefined
        ? []
        : by(
            "metric",
            [...publishMetrics(totals.track.kind, current.quality)].filter(([name]) => !COMPOSITES.includes(name)),
          ),
  },
  {
    name: "mqa_packager_segment_penalty_points",
    type: "gauge",
    help: "What the score of the newest segment lost for one reason; reasons that cost nothing are absent.",
    labels: ["penalty"],
    read: ({ current }) => by("penalty", Object.entries(current?.quality.score?.penalties ?? {})),
  },
  {
    name: "mqa_packager_segment_bitrate",
    type: "gauge",
    help: "Bits a second of the newest segment, container included.",
    read: ({ current }) => one(current && (current.size * 8) / seconds(current)),
  },
  {
    name: "mqa_packager_segment_number",
    type: "gauge",
    help: "Number of the newest segment.",
    read: ({ totals }) => one(totals.newest?.number),
  },
  {
    name: "mqa_packager_segment_end_timestamp_seconds",
    type: "gauge",
    help: "Media time at which the newest segment ends, since 1970-01-01T00:00:00Z.",
    read: ({ totals: { newest } }) => one(newest && endMicros(newest) / 1e6),
  },
  {
    name: "mqa_packager_segment_published_timestamp_seconds",
    type: "gauge",
    help: "When the newest segment was published, by this machine's clock.",
    read: ({ totals: { newest } }) => one(newest && wholeAt(newest) / 1000),
  },
  {
    name: "mqa_packager_segments_total",
    type: "counter",
    help: "Segments published.",
    read: ({ totals }) => one(totals.segments),
  },
  {
    name: "mqa_packager_segment_bytes_total",
    type: "counter",
    help: "Bytes of the segments published.",
    read: ({ totals }) => one(totals.bytes),
  },
  {
    name: "mqa_packager_segments_missing_total",
    type: "counter",
    help: "Segment numbers that were left out between segments published.",
    read: ({ totals }) => one(totals.missing),
  },
  {
    name: "mqa_packager_segments_below_threshold_total",
    type: "counter",
    help: "Segments whose composite score was below the threshold.",
    read: ({ totals }) => one(totals.belowThreshold),
  },
  {
    name: "mqa_packager_segments_below_threshold_in_a_row",
    type: "gauge",
    help: "How many segments in a row, up to the newest, had a composite score below the threshold.",
    read: ({ totals, current }) => one(current && totals.belowThresholdInARow),
  },
  ...unitCountNames.map(
    (name): MetricFamily<TrackReading> => ({
      name: `mqa_packager_pictures_${name}_total`,
      type: "counter",
      help: unitHelp[name],
      read: ({ totals }) => one(totals.units[name]),
    }),
  ),
  {
    name: "mqa_packager_transport_errors_total",
    type: "counter",
    help: "What the transport did to the published segments, by problem code; a burst of lost packets is one.",
    labels: ["code"],
    read: ({ totals }) => by("code", totals.transport),
  },
  {
    name: "mqa_packager_transport_lost_packets_total",
    type: "counter",
    help: "Transport packets of the published segments that are missing by their continuity counters.",
    read: ({ totals }) => one(totals.lostPackets),
  },
];

function seconds({ duration, init }: Segment): number {
  return duration / init.timescale;
}
