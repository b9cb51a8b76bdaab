import type { ProblemCode } from "../problem/problems.ts";
import type { Milliseconds } from "../time/units.ts";
import type { TimecodeStatus } from "../timeline/timecode-status.ts";
import { by, type MetricFamily, one, stateOf } from "./metric-family.ts";

/** What an input counts since start. */
export type InputCounts = {
  readonly state: "connecting" | "receiving" | "lost";
  readonly bytes: number;
  readonly datagrams: number;
  readonly restarts: number;
  readonly lastDataAt?: Milliseconds;
  readonly rtpLost?: number;
  readonly srt?: SrtCounts;
};

/** What an SRT input counts since start. */
type SrtCounts = {
  readonly received: number;
  readonly lost: number;
  readonly dropped: number;
  readonly retransmitted: number;
  readonly rttMs?: number;
};

/** An input at the moment of a scrape. */
export type InputReading = {
  readonly channel: string;
  /** Its place in the configuration, from 1. */
  readonly input: string;
  /** Without its passphrase. */
  readonly url: string;
  readonly counts: InputCounts;
  readonly timecode: TimecodeStatus;
};

/** Problems of an input, or, where `input` is empty, of the channel as a whole. */
export type ProblemReading = {
  readonly channel: string;
  readonly input: string;
  readonly counts: Readonly<Partial<Record<ProblemCode, number>>>;
};

const states: readonly InputCounts["state"][] = ["connecting", "receiving", "lost"];
const timecodeStates: readonly TimecodeStatus["state"][] = ["waiting", "locked", "holdover", "unlocked"];

/** Of each input; labels `channel` and `input`. */
export const inputMetrics: readonly MetricFamily<InputReading>[] = [
  {
    name: "mqa_packager_input_info",
    type: "gauge",
    help: "1, with the URL of the input as a label.",
    labels: ["url"],
    read: ({ url }) => by("url", [[url, 1]]),
  },
  {
    name: "mqa_packager_input_state",
    type: "gauge",
    help: "1 for the state that the input is in, 0 for the others.",
    labels: ["state"],
    read: ({ counts }) => stateOf(states, counts.state),
  },
  {
    name: "mqa_packager_input_bytes_total",
    type: "counter",
    help: "Bytes received.",
    read: ({ counts }) => one(counts.bytes),
  },
  {
    name: "mqa_packager_input_datagrams_total",
    type: "counter",
    help: "Datagrams, or pieces of a stream, received.",
    read: ({ counts }) => one(counts.datagrams),
  },
  {
    name: "mqa_packager_input_last_data_timestamp_seconds",
    type: "gauge",
    help: "When something was last received, by this machine's clock; absent while nothing was.",
    read: ({ counts: { lastDataAt } }) => one(lastDataAt && lastDataAt / 1000),
  },
  {
    name: "mqa_packager_input_restarts_total",
    type: "counter",
    help: "How often the input was opened again.",
    read: ({ counts }) => one(counts.restarts),
  },
  {
    name: "mqa_packager_input_rtp_lost_packets_total",
    type: "counter",
    help: "RTP packets that never came, or came late; absent where the input is not RTP.",
    read: ({ counts }) => one(counts.rtpLost),
  },
  {
    name: "mqa_packager_input_srt_packets_total",
    type: "counter",
    help: "SRT packets received, found missing (lost), given up as too late (dropped) and received when sent again.",
    labels: ["event"],
    read: ({ counts: { srt } }) => by("event", srt === undefined ? [] : srtEvents(srt)),
  },
  {
    name: "mqa_packager_input_srt_rtt_seconds",
    type: "gauge",
    help: "Round-trip time that SRT measures; absent where there is no SRT connection.",
    read: ({ counts: { srt } }) => one(srt?.rttMs === undefined ? undefined : srt.rttMs / 1000),
  },
  {
    name: "mqa_packager_input_timecode_state",
    type: "gauge",
    help: "1 for the state that the timecode of the input is in, 0 for the others.",
    labels: ["state"],
    read: ({ timecode }) => stateOf(timecodeStates, timecode.state),
  },
  {
    name: "mqa_packager_input_timecode_error_pictures",
    type: "gauge",
    help: "How many pictures the timecodes were ahead of the timestamps when last compared; absent where they never were.",
    read: ({ timecode }) => one(timecode.errorPictures),
  },
  {
    name: "mqa_packager_input_clock_drift_ratio",
    type: "gauge",
    help: "How much faster the clock of the input goes than this machine's: 0.000001 is one part per million.",
    read: ({ timecode: { driftPpm } }) => one(driftPpm && driftPpm / 1e6),
  },
];

function srtEvents(srt: SrtCounts): readonly (readonly [event: string, packets: number])[] {
  return [
    ["received", srt.received],
    ["lost", srt.lost],
    ["dropped", srt.dropped],
    ["retransmitted", srt.retransmitted],
  ];
}

/** Labels `channel` and `input`. */
export const problemMetrics: readonly MetricFamily<ProblemReading>[] = [
  {
    name: "mqa_packager_problems_total",
    type: "counter",
    help: "Problems by code; those of the channel as a whole have an empty input.",
    labels: ["code"],
    read: ({ counts }) => by("code", Object.entries(counts)),
  },
];
