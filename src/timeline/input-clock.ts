import type { VideoAccessUnit } from "../demux/access-unit.ts";
import type { Problem } from "../problem/problem.ts";
import { type Milliseconds, TICKS_PER_MILLISECOND, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { ChannelAnchor } from "./channel-anchor.ts";
import { ClockDrift } from "./clock-drift.ts";
import type { PictureClock } from "./picture-clock.ts";
import { type Base, type Placement, type StreamClock, TimeBase } from "./time-base.ts";
import type { TimecodeSource } from "./timecode-options.ts";
import { TimecodeRecord, type TimecodeStatus } from "./timecode-status.ts";
import { type TimecodeVote, voteOnIndex } from "./timecode-vote.ts";
import { FEWEST_TIMECODES, TimecodeWindow } from "./timecode-window.ts";
import type { Stamps } from "./timestamp-filter.ts";

/** A mapping that moves by less has not moved by pictures: timestamps may be rounded to milliseconds. */
const ROUNDING_TICKS = TICKS_PER_MILLISECOND;

/**
 * Maps one input's timestamps to epoch time, by its timecodes.
 *
 * At each cut point of the input's first video the timecodes of the newest pictures say which picture since the epoch it is. If they are
 * nearly of one mind that counts, whatever was before; so two packagers that have both seen these pictures map the clock
 * alike, to the tick, wherever they began. If they are not, time runs on with the timestamps.
 */
export class InputClock {
  readonly #anchor: ChannelAnchor;
  readonly #input: number;
  readonly #window = new TimecodeWindow();
  readonly #drift = new ClockDrift();
  readonly #record: TimecodeRecord;
  #base: TimeBase | undefined;

  constructor(anchor: ChannelAnchor, input: number) {
    this.#anchor = anchor;
    this.#input = input;
    this.#record = new TimecodeRecord(anchor.timecode.source !== "none");
  }

  /** The mapping is there: units can be placed. */
  get isSet(): boolean {
    return this.#base !== undefined;
  }

  get state(): TimecodeStatus["state"] {
    return this.#record.state;
  }

  /** What tells the time, of this input or of the one whose clock it shares. */
  get source(): TimecodeSource {
    return this.#record.source;
  }

  /** Its own timecodes tell the time: each cut point may change the mapping. */
  get isLocked(): boolean {
    return this.#record.isLocked;
  }

  /** Timecodes tell the time, or may: where the clock jumps they are asked. */
  get isTimecoded(): boolean {
    return this.isLocked || this.#window.pictures.length > 0;
  }

  /** How many of the newest pictures have a timecode. */
  get timecodes(): number {
    return this.#window.pictures.length;
  }

  get status(): TimecodeStatus {
    return this.#record.describe(this.#drift.partsPerMillion);
  }

  /** Takes note of a picture of the input's first video. */
  read(unit: VideoAccessUnit): readonly Problem[] {
    return this.#anchor.timecode.source === "none" ? [] : this.#window.push(unit);
  }

  /** The clock breaks here: timecodes before say nothing of what follows. */
  clear(): void {
    this.#window.clear();
  }

  /** Whether a unit goes on from where a clock is known to be. */
  goesOn(stream: StreamClock, { dts }: Stamps, step: number): boolean {
    return this.#base?.goesOn(stream, dts, step) ?? false;
  }

  /**
   * Sets the clock by the timecodes of the newest pictures, if they can be used.
   *
   * @param stream - Of the picture that it is read off.
   * @returns Whether it is set.
   */
  lock(stream: StreamClock, { pts, dts, arrival }: Stamps, clock: PictureClock): boolean {
    const vote = this.#ask(pts, this.#anchor.near(arrival), clock, this.#anchor.limit(arrival));
    if (vote === undefined) {
      this.#record.refuse(this.#whyNot(pts, arrival, clock));
      return false;
    }
    this.#record.lock(vote.source, 0);
    const epoch = clock.epochOf(vote.index);
    const own = stream.base;
    const isSame = own?.known === true && clock.index((pts + own.offset) as Ticks) === vote.index;
    if (isSame) this.#base!.resume(stream, own, pts, dts, epoch);
    else this.#map(pts, epoch, arrival);
    return true;
  }

  /** Sets the clock by that of another input. */
  share(pts: Ticks, arrival: Milliseconds | undefined): boolean {
    const shared = this.#anchor.shared(this.#input, pts, arrival);
    if (shared === undefined) return false;
    this.#record.share(shared.source);
    this.#map(pts, shared.epoch, arrival);
    return true;
  }

  /** Whether another input has timecodes and this one's clock. */
  canShare({ pts, arrival }: Stamps): boolean {
    const shared = this.#anchor.shared(this.#input, pts, arrival);
    return shared !== undefined && shared.source !== "none";
  }

  /** Whether another input may yet say what the time is. */
  get mayLearn(): boolean {
    return this.#anchor.mayLearn(this.#input);
  }

  /**
   * Sets the clock by arrival.
   *
   * @param snap - Moves an epoch time to the nearest picture of the grid.
   */
  setByArrival(pts: Ticks, arrival: Milliseconds | undefined, snap: (epoch: Ticks) => Ticks): void {
    this.#record.unlock();
    this.#map(pts, snap(this.#anchor.byArrival(arrival)), arrival);
  }

  /** The clock has jumped, and no timecode says where to: it goes on from where it was. */
  goOn(): void {
    this.#record.unlock();
  }

  /**
   * Places a unit.
   *
   * @param step - How long it lasts, in ticks.
   * @param cutPoint - The picture rate, where the unit is a cut point of the input's first video.
   * @param unverified - The input has no video, and never a cut point.
   * @returns The placement, with by how many pictures the timecodes moved the clock.
   */
  place(
    stream: StreamClock,
    { pts, dts, arrival }: Stamps,
    step: number,
    cutPoint: PictureClock | undefined,
    unverified: boolean,
  ): Placement {
    const timeBase = this.#base!;
    const found = timeBase.find(stream, dts, arrival);
    const base = found ?? timeBase.begin(stream, pts, dts, arrival);
    const moved = cutPoint === undefined ? 0 : this.#verify(base, pts, arrival, cutPoint);
    if (unverified && !this.isLocked) this.#follow(base, pts, arrival);
    const placed = timeBase.place(stream, base, pts, dts, step, arrival, moved);
    if (arrival !== undefined) this.#drift.note(placed.dts, arrival);
    return placed;
  }

  /** Goes with the clock of the input that it shares, where that has moved. */
  #follow(base: Base, pts: Ticks, arrival: Milliseconds | undefined): void {
    const shared = this.#anchor.shared(this.#input, pts, arrival);
    if (shared?.isAfter !== true || shared.source === "none") return;
    const off = Math.abs(shared.epoch - (pts + base.offset));
    if (off > 0) this.#base!.move(base, pts, shared.epoch, off > ROUNDING_TICKS);
    this.#record.share(shared.source);
  }

  /** Compares the clock with the timecodes, and sets it by them; returns by how many pictures. */
  #verify(base: Base, pts: Ticks, arrival: Milliseconds | undefined, clock: PictureClock): number {
    const before = (pts + base.offset) as Ticks;
    const shared = !this.isLocked ? this.#anchor.shared(this.#input, pts, arrival) : undefined;
    const predicted = clock.index(before);
    const index = this.#decide(pts, before, predicted, arrival, clock);
    if (!this.isLocked || !clock.regular) {
      if (shared === undefined) {
        this.#anchor.note(this.#input, this.source, pts, before, arrival);
        return 0;
      }
      this.#record.share(shared.source);
      this.#base!.move(base, pts, shared.epoch, true);
      return clock.index(shared.epoch) - predicted;
    }
    const epoch = clock.epochOf(index);
    this.#base!.move(base, pts, epoch, index !== predicted);
    this.#anchor.note(this.#input, this.source, pts, epoch, arrival);
    if (index !== predicted) this.#drift.restart();
    return index - predicted;
  }

  /** Which picture since the epoch it is: as the timecodes say, or as predicted. */
  #decide(
    pts: Ticks,
    before: Ticks,
    predicted: number,
    arrival: Milliseconds | undefined,
    clock: PictureClock,
  ): number {
    const { isLocked } = this;
    const near = isLocked ? before : this.#anchor.near(arrival);
    const limit = isLocked ? undefined : this.#anchor.limit(arrival);
    const fresh = this.#window.takeFresh();
    const vote = fresh ? this.#ask(pts, near, clock, limit) : undefined;
    if (!fresh) {
      this.#record.miss("no timecode comes", undefined);
      return predicted;
    }
    if (vote === undefined || !vote.clear || this.#window.pictures.length < FEWEST_TIMECODES) {
      const reason =
        vote === undefined ? this.#whyNot(pts, arrival, clock) : "the timecodes do not agree with each other";
      this.#record.miss(reason, undefined);
      return predicted;
    }
    const moved = vote.index - predicted;
    // The host's clock is asked only where something changes: it may be set while the stream runs.
    if (isLocked && moved !== 0 && !this.#isNearArrival(clock.epochOf(vote.index), arrival)) {
      this.#record.miss(this.#whyNot(pts, arrival, clock), moved);
      return predicted;
    }
    this.#record.lock(vote.source, moved);
    return vote.index;
  }

  #isNearArrival(epoch: Ticks, arrival: Milliseconds | undefined): boolean {
    const limit = this.#anchor.limit(arrival);
    return limit === undefined || Math.abs(epoch - this.#anchor.near(arrival)) <= limit;
  }

  #map(pts: Ticks, epoch: Ticks, arrival: Milliseconds | undefined): void {
    const known = this.isLocked;
    if (this.#base === undefined) this.#base = new TimeBase(pts, epoch, known);
    else this.#base.map(pts, epoch, known);
    this.#anchor.note(this.#input, this.source, pts, epoch, arrival);
    this.#drift.restart();
  }

  #ask(pts: Ticks, near: Ticks, clock: PictureClock, limit: Ticks | undefined): TimecodeVote | undefined {
    return voteOnIndex(this.#window.pictures, pts, clock, this.#anchor.timecode, near, limit);
  }

  #whyNot(pts: Ticks, arrival: Milliseconds | undefined, clock: PictureClock): string {
    if (this.#window.pictures.length === 0) return "no timecode comes";
    if (!clock.regular) return "pictures come at no regular rate";
    const near = this.#anchor.near(arrival);
    const vote = this.#ask(pts, near, clock, undefined);
    if (vote === undefined) {
      return clock.rate.den === 1
        ? "the timecodes do not go on with the pictures"
        : "the timecodes do not go on with the pictures, or at this rate are no time of day (drop-frame or MISB would be)";
    }
    const off = Math.round((clock.epochOf(vote.index) - near) / TICKS_PER_SECOND);
    return `the timecodes are ${off} s off this machine's clock`;
  }
}
