import type { AudioConfiguration, VideoConfiguration } from "../../src/demux/track-configuration.ts";
import type { QualityRecord } from "../../src/quality/quality-record.ts";
import type { ChannelView } from "../../src/server/channel-view.ts";
import type { PublishListener } from "../../src/store/channel-store.ts";
import type { ChannelSnapshot, InitSegment, Segment, Track, TrackSnapshot } from "../../src/store/segment.ts";
import type { MediaTime, Milliseconds } from "../../src/time/units.ts";
import { counts, plainRecord, pooled } from "../quality/records.ts";

/** When the fake channel's newest segment became available. */
export const NOW = 1_800_000_000_000 as Milliseconds;

/** Numbers of the segments in its window. */
export const FIRST_NUMBER = 900_000_000;
export const LAST_NUMBER: number = FIRST_NUMBER + 4;

const videoConfiguration: VideoConfiguration = {
  kind: "video",
  codec: "h264",
  codecString: "avc1.64001f",
  decoderConfiguration: new Uint8Array([1, 0x64, 0, 0x1f, 0xff, 0xe0, 0]),
  width: 1280,
  height: 720,
};

const audioConfiguration: AudioConfiguration = {
  kind: "audio",
  codec: "aac",
  codecString: "mp4a.40.2",
  decoderConfiguration: new Uint8Array([0x11, 0x90]),
  sampleRate: 48_000,
  channels: 2,
  samplesPerFrame: 1024,
};

/** The init segments of tracks v1 and a1. */
export const videoInit: InitSegment = {
  id: "0123456789abcdef",
  bytes: Uint8Array.from({ length: 700 }, (_, i) => (i * 13) & 0xff),
  configuration: videoConfiguration,
  timescale: 90_000,
};

export const audioInit: InitSegment = {
  id: "fedcba9876543210",
  bytes: Uint8Array.from({ length: 600 }, (_, i) => (i * 17) & 0xff),
  configuration: audioConfiguration,
  timescale: 48_000,
};

/** A quality record of 48 pictures with the metrics given by name. */
export function qualityRecord(metrics: Record<string, number>, scored = 48): QualityRecord {
  return {
    ...plainRecord(48),
    ...scoreOf(metrics),
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, pooled(value, scored)])),
    pictures: counts(48, { scored }),
  };
}

/** As the encoder gave it. */
function scoreOf(metrics: Record<string, number>): Pick<QualityRecord, "score"> {
  const base = metrics["mqa-video"] ?? metrics["mqa-audio"];
  return base === undefined ? {} : { score: { value: Math.round(base), source: "encoder", base, penalties: {} } };
}

/** A segment of 1.92 s whose body is `size` bytes in three parts. */
export function segment(init: InitSegment, number: number, size: number, quality: QualityRecord): Segment {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + number) & 0xff);
  const duration = 1.92 * init.timescale;
  return {
    number,
    start: (number * duration) as MediaTime,
    duration,
    init,
    timecode: "smpte",
    size,
    body: [bytes.subarray(0, 24), bytes.subarray(24, size >> 1), bytes.subarray(size >> 1)],
    quality,
    availableAt: (NOW - (LAST_NUMBER - number) * 1920) as Milliseconds,
  };
}

function trackSnapshot(track: Track, segments: readonly Segment[]): TrackSnapshot {
  return { track, segments, peakBitrate: 200_000, averageBitrate: 180_000 };
}

/** A live channel of one video and one audio track with five segments each. */
export function fakeSnapshot(fields: Partial<ChannelSnapshot> = {}): ChannelSnapshot {
  const numbers = Array.from({ length: LAST_NUMBER - FIRST_NUMBER + 1 }, (_, i) => FIRST_NUMBER + i);
  const scores = qualityRecord({ "mqa-video": 53.6, psnr: 47.1234, ssim: 0.99995, vmaf: 93.056, errors: 8 });
  const tracks = fields.tracks ?? [
    trackSnapshot(
      { id: "v1", kind: "video", pictureRate: { num: 25, den: 1 } },
      numbers.map((number) => segment(videoInit, number, 50_000, scores)),
    ),
    trackSnapshot(
      { id: "a1", kind: "audio", language: "eng" },
      numbers.map((number) => segment(audioInit, number, 30_720, qualityRecord({ "mqa-audio": 97.5 }))),
    ),
  ];
  return {
    name: "news",
    version: 1,
    ended: false,
    targetDuration: 2,
    segmentDuration: 1920 as Milliseconds,
    window: 60_000 as Milliseconds,
    tracks,
    periods: [{ number: 0, start: 0, runs: tracks }],
    ...fields,
  };
}

/**
 * A channel that publishes whatever snapshot it is given: numbers before the window have expired, others may come.
 *
 * @param listeners - Who wants to be told of segments is put in here.
 */
export function fakeView(
  current: () => ChannelSnapshot | undefined,
  listeners: Set<PublishListener> = new Set(),
): ChannelView {
  const track = (id: string): TrackSnapshot | undefined => current()?.tracks.find(({ track }) => track.id === id);
  return {
    store: {
      snapshot: current,
      initSegment: (trackId, id) => track(trackId)?.segments.find(({ init }) => init.id === id)?.init,
      segment: (trackId, number) => {
        const segments = track(trackId)?.segments;
        if (segments === undefined) return "unknown";
        return segments.find((one) => one.number === number) ?? (number < segments[0]!.number ? "expired" : "unknown");
      },
      part: () => "unknown",
      onChange: () => () => {},
      onPublish: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    closing: new AbortController().signal,
    status: () => ({
      timecode: "unlocked",
      inputs: [
        { url: "udp://127.0.0.1:5000", timecode: { state: "locked", source: "misb", errorPictures: 0, driftPpm: 3.5 } },
        { url: "udp://127.0.0.1:5001", timecode: { state: "unlocked", source: "none", reason: "no timecode comes" } },
      ],
    }),
  };
}
