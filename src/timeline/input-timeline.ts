import type { AccessUnit, DemuxEvent, ElementaryStream } from "../demux/access-unit.ts";
import { problemEvent } from "../problem/problem.ts";
import { type Milliseconds, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { ChannelAnchor } from "./channel-anchor.ts";
import { PictureClock } from "./picture-clock.ts";
import { AudioTimeline, RateProbe, type StreamIdentity, VideoTimeline } from "./stream-timeline.ts";
import { type StreamClock, TimeBase } from "./time-base.ts";
import type { TimelineEvent } from "./timed-unit.ts";

/** How long, by stream time, an input waits for the first I-frame of its video, or for its announced video to come at all. */
const MAX_WAIT_TICKS = 12 * TICKS_PER_SECOND;
/** Units held while an input has no epoch time: more than 12 s of a ladder with several audio tracks. */
const MAX_HELD_UNITS = 16_384;

/**
 * Says what the n-th stream of its kind in an input's programme is called in the output; n counts from 1. Undefined where it
 * is not wanted.
 */
export type IdentifyStream = (stream: ElementaryStream, ordinal: number) => StreamIdentity | undefined;

/** One elementary stream of the input and what is known of its time. */
type Stream = {
  readonly announced: ElementaryStream;
  readonly identity: StreamIdentity;
  readonly clock: StreamClock;
  readonly probe: RateProbe;
  video: VideoTimeline | undefined;
  readonly audio: AudioTimeline;
  /** Placed pictures that wait for the picture rate to be known. */
  waiting: { unit: AccessUnit; pts: Ticks; dts: Ticks }[];
  startable: boolean;
};

type Held = { readonly unit: AccessUnit; readonly arrival: Milliseconds | undefined };

/**
 * Puts the access units of one input on the channel's epoch-anchored timeline.
 *
 * Nothing is placed before the picture rate of the input's first video is known: its first picture then fixes how the
 * input's clock maps to the epoch, moved to the nearest picture of the grid so that sound keeps its distance to the pictures.
 */
export class InputTimeline {
  readonly #anchor: ChannelAnchor;
  readonly #identify: IdentifyStream;
  #streams = new Map<number, Stream>();
  #held: Held[] = [];
  #base: TimeBase | undefined;
  /** Latest presentation time placed, in epoch time. */
  #reached = Number.NEGATIVE_INFINITY;
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

  /** @param arrival - When the bytes of the event came, by the host's clock; absent for an input that is not live. */
  push(event: DemuxEvent, arrival?: Milliseconds): readonly TimelineEvent[] {
    switch (event.kind) {
      case "problem":
        return [event];
      case "discontinuity":
        this.#announcedJump = true;
        return [];
      case "program":
        this.#announce(event.streams);
        return [];
      case "access-unit":
        return this.#base === undefined ? this.#hold({ unit: event.unit, arrival }) : this.#place(event.unit, arrival);
    }
  }

  /** The end of the input: decides with what is there. */
  flush(): readonly TimelineEvent[] {
    const events = this.#base === undefined ? [...this.#settle()] : [];
    for (const stream of this.#streams.values()) {
      if (stream.waiting.length > 0) events.push(...this.#startVideo(stream));
    }
    return events;
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
  #hold(held: Held): readonly TimelineEvent[] {
    const stream = this.#streams.get(held.unit.pid);
    if (stream === undefined) return [];
    if (held.unit.kind === "video") {
      stream.startable ||= held.unit.randomAccess !== undefined;
      if (stream.startable) this.#held.push(held);
    } else {
      this.#held.push(held);
    }
    const reference = this.#reference();
    if (reference === stream && held.unit.kind === "video") {
      const probed = stream.probe.push(held.unit);
      if (probed !== undefined && stream.startable) return this.#settle();
    }
    if (reference?.announced.kind === "audio") return this.#settle();
    const first = this.#held[0]?.unit;
    const waited = first === undefined ? 0 : held.unit.pts - first.pts;
    return Math.abs(waited) > MAX_WAIT_TICKS || this.#held.length > MAX_HELD_UNITS ? this.#settle() : [];
  }

  /** The stream whose first unit anchors the input: its first video, else its first audio. */
  #reference(): Stream | undefined {
    const streams = [...this.#streams.values()];
    return streams.find((stream) => stream.announced.kind === "video") ?? streams[0];
  }

  #settle(): readonly TimelineEvent[] {
    const reference = this.#reference();
    const first = this.#held.find((held) => this.#streams.get(held.unit.pid) === reference) ?? this.#held[0];
    if (first === undefined) return [];
    const { unit, arrival } = first;
    const epoch = this.#anchor.anchor(unit.pts, arrival, (time) => {
      if (unit.kind === "audio") return time;
      const { rate, regular } = reference!.probe.result();
      const clock = new PictureClock(rate, regular);
      return clock.epochOf(clock.index(time));
    });
    this.#base = new TimeBase(unit.pts, epoch);
    const held = this.#held;
    this.#held = [];
    return held.flatMap((one) => this.#place(one.unit, one.arrival));
  }

  #place(unit: AccessUnit, arrival: Milliseconds | undefined): readonly TimelineEvent[] {
    const stream = this.#streams.get(unit.pid);
    if (stream === undefined || this.#base === undefined) return [];
    const dts = unit.kind === "video" ? unit.dts : unit.pts;
    const placed = this.#base.place(stream.clock, unit.pts, dts, stepOf(unit), arrival);
    this.#reached = Math.max(this.#reached, placed.pts);
    const events: TimelineEvent[] = [];
    if (placed.jumped && !this.#announcedJump) events.push(problemEvent("timestamp-jump", { pid: unit.pid }));
    if (placed.jumped) this.#announcedJump = false;
    if (unit.kind === "audio") return [...events, ...stream.audio.push(unit, placed.pts)];
    if (stream.video !== undefined) return [...events, ...stream.video.push(unit, placed.pts, placed.dts)];
    stream.waiting.push({ unit, pts: placed.pts, dts: placed.dts });
    const known = stream === this.#reference() || stream.probe.push(unit) !== undefined;
    return known ? [...events, ...this.#startVideo(stream)] : events;
  }

  #startVideo(stream: Stream): readonly TimelineEvent[] {
    const { rate, regular } = stream.probe.result();
    const video = new VideoTimeline(stream.identity, new PictureClock(rate, regular));
    stream.video = video;
    const waiting = stream.waiting;
    stream.waiting = [];
    return [
      ...video.open(),
      ...waiting.flatMap(({ unit, pts, dts }) => (unit.kind === "video" ? video.push(unit, pts, dts) : [])),
    ];
  }
}

function newStream(announced: ElementaryStream, identity: StreamIdentity): Stream {
  return {
    announced,
    identity,
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
