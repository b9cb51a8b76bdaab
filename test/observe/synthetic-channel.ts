import type { InputCounts } from "../../src/observe/input-metrics.ts";
import { type ChannelReading, Metrics } from "../../src/observe/metrics.ts";
import { ResponseTally } from "../../src/observe/response-tally.ts";
import { readTrack } from "../../src/observe/track-metrics.ts";
import { TrackTotals } from "../../src/observe/track-totals.ts";
import type { QualityRecord } from "../../src/quality/quality-record.ts";
import type { Track } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import type { TimecodeStatus } from "../../src/timeline/timecode-status.ts";
import { counts, plainRecord, pooled } from "../quality/records.ts";
import { audioInit, FIRST_NUMBER, NOW, segment, videoInit } from "../server/fake-channel.ts";

/** A segment of pictures that something happened to: scored 53.6 by the encoder, 23.6 points of it lost. */
export const troubled: QualityRecord = {
  score: { value: 30, source: "encoder", base: 53.6, penalties: { transport: 8, lost: 15.6 } },
  metrics: {
    "mqa-video": pooled(53.6),
    psnr: pooled(47.123456),
    ssim: pooled(0.99995),
    vmaf: pooled(93.056),
    errors: { ...pooled(8), pooling: "sum" },
    "made-up": pooled(1),
  },
  pictures: counts(46, { expected: 48, scored: 45, lost: 2, damaged: 1, undecodable: 20 }),
  transport: [
    { code: "continuity", pid: 256, events: 2, packets: 9 },
    { code: "transport-error", events: 1 },
  ],
  independent: true,
};

/** One of which nothing is known. */
export const plain: QualityRecord = plainRecord(48);

/** One that was scored. */
export function scored(value: number): QualityRecord {
  return { ...plainRecord(48), score: { value, source: "encoder", base: value, penalties: {} } };
}

/** A channel of one video and one sound, of two inputs, and the metrics of a packager that has it. */
export class SyntheticChannel {
  now: Milliseconds = NOW;
  readonly responses: ResponseTally = new ResponseTally();
  readonly metrics: Metrics;
  counts: InputCounts = {
    state: "receiving",
    bytes: 1_316_000,
    datagrams: 1000,
    restarts: 2,
    lastDataAt: NOW,
    rtpLost: 3,
    srt: { received: 1010, lost: 12, dropped: 1, retransmitted: 11, rttMs: 25 },
  };
  timecode: TimecodeStatus = { state: "locked", source: "misb", errorPictures: 0, driftPpm: 3.5 };
  readonly #totals = { v1: new TrackTotals(track("v1"), 60), a1: new TrackTotals(track("a1"), 60) };

  constructor() {
    const clock = (): Milliseconds => this.now;
    this.metrics = new Metrics({
      channels: [this],
      responses: this.responses,
      threshold: 60,
      held: () => 0,
      configuration: () => ({ isCurrent: true, loadedAt: NOW as Milliseconds }),
      clock,
    });
  }

  /** @param number - Counts from that of the fake channel. */
  publish(trackId: "v1" | "a1", number: number, quality: QualityRecord, availableAt: number = this.now): void {
    const init = trackId === "v1" ? videoInit : audioInit;
    const made = segment(init, FIRST_NUMBER + number, 48_000, quality);
    this.#totals[trackId].add({ ...made, availableAt: availableAt as Milliseconds });
  }

  reading(now: Milliseconds): ChannelReading {
    const channel = "news";
    return {
      tracks: Object.values(this.#totals)
        .filter(({ newest }) => newest !== undefined)
        .map((totals) => readTrack(channel, totals, 1920 as Milliseconds, now)),
      pushes: [
        {
          channel: "news",
          target: "https://origin.example/live/news/",
          counts: { state: "retrying", behindSeconds: 4, sent: 7, retried: 3, lost: 1 },
        },
      ],
      inputs: [
        {
          channel,
          input: "1",
          url: 'udp://127.0.0.1:5000?interface="lo"',
          counts: this.counts,
          timecode: this.timecode,
        },
        {
          channel,
          input: "2",
          url: "srt://:9000?mode=listener&passphrase=***",
          counts: { state: "connecting", bytes: 0, datagrams: 0, restarts: 0 },
          timecode: { state: "waiting", source: "none", reason: "nothing comes" },
        },
      ],
      problems: [
        { channel, input: "", counts: { "grid-irregular": 1 } },
        { channel, input: "1", counts: { continuity: 4 } },
        { channel, input: "2", counts: {} },
      ],
    };
  }
}

function track(id: string): Track {
  return { id, kind: id.startsWith("v") ? "video" : "audio" };
}
