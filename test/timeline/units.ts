import type { AudioAccessUnit, DemuxEvent, RandomAccess, VideoAccessUnit } from "../../src/demux/access-unit.ts";
import type { AudioConfiguration, VideoConfiguration } from "../../src/demux/track-configuration.ts";
import type { Rational } from "../../src/time/rational.ts";
import type { Milliseconds, Ticks } from "../../src/time/units.ts";
import type { TimelineEvent } from "../../src/timeline/timed-unit.ts";

export const VIDEO: VideoConfiguration = {
  kind: "video",
  codec: "h264",
  codecString: "avc1.64001f",
  decoderConfiguration: Uint8Array.of(1, 2, 3),
  width: 1280,
  height: 720,
};

export const AUDIO: AudioConfiguration = {
  kind: "audio",
  codec: "aac",
  codecString: "mp4a.40.2",
  decoderConfiguration: Uint8Array.of(0x11, 0x90),
  sampleRate: 48_000,
  channels: 2,
  samplesPerFrame: 1024,
};

export const ms = (value: number): Milliseconds => value as Milliseconds;
export const ticks = (value: number): Ticks => value as Ticks;

type PictureFields = {
  readonly pid?: number;
  readonly dts?: number;
  readonly randomAccess?: RandomAccess;
  readonly configuration?: VideoConfiguration;
  /** One NAL unit after its length. */
  readonly sample?: Uint8Array;
};

export function picture(pts: number, fields: PictureFields = {}): VideoAccessUnit {
  const sample = fields.sample ?? Uint8Array.of(0, 0, 0, 2, 0x41, 0xff);
  return {
    kind: "video",
    pid: 256,
    pts: ticks(pts),
    sample,
    configuration: VIDEO,
    sei: [],
    damaged: false,
    disposable: false,
    ...fields,
    dts: ticks(fields.dts ?? pts),
  };
}

export function frame(pts: number, fields: { pid?: number; configuration?: AudioConfiguration } = {}): AudioAccessUnit {
  return { kind: "audio", pid: 257, pts: ticks(pts), data: Uint8Array.of(0x21), configuration: AUDIO, ...fields };
}

export function accessUnit(unit: VideoAccessUnit | AudioAccessUnit): DemuxEvent {
  return { kind: "access-unit", unit };
}

/** Time of picture `n` in ticks, rounded as encoders round: down. */
export function at(n: number, { num, den }: Rational, origin = 0): number {
  return origin + Math.floor((n * 90_000 * den) / num);
}

/** One short line an event, for comparing whole runs of them. */
export function brief(event: TimelineEvent): string {
  switch (event.kind) {
    case "set-back":
      return `${event.trackId} back to ${event.time}`;
    case "problem":
      return `problem ${event.problem.code}`;
    case "track": {
      const { id, rate, timescale, regular, unitDuration } = event.track;
      return `track ${id} ${rate ? `${rate.num}/${rate.den} ` : ""}${unitDuration}/${timescale}${regular ? "" : " irregular"}`;
    }
    case "unit": {
      const { unit } = event;
      return unit.kind === "picture" ? `${unit.trackId} #${unit.index} ${unit.time}` : `${unit.trackId} ${unit.time}`;
    }
  }
}
