import type { AudioAccessUnit, VideoAccessUnit } from "../demux/access-unit.ts";
import { problemEvent } from "../problem/problem.ts";
import { mulDivCeil, mulDivRound, type Rational } from "../time/rational.ts";
import { type MediaTime, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { PictureClock } from "./picture-clock.ts";
import { detectPictureRate, isStandardRate, PICTURES_FOR_RATE } from "./picture-rate.ts";
import type { Placement } from "./time-base.ts";
import type { TimecodeSource } from "./timecode-options.ts";
import type { TimelineEvent } from "./timed-unit.ts";

/** For the segment grid of a stream that declares no rate and follows none. */
const FALLBACK_RATE: Rational = { num: 25, den: 1 };

/**
 * Where decoding times stand still, so many pictures are moved to the next free tick; those after that are dropped, or a
 * stopped clock would fill a segment without end. Streams without decoding times stand for as long as pictures are reordered.
 */
const MAX_STANDING_PICTURES = 64;

/** What a stream is called in the output. */
export type StreamIdentity = { readonly id: string; readonly language?: string };

/** A picture rate and whether the stream keeps to it. */
export type ProbedRate = { readonly rate: Rational; readonly regular: boolean };

/** Learns a stream's picture rate from its first pictures. */
export class RateProbe {
  readonly #times: Ticks[] = [];
  #declared: Rational | undefined;
  #isClosed = false;

  /** Whether enough pictures were seen. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  push(unit: VideoAccessUnit): void {
    if (this.#isClosed) return;
    this.#times.push(unit.pts);
    this.#declared ??= unit.configuration.declaredPictureRate;
    this.#isClosed = this.#times.length === PICTURES_FOR_RATE;
  }

  /** The pictures seen so far, if any, have to do. */
  close(): void {
    this.#isClosed ||= this.#times.length > 0;
  }

  /** The best answer from what was seen so far. */
  result(): ProbedRate {
    const rate = detectPictureRate(this.#times, this.#declared);
    if (rate !== undefined) return { rate, regular: true };
    // A declared rate can be anything at all; the grid of the whole channel may come from it.
    const nominal = this.#declared !== undefined && isStandardRate(this.#declared) ? this.#declared : FALLBACK_RATE;
    return { rate: nominal, regular: this.#times.length < 2 };
  }
}

/** Places the pictures of one video stream. */
export class VideoTimeline {
  readonly #identity: StreamIdentity;
  readonly #clock: PictureClock;
  #lastDecode: number = Number.NEGATIVE_INFINITY;
  /** Pictures since decoding time last rose. */
  #standing = 0;
  /** How far presentation and decoding times lie off the grid of pictures since the clock last jumped. */
  #phase = { pts: 0, dts: 0 };

  constructor(identity: StreamIdentity, clock: PictureClock) {
    this.#identity = identity;
    this.#clock = clock;
  }

  open(events: TimelineEvent[]): void {
    const { rate, regular, timescale, duration } = this.#clock;
    const track = { ...this.#identity, kind: "video" as const, timescale, rate, regular, unitDuration: duration };
    events.push({ kind: "track", track });
    if (!regular) events.push(problemEvent("picture-rate-unknown", { detail: this.#identity.id }));
  }

  /** Everything from a time on gives way to what follows. @param skips - Some of that is left out. */
  setBack(epoch: Ticks, skips: boolean, events: TimelineEvent[]): void {
    events.push({ kind: "set-back", trackId: this.#identity.id, time: this.#clock.time(epoch), skips });
  }

  push(unit: VideoAccessUnit, placed: Placement, timecode: TimecodeSource, events: TimelineEvent[]): void {
    // Half way between two pictures of the grid rounding would move one here and the next there.
    if (placed.rebased) {
      this.#phase = { pts: this.#offGrid(placed.pts), dts: this.#offGrid(placed.dts) };
      this.#lastDecode = Number.NEGATIVE_INFINITY;
    }
    const pts = (placed.pts - this.#phase.pts) as Ticks;
    const index = this.#clock.index(pts);
    const time = this.#clock.time(pts);
    let decodeTime = this.#clock.time((placed.dts - this.#phase.dts) as Ticks);
    const rises = decodeTime > this.#lastDecode;
    this.#standing = rises ? 0 : this.#standing + 1;
    if (!rises) events.push(problemEvent("timestamp-order", { pid: unit.pid }));
    if (this.#standing > MAX_STANDING_PICTURES) return;
    if (!rises) decodeTime = (this.#lastDecode + 1) as MediaTime;
    this.#lastDecode = decodeTime;
    const trackId = this.#identity.id;
    events.push({ kind: "unit", unit: { kind: "picture", trackId, index, time, decodeTime, timecode, unit } });
  }

  #offGrid(time: Ticks): number {
    return this.#clock.regular ? time - this.#clock.epochOf(this.#clock.index(time)) : 0;
  }
}

/** Places the frames of one audio stream. */
export class AudioTimeline {
  readonly #identity: StreamIdentity;
  #sampleRate: number | undefined;

  constructor(identity: StreamIdentity) {
    this.#identity = identity;
  }

  /** Everything from a time on gives way to what follows. @param skips - Some of that is left out. */
  setBack(epoch: Ticks, skips: boolean, events: TimelineEvent[]): void {
    if (this.#sampleRate === undefined) return;
    const time = mulDivCeil(epoch, this.#sampleRate, TICKS_PER_SECOND) as MediaTime;
    events.push({ kind: "set-back", trackId: this.#identity.id, time, skips });
  }

  push(unit: AudioAccessUnit, { pts }: Placement, timecode: TimecodeSource, events: TimelineEvent[]): void {
    const { sampleRate, samplesPerFrame } = unit.configuration;
    if (this.#sampleRate !== sampleRate) {
      this.#sampleRate = sampleRate;
      const track = { ...this.#identity, kind: "audio" as const, timescale: sampleRate, regular: true };
      events.push({ kind: "track", track: { ...track, unitDuration: samplesPerFrame } });
    }
    // As stamped: where its segment has come to is known when that is.
    const time = mulDivRound(pts, sampleRate, TICKS_PER_SECOND) as MediaTime;
    events.push({ kind: "unit", unit: { kind: "frame", trackId: this.#identity.id, time, timecode, unit } });
  }
}
