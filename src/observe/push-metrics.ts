import { type MetricFamily, one, stateOf } from "./metric-family.ts";

const states = ["idle", "sending", "retrying", "refused"] as const;

/** What pushing to one target counts since start. */
export type PushCounts = {
  readonly state: (typeof states)[number];
  readonly behindSeconds: number;
  readonly sent: number;
  readonly retried: number;
  readonly lost: number;
};

/** A target at the moment of a scrape. */
export type PushReading = {
  readonly channel: string;
  /** Its URL. */
  readonly target: string;
  readonly counts: PushCounts;
};

/** Of each target; labels `channel` and `target`. */
export const pushMetrics: readonly MetricFamily<PushReading>[] = [
  {
    name: "mqa_packager_push_state",
    type: "gauge",
    help: "1 for the state that pushing to the target is in, 0 for the others; that of its worst track.",
    labels: ["state"],
    read: ({ counts }) => stateOf(states, counts.state),
  },
  {
    name: "mqa_packager_push_behind_seconds",
    type: "gauge",
    help: "How much waits to be sent in order, of the track that is furthest behind.",
    read: ({ counts }) => one(counts.behindSeconds),
  },
  {
    name: "mqa_packager_push_segments_sent_total",
    type: "counter",
    help: "Segments that the target has accepted.",
    read: ({ counts }) => one(counts.sent),
  },
  {
    name: "mqa_packager_push_retries_total",
    type: "counter",
    help: "Requests that failed, whatever for.",
    read: ({ counts }) => one(counts.retried),
  },
  {
    name: "mqa_packager_push_segments_lost_total",
    type: "counter",
    help: "Segments that were given up, as they were older than what is kept.",
    read: ({ counts }) => one(counts.lost),
  },
];
