import type { AudioAccessUnit, VideoAccessUnit } from "../demux/access-unit.ts";
import { problemEvent } from "../problem/problem.ts";
import type { Rational } from "../time/rational.ts";
import type { Ticks } from "../time/units.ts";
import { AudioClock } from "./audio-clock.ts";
import { PictureClock } from "./picture-clock.ts";
import { detectPictureRate, PICTURES_FOR_RATE } from "./picture-rate.ts";
import type { TimelineEvent } from "./timed-unit.ts";

/** For the segment grid of a stream that declares no rate and follows none. */
const FALLBACK_RATE: Rational = { num: 25, den: 1 };

/** What a stream is called in the output. */
export type StreamIdentity = { readonly id: string; readonly language?: string };

/** A picture rate and whether the stream keeps to it. */
export type ProbedRate = { readonly rate: Rational; readonly regular: boolean };

/** Learns a stream's picture rate from its first pictures. */
export class RateProbe {
  readonly #times: Ticks[] = [];
  #declared: Rational | undefined;

  /** @returns The rate, once enough pictures were seen. */
  push(unit: VideoAccessUnit): ProbedRate | undefined {
    this.#times.push(unit.pts);
    this.#declared ??= unit.configuration.declaredPictureRate;
    return this.#times.length < PICTURES_FOR_RATE ? undefined : this.result();
  }

  /** The best answer from what was seen so far. */
  result(): ProbedRate {
    const rate = detectPictureRate(this.#times);
    if (rate !== undefined) return { rate, regular: true };
    return { rate: this.#declared ?? FALLBACK_RATE, regular: this.#times.length < 2 };
  }
}

/** Places the pictures of one video stream. */
export class VideoTimeline {
  readonly #identity: StreamIdentity;
  readonly #clock: PictureClock;
  #lastDecode: number | undefined;
  /** How far decoding times lie off the grid of pictures: encoders may put them anywhere between two pictures. */
  #phase: number | undefined;

  constructor(identity: StreamIdentity, clock: PictureClock) {
    this.#identity = identity;
    this.#clock = clock;
  }

  open(): readonly TimelineEvent[] {
    const { rate, regular, timescale, duration } = this.#clock;
    const track = { ...this.#identity, kind: "video" as const, timescale, rate, regular, unitDuration: duration };
    const irregular = regular ? [] : [problemEvent("picture-rate-unknown", { detail: this.#identity.id })];
    return [{ kind: "track", track }, ...irregular];
  }

  push(unit: VideoAccessUnit, pts: Ticks, dts: Ticks): readonly TimelineEvent[] {
    const events: TimelineEvent[] = [];
    this.#phase ??= this.#clock.regular ? dts - this.#clock.epochOf(this.#clock.index(dts)) : 0;
    let decodeTime = this.#clock.time((dts - this.#phase) as Ticks);
    if (this.#lastDecode !== undefined && decodeTime <= this.#lastDecode) {
      decodeTime = (this.#lastDecode + 1) as typeof decodeTime;
      events.push(problemEvent("timestamp-order", { pid: unit.pid }));
    }
    this.#lastDecode = decodeTime;
    const { index, time } = { index: this.#clock.index(pts), time: this.#clock.time(pts) };
    events.push({ kind: "unit", unit: { kind: "picture", trackId: this.#identity.id, index, time, decodeTime, unit } });
    return events;
  }
}

/** Places the frames of one audio stream. */
export class AudioTimeline {
  readonly #identity: StreamIdentity;
  #clock: AudioClock | undefined;

  constructor(identity: StreamIdentity) {
    this.#identity = identity;
  }

  push(unit: AudioAccessUnit, pts: Ticks): readonly TimelineEvent[] {
    const events: TimelineEvent[] = [];
    const { sampleRate, samplesPerFrame } = unit.configuration;
    if (this.#clock?.sampleRate !== sampleRate) {
      this.#clock = new AudioClock(sampleRate);
      const track = { ...this.#identity, kind: "audio" as const, timescale: sampleRate, regular: true };
      events.push({ kind: "track", track: { ...track, unitDuration: samplesPerFrame } });
    }
    const placement = this.#clock.place(pts, samplesPerFrame);
    if (placement.kind === "overlap") return [...events, problemEvent("audio-overlap", { pid: unit.pid })];
    if (placement.gap > 0) {
      const detail = `${placement.gap} samples`;
      events.push(problemEvent("audio-gap", { pid: unit.pid, detail }));
    }
    const timed = { kind: "frame" as const, trackId: this.#identity.id, time: placement.time, unit };
    events.push({ kind: "unit", unit: timed });
    return events;
  }
}
