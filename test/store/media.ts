import type { AudioConfiguration, VideoConfiguration } from "../../src/demux/track-configuration.ts";
import { ChannelStore, type ChannelStoreOptions } from "../../src/store/channel-store.ts";
import type { InitSegment, Segment, Track } from "../../src/store/segment.ts";
import type { MediaTime, Milliseconds } from "../../src/time/units.ts";
import { plainRecord } from "../quality/records.ts";

/** 2026-01-02T03:04:00Z in two-second segments since 1970. */
export const FIRST = 883_661_520;

const VIDEO: VideoConfiguration = {
  kind: "video",
  codec: "h264",
  codecString: "avc1.640028",
  decoderConfiguration: new Uint8Array(),
  width: 1920,
  height: 1080,
};

const AUDIO: AudioConfiguration = {
  kind: "audio",
  codec: "aac",
  codecString: "mp4a.40.2",
  decoderConfiguration: new Uint8Array(),
  sampleRate: 48_000,
  channels: 2,
  samplesPerFrame: 1024,
};

export function videoInit(id: string, fields: Partial<VideoConfiguration> = {}, timescale = 90_000): InitSegment {
  return { id, bytes: new Uint8Array(), configuration: { ...VIDEO, ...fields }, timescale };
}

export function audioInit(id: string, fields: Partial<AudioConfiguration> = {}): InitSegment {
  const configuration = { ...AUDIO, ...fields };
  return { id, bytes: new Uint8Array(), configuration, timescale: configuration.sampleRate };
}

/** A segment from its place and size alone: independent, timed by timecodes, and available a second after its end. */
export function segment(
  fields: Pick<Segment, "number" | "init"> & { start: number; duration: number } & Partial<Omit<Segment, "start">>,
): Segment {
  const size = fields.size ?? 100_000;
  const { timescale } = fields.init;
  return {
    timecode: "smpte",
    quality: plainRecord(0),
    availableAt: Math.round(((fields.start + fields.duration) * 1000) / timescale + 1000) as Milliseconds,
    ...fields,
    size,
    body: fields.body ?? [new Uint8Array(8)],
    start: fields.start as MediaTime,
  };
}

/** A video segment on a grid of `pictures` per segment, each lasting `ticks`. */
export function videoSegment(
  number: number,
  init: InitSegment,
  pictures = 50,
  ticks = 3600,
  fields: Partial<Segment> = {},
): Segment {
  const duration = pictures * ticks;
  return segment({
    ...fields,
    number,
    init,
    start: fields.start ?? number * duration,
    duration: fields.duration ?? duration,
  });
}

/** The audio segment beside it: from the first frame at or after the video's boundary to the next such frame. */
export function audioSegment(
  number: number,
  init: InitSegment,
  seconds: number,
  fields: Partial<Segment> = {},
): Segment {
  const frame = (init.configuration as AudioConfiguration).samplesPerFrame;
  const boundary = (n: number): number => Math.ceil((n * seconds * init.timescale) / frame - 1e-6) * frame;
  const start = boundary(number);
  return segment({ size: 32_000, ...fields, number, init, start, duration: boundary(number + 1) - start });
}

export const v1: Track = { id: "v1", kind: "video", pictureRate: { num: 25, den: 1 } };
export const v2: Track = { id: "v2", kind: "video", pictureRate: { num: 25, den: 1 } };
export const a1: Track = { id: "a1", kind: "audio", language: "eng" };
export const a2: Track = { id: "a2", kind: "audio", language: "swe" };

/** A store of two-second segments with these tracks and a window of 12 s. */
export function store(tracks: readonly Track[], options: Partial<ChannelStoreOptions> = {}): ChannelStore {
  const channel = new ChannelStore({
    name: "news",
    segmentDuration: 2000 as Milliseconds,
    window: 12_000 as Milliseconds,
    retainBodies: true,
    ...options,
  });
  channel.setTargetDuration(2);
  for (const track of tracks) channel.addTrack(track);
  return channel;
}

/** A store without a window, as for files. */
export function fileStore(tracks: readonly Track[]): ChannelStore {
  const channel = new ChannelStore({ name: "news", segmentDuration: 2000 as Milliseconds, retainBodies: true });
  channel.setTargetDuration(2);
  for (const track of tracks) channel.addTrack(track);
  return channel;
}
