import type { AccessUnit, DemuxEvent, ElementaryStream, VideoAccessUnit } from "../demux/access-unit.ts";
import { problemEvent } from "../problem/problem.ts";
import { type Milliseconds, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { ChannelAnchor } from "./channel-anchor.ts";
import { PictureClock } from "./picture-clock.ts";
import { AudioTimeline, RateProbe, type StreamIdentity, VideoTimeline } from "./stream-timeline.ts";
import { type Placement, type StreamClock, TimeBase } from "./time-base.ts";
import type { TimecodedPicture, TimecodeState } from "./timecode-lock.ts";
import { TimecodeReader } from "./timecode-reader.ts";
import type { TimelineEvent } from "./timed-unit.ts";
import { type Checked, type Received, TimestampFilter } from "./timestamp-filter.ts";
import { unitSize } from "./unit-size.ts";

/** How long, by stream time, an input waits for the first I-frame of its video, or for its announced video to come at all. */
const MAX_WAIT_TICKS = 12 * TICKS_PER_SECOND;
/** Units held while an input has no epoch time: more than 12 s of a ladder with several audio tracks. */
const MAX_HELD_UNITS = 16_384;
/** 12 s at 170 Mb/s: bounds memory where timestamps make no sense. */
const MAX_HELD_BYTES = 256 << 20;
/** The rates of one ladder are each other's multiples, and the slowest of them is no faster than this. */
const SLOW_RATE = 30;

/**
 * Says what the n-th stream of its kind in an input's programme is called in the output; n counts from 1. Undefined where it
 * is not wanted.
 */
export type IdentifyStream = (stream: ElementaryStream, ordinal: number) => StreamIdentity | undefined;

/** One elementary stream of the input and what is known of its time. */
type Stream = {
  readonly announced: ElementaryStream;
  readonly identity: StreamIdentity;
  readonly filter: TimestampFilter;
  readonly clock: StreamClock;
  readonly probe: RateProbe;
  video: VideoTimeline | undefined;
  readonly audio: AudioTimeline;
  /** Placed pictures that wait for the picture rate to be known. */
  waiting: { readonly unit: VideoAccessUnit; readonly placed: Placement }[];
  startable: boolean;
};

/**
 * Puts the access units of one input on the channel's epoch-anchored timeline.
 *
 * Nothing is placed before the picture rate of the input's first video is known: the timecodes of its first pictures then fix how the
 * input's clock maps to the epoch; where they cannot be used the first picture does, moved to the nearest picture of the grid so
 * that sound keeps its distance to the pictures.
 */
export class InputTimeline {
  readonly #anchor: ChannelAnchor;
  readonly #identify: IdentifyStream;
  #streams = new Map<number, Stream>();
  #held: Received[] = [];
  #heldBytes = 0;
  #base: TimeBase | undefined;
  /** Latest presentation time placed, in epoch time. */
  #reached = Number.NEGATIVE_INFINITY;
  #timecode: TimecodeState | undefined;
  /** The input said itself that its clock breaks. */
  #announcedJump = false;

  constructor(anchor: ChannelAnchor, identify: IdentifyStream) {
    this.#anchor = anchor;
    this.#identify = identify;
  }

  /** How far presentation has come, in ticks since the epoch; minus infinity before the first unit is placed. */
  get reached(): number {
    return this.#reached;
  }

  /** Where its epoch time comes from; undefined before it has any. */
  get timecode(): TimecodeState | undefined {
    return this.#timecode;
  }

  /** @param arrival - When the bytes of the event came, by the host's clock; absent for an input that is not live. */
  push(event: DemuxEvent, arrival?: Milliseconds): readonly TimelineEvent[] {
    const events: TimelineEvent[] = [];
    switch (event.kind) {
      case "problem":
        events.push(event);
        break;
      case "discontinuity":
        this.#announcedJump = true;
        break;
      case "program":
        this.#announce(event.streams);
        break;
      case "access-unit":
        this.#receive({ unit: event.unit, arrival }, events);
    }
    return events;
  }

  /** The end of the input: decides with what is there. */
  flush(): readonly TimelineEvent[] {
    const events: TimelineEvent[] = [];
    for (const stream of this.#streams.values()) {
      for (const checked of stream.filter.flush()) this.#take(stream, checked, events);
    }
    if (this.#base === undefined) this.#settle(events);
    for (const stream of this.#streams.values()) if (stream.waiting.length > 0) this.#startVideo(stream, events);
    return events;
  }

  #receive(received: Received, events: TimelineEvent[]): void {
    const stream = this.#streams.get(received.unit.pid);
    if (stream === undefined) return;
    for (const checked of stream.filter.push(received)) this.#take(stream, checked, events);
  }

  #take(stream: Stream, checked: Checked, events: TimelineEvent[]): void {
    if (checked.corrected) events.push(problemEvent("timestamp-wrong", { pid: checked.unit.pid }));
    if (this.#base === undefined) this.#hold(stream, checked, events);
    else this.#place(stream, this.#base, checked, events);
  }

  #announce(streams: readonly ElementaryStream[]): void {
    const before = [...this.#streams.values()];
    this.#streams = new Map();
    const ordinals = { video: 0, audio: 0 };
    for (const announced of streams) {
      const identity = this.#identify(announced, ++ordinals[announced.kind]);
      if (identity === undefined) continue;
      const known = before.find(
        (stream) => stream.identity.id === identity.id && stream.announced.codec === announced.codec,
      );
      this.#streams.set(announced.pid, known ?? newStream(announced, identity));
    }
  }

  /** Keeps units until the input has epoch time; pictures before the first that can be decoded are of no use. */
  #hold(stream: Stream, held: Received, events: TimelineEvent[]): void {
    const { unit } = held;
    const reference = this.#reference();
    if (unit.kind === "video") {
      stream.startable ||= unit.randomAccess !== undefined;
      if (reference === stream) stream.probe.push(unit);
    }
    if (unit.kind === "audio" || stream.startable) {
      this.#held.push(held);
      this.#heldBytes += unitSize(unit);
    }
    const isKnown = reference?.announced.kind === "audio" || (reference?.startable && reference.probe.isClosed);
    const first = this.#held[0]?.unit;
    const waited = first === undefined ? 0 : Math.abs(unit.pts - first.pts);
    const isTooMuch = this.#held.length > MAX_HELD_UNITS || this.#heldBytes > MAX_HELD_BYTES;
    if (isKnown || waited > MAX_WAIT_TICKS || isTooMuch) this.#settle(events);
  }

  /** The stream whose first unit anchors the input: its first video, else its first audio. */
  #reference(): Stream | undefined {
    const streams = [...this.#streams.values()];
    return streams.find((stream) => stream.announced.kind === "video") ?? streams[0];
  }

  #settle(events: TimelineEvent[]): void {
    const reference = this.#reference();
    const first = this.#held.find((held) => this.#streams.get(held.unit.pid) === reference) ?? this.#held[0];
    if (reference === undefined || first === undefined) return;
    reference.probe.close();
    const held = this.#held;
    this.#held = [];
    const base = this.#lock(reference, held, first.arrival, events) ?? this.#anchorByClock(reference, first);
    this.#base = base;
    for (const one of held) {
      const stream = this.#streams.get(one.unit.pid);
      if (stream !== undefined) this.#place(stream, base, one, events);
    }
  }

  /** Epoch time by the timecodes of the reference's pictures. */
  #lock(
    { announced, probe }: Stream,
    held: readonly Received[],
    arrival: Milliseconds | undefined,
    events: TimelineEvent[],
  ): TimeBase | undefined {
    if (!this.#anchor.usesTimecodes) return undefined;
    const reader = new TimecodeReader();
    const pictures: TimecodedPicture[] = [];
    for (const { unit } of held) {
      if (unit.kind !== "video" || unit.pid !== announced.pid) continue;
      const timecodes = reader.read(unit);
      for (const problem of timecodes.problems) events.push({ kind: "problem", problem });
      pictures.push({ pts: unit.pts, timecodes });
    }
    const { rate, regular } = probe.result();
    const lock = this.#anchor.lock(pictures, new PictureClock(rate, regular), arrival);
    if (lock === undefined) return undefined;
    this.#timecode = lock.source;
    return new TimeBase(lock.pts, lock.epoch);
  }

  #anchorByClock(reference: Stream, { unit, arrival }: Received): TimeBase {
    this.#timecode = "none";
    const epoch = this.#anchor.anchor(unit.pts, arrival, (time) =>
      unit.kind === "audio" ? time : snap(time, reference),
    );
    return new TimeBase(unit.pts, epoch);
  }

  #place(stream: Stream, base: TimeBase, { unit, arrival }: Received, events: TimelineEvent[]): void {
    const dts = unit.kind === "video" ? unit.dts : unit.pts;
    const placed = base.place(stream.clock, unit.pts, dts, stepOf(unit), arrival);
    this.#reached = Math.max(this.#reached, placed.pts);
    if (placed.jumped && !this.#announcedJump) events.push(problemEvent("timestamp-jump", { pid: unit.pid }));
    if (placed.jumped) this.#announcedJump = false;
    if (unit.kind === "audio") {
      stream.audio.push(unit, placed.pts, events);
    } else if (stream.video !== undefined) {
      stream.video.push(unit, placed, events);
    } else {
      stream.waiting.push({ unit, placed });
      stream.probe.push(unit);
      if (stream.probe.isClosed) this.#startVideo(stream, events);
    }
  }

  #startVideo(stream: Stream, events: TimelineEvent[]): void {
    const { rate, regular } = stream.probe.result();
    const video = new VideoTimeline(stream.identity, new PictureClock(rate, regular));
    stream.video = video;
    const waiting = stream.waiting;
    stream.waiting = [];
    video.open(events);
    for (const { unit, placed } of waiting) video.push(unit, placed, events);
  }
}

/**
 * The nearest picture of the stream's grid that a slower rendition has too: at 50 pictures a second every other one, so
 * that one at 25 finds its pictures on its own grid.
 */
function snap(time: Ticks, { probe }: Stream): Ticks {
  const { rate, regular } = probe.result();
  let { num } = rate;
  while (num / rate.den > SLOW_RATE && num % 2 === 0) num /= 2;
  const clock = new PictureClock({ num, den: rate.den }, regular);
  return clock.epochOf(clock.index(time));
}

function newStream(announced: ElementaryStream, identity: StreamIdentity): Stream {
  return {
    announced,
    identity,
    filter: new TimestampFilter(),
    clock: { base: undefined, last: 0 as Ticks, end: 0 as Ticks, arrival: undefined },
    probe: new RateProbe(),
    video: undefined,
    audio: new AudioTimeline(identity),
    waiting: [],
    startable: false,
  };
}

/** The nominal length of a unit in ticks. */
function stepOf(unit: AccessUnit): number {
  if (unit.kind === "audio") {
    const { samplesPerFrame, sampleRate } = unit.configuration;
    return Math.round((samplesPerFrame * TICKS_PER_SECOND) / sampleRate);
  }
  const rate = unit.configuration.declaredPictureRate;
  return rate === undefined ? TICKS_PER_SECOND / 25 : Math.round((TICKS_PER_SECOND * rate.den) / rate.num);
}
