import type { AccessUnit, DemuxEvent, ElementaryStream } from "../demux/access-unit.ts";
import { problemEvent } from "../problem/problem.ts";
import { type Milliseconds, TICKS_PER_SECOND } from "../time/units.ts";
import type { ChannelAnchor } from "./channel-anchor.ts";
import { ClockWait } from "./clock-wait.ts";
import { HeldUnits } from "./held-units.ts";
import { InputClock } from "./input-clock.ts";
import { InputStream } from "./input-stream.ts";
import { nearestSharedPicture, PictureClock } from "./picture-clock.ts";
import type { IdentifyStream } from "./stream-names.ts";
import { type ProbedRate, RateProbe } from "./stream-timeline.ts";
import type { Placement } from "./time-base.ts";
import type { TimecodeStatus } from "./timecode-status.ts";
import type { TimelineEvent } from "./timed-unit.ts";
import { type Checked, decodeTimeOf, stampsOf } from "./timestamp-filter.ts";
import { UnitsAhead } from "./units-ahead.ts";

/** How long, by stream time, an input waits for the first I-frame of its video, or for its announced video to come at all. */
const MAX_WAIT_TICKS = 12 * TICKS_PER_SECOND;
/** How far sound may come ahead of the pictures and still wait for them to say what its time is. */
const MAX_AHEAD_TICKS = 1.5 * TICKS_PER_SECOND;
/** How long streams whose clock has jumped wait for the pictures to do the same. */
const MAX_APART_TICKS = 2 * TICKS_PER_SECOND;

/**
 * Puts the access units of one input on the channel's epoch-anchored timeline.
 *
 * Nothing is placed before the picture rate of the input's first video, its *reference*, is known: the timecodes of its first pictures
 * then fix how the input's clock maps to the epoch; where they cannot be used the first picture does, moved to the nearest
 * picture of the grid so that sound keeps its distance to the pictures. The same is done again where the clock jumps.
 *
 * Each cut point of the reference may change the mapping from its presentation on. So that it does not matter how the streams are
 * interleaved, the others are placed when the reference has come as far as they have.
 */
export class InputTimeline {
  readonly #identify: IdentifyStream;
  readonly #clock: InputClock;
  readonly #wait: ClockWait;
  #announced: readonly ElementaryStream[] = [];
  #streams = new Map<number, InputStream>();
  #reference: InputStream | undefined;
  /** Until the clock is set, or set again. */
  readonly #held = new HeldUnits();
  /** Units of other streams that are ahead of the reference. */
  readonly #ahead = new UnitsAhead();
  /** Decoding time the reference has come to, by its own clock. */
  #front = Number.NEGATIVE_INFINITY;
  /** Latest presentation time placed, in epoch time. */
  #reached = Number.NEGATIVE_INFINITY;
  /** The input said itself that its clock breaks. */
  #announcedJump = false;

  /** @param input - Counts from 0. */
  constructor(anchor: ChannelAnchor, input: number, identify: IdentifyStream) {
    this.#identify = identify;
    this.#clock = new InputClock(anchor, input);
    this.#wait = new ClockWait(anchor.timecode, this.#clock);
  }

  /** How far presentation has come, in ticks since the epoch; minus infinity before the first unit is placed. */
  get reached(): number {
    return this.#reached;
  }

  get timecode(): TimecodeStatus {
    return this.#clock.status;
  }

  /** The state alone, which costs nothing to ask for. */
  get timecodeState(): TimecodeStatus["state"] {
    return this.#clock.state;
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
      case "access-unit": {
        const stream = this.#streams.get(event.unit.pid);
        if (stream === undefined) break;
        for (const checked of stream.filter.push({ unit: event.unit, arrival })) this.#take(stream, checked, events);
      }
    }
    return events;
  }

  /** The end of the input: decides with what is there. */
  flush(): readonly TimelineEvent[] {
    const events: TimelineEvent[] = [];
    for (const stream of this.#streams.values()) {
      for (const checked of stream.filter.flush()) this.#take(stream, checked, events);
    }
    if (!this.#held.isEmpty) this.#settle(events, true);
    this.#release(Number.POSITIVE_INFINITY, events);
    for (const stream of this.#streams.values()) stream.flush(events);
    return events;
  }

  #announce(streams: readonly ElementaryStream[]): void {
    this.#announced = streams;
    const before = [...this.#streams.values()];
    this.#streams = new Map();
    const ordinals = { video: 0, audio: 0 };
    for (const announced of streams) {
      const identity = this.#identify(announced, ++ordinals[announced.kind]);
      if (identity === undefined) continue;
      const known = before.find(
        (stream) => stream.identity.id === identity.id && stream.announced.codec === announced.codec,
      );
      const stream = known ?? new InputStream(announced, identity);
      stream.announced = announced;
      this.#streams.set(announced.pid, stream);
    }
    const all = [...this.#streams.values()];
    this.#reference = all.find(({ announced }) => announced.kind === "video") ?? all[0];
  }

  #take(stream: InputStream, checked: Checked, events: TimelineEvent[]): void {
    const { unit } = checked;
    if (checked.corrected) events.push(problemEvent("timestamp-wrong", { pid: unit.pid }));
    const isReference = stream === this.#reference;
    const step = stream.stepOf(unit);
    const leaps = stream.leaps(decodeTimeOf(checked.unit));
    if (leaps && (!this.#clock.isSet || stream.held)) {
      if (checked.arrival !== undefined) this.#forget(stream);
      else if (isReference && stream.held) this.#settle(events, true);
    }
    const isLost = this.#clock.isTimecoded && !this.#clock.goesOn(stream.clock, stampsOf(checked), step);
    if (isLost && isReference && this.#clock.isSet && !stream.held) this.#startAgain(stream, events);
    if (isReference && unit.kind === "video") {
      for (const problem of this.#clock.read(unit)) events.push({ kind: "problem", problem });
    }
    if (!this.#clock.isSet || stream.held || isLost) this.#hold(stream, checked, events);
    else this.#order(stream, checked, events);
  }

  /** The clock of a stream of a live input jumps while its units wait: those before belong to a clock that nobody will know. */
  #forget(stream: InputStream): void {
    this.#held.dropStream(stream.announced.pid);
    if (stream !== this.#reference) return;
    this.#clock.clear();
    stream.probe = new RateProbe();
  }

  /** The reference's clock has jumped: what waited for it belongs to the clock before, or has jumped already. */
  #startAgain(reference: InputStream, events: TimelineEvent[]): void {
    for (const { stream, checked } of this.#ahead.takeUntil(Number.POSITIVE_INFINITY)) {
      if (this.#clock.goesOn(stream.clock, stampsOf(checked), stream.stepOf(checked.unit))) {
        this.#place(stream, checked, events);
      } else this.#keep(stream, checked);
    }
    this.#clock.clear();
    reference.reprobe(events);
    reference.startable = true;
    this.#front = Number.NEGATIVE_INFINITY;
  }

  /** Keeps units until the clock is set; pictures before the first that can be decoded are of no use. */
  #hold(stream: InputStream, checked: Checked, events: TimelineEvent[]): void {
    const { unit } = checked;
    if (unit.kind === "video") {
      stream.startable ||= unit.randomAccess !== undefined;
      if (stream === this.#reference) {
        stream.probe.push(unit);
        if (unit.randomAccess !== undefined && this.#waitsForTimecode(checked)) this.#held.dropBefore(unit.dts);
      }
    }
    if (unit.kind === "audio" || stream.startable) {
      this.#keep(stream, checked);
    }
    if (this.#isReady(unit)) this.#settle(events, false);
  }

  #keep(stream: InputStream, checked: Checked): void {
    stream.held = true;
    this.#held.push(checked);
  }

  /** Whether the wait may be long: of a live input no more than a GOP is kept then. */
  #waitsForTimecode({ arrival }: Checked): boolean {
    return arrival !== undefined && (this.#wait.isForTimecode || this.#clock.timecodes === 1);
  }

  /** @param newest - The unit that came last. */
  #isReady({ pid, pts }: AccessUnit): boolean {
    const reference = this.#reference;
    // By one stream's clock: the others may not have jumped yet.
    const first = this.#held.firstOf(pid);
    if (first === undefined) return false;
    const waited = Math.abs(pts - first.unit.pts);
    const isTooMuch = waited > MAX_WAIT_TICKS || this.#held.isFull;
    if (isTooMuch) return true;
    if (this.#clock.isSet && !reference?.held) return waited > MAX_APART_TICKS;
    const isKnown = reference?.announced.kind === "audio" || (reference?.startable && reference.probe.isClosed);
    // Where timecodes are rare, as on I-frames alone, one does not decide.
    return isKnown === true && this.#clock.timecodes !== 1;
  }

  /** Sets the clock, if it can be, and places what was held. */
  #settle(events: TimelineEvent[], final: boolean): void {
    const reference = this.#reference;
    const first = this.#held.firstOf(reference?.announced.pid) ?? this.#held.first;
    if (reference === undefined || first === undefined) return;
    if (!this.#clock.isSet || reference.held) {
      const rate = first.unit.kind === "video" ? reference.probe.result() : undefined;
      if (!this.#setClock(reference, first, rate, final)) {
        // What comes next may be more regular.
        if (rate?.regular === false) reference.probe = new RateProbe();
        if (this.#held.isFull) this.#held.take();
        return;
      }
    }
    // By now the other inputs have said what they bring: sound that an earlier one has is not taken again.
    this.#announce(this.#announced);
    reference.probe.close();
    this.#wait.end();
    const held = this.#held.take();
    for (const stream of this.#streams.values()) stream.held = false;
    for (const one of held) {
      const stream = this.#streams.get(one.unit.pid);
      if (stream !== undefined) this.#order(stream, one, events);
    }
  }

  /** @returns false while something better than arrival may come. */
  #setClock(reference: InputStream, first: Checked, rate: ProbedRate | undefined, final: boolean): boolean {
    const { pts, arrival } = stampsOf(first);
    const clock = rate && new PictureClock(rate.rate, rate.regular);
    if (clock !== undefined && this.#clock.lock(reference.clock, stampsOf(first), clock)) return true;
    const isVideo = reference.announced.kind === "video";
    if (!final && this.#wait.goesOn(stampsOf(first), stampsOf(this.#held.last!), isVideo)) return false;
    if (this.#clock.isSet) this.#clock.goOn();
    else if (!this.#clock.share(pts, arrival)) {
      this.#clock.setByArrival(pts, arrival, (time) => (rate === undefined ? time : nearestSharedPicture(time, rate)));
    }
    return true;
  }

  /** Places a unit of the reference, and what waited for it; any other when the reference has come so far. */
  #order(stream: InputStream, checked: Checked, events: TimelineEvent[]): void {
    if (stream === this.#reference) {
      this.#place(stream, checked, events);
      this.#front = decodeTimeOf(checked.unit);
      if (!this.#ahead.isEmpty) this.#release(this.#front, events);
      return;
    }
    const { pts } = checked.unit;
    if (this.#ahead.isEmpty && (!this.#clock.isLocked || pts <= this.#front)) {
      this.#place(stream, checked, events);
      return;
    }
    this.#ahead.push(stream, checked);
    this.#release(Math.max(this.#front, pts - MAX_AHEAD_TICKS), events);
  }

  /** Places what waited, up to a presentation time: no cut point that is still to come is presented before. */
  #release(until: number, events: TimelineEvent[]): void {
    for (const { stream, checked } of this.#ahead.takeUntil(until)) this.#place(stream, checked, events);
  }

  #place(stream: InputStream, checked: Checked, events: TimelineEvent[]): void {
    const { unit } = checked;
    const isCutPoint = stream === this.#reference && unit.kind === "video" && unit.randomAccess !== undefined;
    const cutPoint = isCutPoint ? stream.pictureClock : undefined;
    const isSound = this.#reference?.announced.kind === "audio";
    const placed = this.#clock.place(stream.clock, stampsOf(checked), stream.stepOf(unit), cutPoint, isSound);
    this.#reached = Math.max(this.#reached, placed.pts);
    if (placed.jumped && !this.#announcedJump) events.push(problemEvent("timestamp-jump", { pid: unit.pid }));
    if (placed.jumped) this.#announcedJump = false;
    if (placed.moved !== 0) this.#moved(placed, events);
    stream.place(unit, placed, this.#clock.source, events);
  }

  /** The timecodes have moved the clock at a cut point. */
  #moved({ pts, moved }: Placement, events: TimelineEvent[]): void {
    events.push(problemEvent("timecode-jump", { detail: `${moved > 0 ? "+" : ""}${moved} pictures` }));
    if (moved < 0) for (const stream of this.#streams.values()) stream.setBack(pts, events);
  }
}
