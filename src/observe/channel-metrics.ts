import type { Milliseconds } from "../time/units.ts";
import { type MetricFamily, one } from "./metric-family.ts";

/** A channel as a whole at the moment of a scrape. */
export type ChannelState = {
  readonly channel: string;
  /** Nominal. */
  readonly segmentDuration: Milliseconds;
  /** Its inputs have ended for good, and nothing will be published any more. */
  readonly ended: boolean;
};

/** Of each channel; label `channel`. */
export const channelMetrics: readonly MetricFamily<ChannelState>[] = [
  {
    name: "mqa_packager_channel_segment_duration_seconds",
    type: "gauge",
    help: "Nominal duration of a segment, as configured.",
    read: ({ segmentDuration }) => one(segmentDuration / 1000),
  },
  {
    name: "mqa_packager_channel_ended",
    type: "gauge",
    help: "1 once all inputs have ended for good, as files do, else 0.",
    read: ({ ended }) => one(ended ? 1 : 0),
  },
];
