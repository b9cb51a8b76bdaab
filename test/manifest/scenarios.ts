import type { ChannelStore } from "../../src/store/channel-store.ts";
import type { Segment, Track } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { FIRST as LOW_LATENCY_FIRST, LowLatencyChannel } from "../store/low-latency-channel.ts";
import {
  a1,
  a2,
  audioInit,
  audioSegment,
  FIRST,
  fileStore,
  segment,
  store,
  v1,
  v2,
  videoInit,
  videoSegment,
} from "../store/media.ts";

/** A channel whose manifests are kept as text in test/golden. */
export type Scenario = { readonly name: string; readonly build: () => ChannelStore };

const BT709 = { primaries: 1, transfer: 1, matrix: 1, fullRange: false };
const high = videoInit("1080", { colour: BT709 });
const low = videoInit("360", { codecString: "avc1.4d401e", width: 640, height: 360, colour: BT709 });
const stereo = audioInit("aac");

/** Publishes the same number of every track: an init segment says what a track is. */
function publishAll(channel: ChannelStore, number: number, fields: Partial<Segment> = {}): void {
  channel.publish("v1", videoSegment(number, high, 50, 3600, { size: 1_250_000, ...fields }));
  channel.publish("v2", videoSegment(number, low, 50, 3600, { size: 200_000, ...fields }));
  for (const track of ["a1", "a2"]) channel.publish(track, audioSegment(number, stereo, 2, fields));
}

const LADDER: readonly Track[] = [v1, v2, a1, a2];

function liveLadder(): ChannelStore {
  const channel = store(LADDER);
  for (let n = 0; n < 4; n++) publishAll(channel, FIRST + n);
  return channel;
}

function windowSlid(): ChannelStore {
  const channel = store(LADDER);
  for (let n = 0; n < 20; n++) publishAll(channel, FIRST + n);
  return channel;
}

function gap(): ChannelStore {
  const channel = store(LADDER);
  for (const n of [0, 1, 2, 5, 6]) publishAll(channel, FIRST + n);
  return channel;
}

function gapInOneRendition(): ChannelStore {
  const channel = store([v1, v2, a1]);
  for (let n = 0; n < 6; n++) {
    channel.publish("v1", videoSegment(FIRST + n, high));
    if (n !== 2 && n !== 3) channel.publish("v2", videoSegment(FIRST + n, low));
    channel.publish("a1", audioSegment(FIRST + n, stereo, 2));
  }
  return channel;
}

/**
 * The encoder restarts: another picture size, 0.4 s are missing, and the old period has half left the window.
 */
function newInit(): ChannelStore {
  const channel = store([v1, a1]);
  const smaller = videoInit("720", { codecString: "avc1.64001f", width: 1280, height: 720, colour: BT709 });
  for (let n = 0; n < 12; n++) {
    const restarted = n >= 8;
    const shift = restarted ? 36_000 : 0;
    const start = videoSegment(FIRST + n, high).start + shift;
    channel.publish("v1", segment({ number: FIRST + n, init: restarted ? smaller : high, start, duration: 180_000 }));
    const sound = audioSegment(FIRST + n, stereo, 2);
    channel.publish("a1", segment({ ...sound, start: sound.start + (restarted ? 19_456 : 0) }));
  }
  return channel;
}

function endedFile(): ChannelStore {
  const channel = fileStore([v1, a1]);
  for (let n = 0; n < 3; n++) {
    channel.publish("v1", { ...videoSegment(FIRST + n, high) });
    channel.publish("a1", { ...audioSegment(FIRST + n, stereo, 2) });
  }
  channel.publish("v1", videoSegment(FIRST + 3, high, 50, 3600, { duration: 90_000 }));
  channel.end();
  return channel;
}

function endedLive(): ChannelStore {
  const channel = store([v1, a1]);
  for (let n = 0; n < 10; n++) {
    channel.publish("v1", videoSegment(FIRST + n, high));
    channel.publish("a1", audioSegment(FIRST + n, stereo, 2));
  }
  channel.end();
  return channel;
}

function audioOnly(): ChannelStore {
  const channel = store([a1, a2]);
  for (let n = 0; n < 8; n++) {
    channel.publish("a1", audioSegment(FIRST + n, stereo, 2));
    channel.publish("a2", audioSegment(FIRST + n, stereo, 2));
  }
  return channel;
}

/** 29.97 pictures a second in HDR, anamorphic, with stereo AAC and 5.1 E-AC-3 of no known language. */
function ntsc(): ChannelStore {
  const hlg = videoInit(
    "hlg",
    {
      codec: "h265",
      codecString: "hvc1.2.4.L120.B0",
      width: 1440,
      pixelAspectRatio: { num: 4, den: 3 },
      colour: { primaries: 9, transfer: 18, matrix: 9, fullRange: false },
    },
    30_000,
  );
  const surround = audioInit("ec3", { codec: "eac3", codecString: "ec-3", channels: 6, samplesPerFrame: 1536 });
  const channel = store(
    [
      { id: "v1", kind: "video", pictureRate: { num: 30_000, den: 1001 } },
      { id: "a1", kind: "audio", language: "und" },
      { id: "a2", kind: "audio" },
    ],
    { segmentDuration: 2002 as Milliseconds },
  );
  const first = 882_778_741;
  for (let n = 0; n < 9; n++) {
    channel.publish("v1", videoSegment(first + n, hlg, 60, 1001, { size: 1_000_000 }));
    channel.publish("a1", audioSegment(first + n, stereo, 2.002));
    channel.publish("a2", audioSegment(first + n, surround, 2.002, { size: 96_000 }));
  }
  return channel;
}

/** Every scenario by the name of its folder. */
/** Two segments are missing, and the newest but the one that is being made broke off after its first part. */
function lowLatencyGap(): ChannelStore {
  const channel = new LowLatencyChannel();
  channel.segments(LOW_LATENCY_FIRST, LOW_LATENCY_FIRST + 4);
  channel.segments(LOW_LATENCY_FIRST + 7, LOW_LATENCY_FIRST + 7);
  channel.parts(LOW_LATENCY_FIRST + 8, 0);
  channel.whole("v1", LOW_LATENCY_FIRST + 8);
  channel.whole("a1", LOW_LATENCY_FIRST + 8);
  channel.parts(LOW_LATENCY_FIRST + 9, 0);
  return channel.store;
}

export const scenarios: readonly Scenario[] = [
  { name: "live-ladder", build: liveLadder },
  { name: "window-slid", build: windowSlid },
  { name: "gap", build: gap },
  { name: "gap-in-one-rendition", build: gapInOneRendition },
  { name: "new-init", build: newInit },
  { name: "ended-file", build: endedFile },
  { name: "ended-live", build: endedLive },
  { name: "audio-only", build: audioOnly },
  { name: "ntsc", build: ntsc },
  { name: "low-latency-gap", build: lowLatencyGap },
];
