import type { AccessUnit, ElementaryStream, VideoAccessUnit } from "../demux/access-unit.ts";
import type { VideoConfiguration } from "../demux/track-configuration.ts";
import { problemEvent } from "../problem/problem.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import { PictureClock } from "./picture-clock.ts";
import { detectPictureRate, PICTURES_FOR_RATE } from "./picture-rate.ts";
import { AudioTimeline, RateProbe, type StreamIdentity, VideoTimeline } from "./stream-timeline.ts";
import { JUMP_TICKS, type Placement, type StreamClock } from "./time-base.ts";
import type { TimecodeSource } from "./timecode-options.ts";
import type { TimelineEvent } from "./timed-unit.ts";
import { TimestampFilter } from "./timestamp-filter.ts";

/** A clock set back by less lets two pictures fall on one time at a cut, where the later takes the earlier one's place. */
const OVERLAP_TICKS = TICKS_PER_SECOND / 10;

/** Rates that differ by less are one, as rounding may have it: 30 and 29.97 do, 24 and 25 do not. */
const OTHER_RATE = 0.02;
/** Decoding times that step back by less are mere disorder. */
const BACK_TICKS = TICKS_PER_SECOND / 2;

/** One elementary stream of an input and what is known of its time. */
export class InputStream {
  /** As last announced: a stream may move to another PID. */
  announced: ElementaryStream;
  readonly identity: StreamIdentity;
  readonly filter: TimestampFilter = new TimestampFilter();
  readonly clock: StreamClock = {
    base: undefined,
    moves: 0,
    last: 0 as Ticks,
    end: 0 as Ticks,
    arrival: undefined,
    arrived: 0 as Ticks,
  };
  probe: RateProbe = new RateProbe();
  /** A picture came that decoding can start with. */
  startable = false;
  /** Units of it wait for the clock to be set. */
  held = false;
  /** Decoding time of its last unit, by the input's clock. */
  #last: Ticks | undefined;
  readonly #audio: AudioTimeline;
  #video: VideoTimeline | undefined;
  #configuration: VideoConfiguration | undefined;
  /** Presentation times of the newest pictures, by the input's clock. */
  readonly #newest: Ticks[] = [];
  #pictureClock: PictureClock | undefined;
  /** Placed pictures that wait for the picture rate to be known. */
  #waiting: { readonly unit: VideoAccessUnit; readonly placed: Placement; readonly source: TimecodeSource }[] = [];
  /** Where presentation has come to, in epoch time. */
  #shown = Number.NEGATIVE_INFINITY;
  /** The clock was set back: pictures before this are shown already. */
  #repeatsUntil: number | undefined;
  /** The clock was set back to this: sound of before it that would come to be later gives way. */
  #setBackTo: number | undefined;

  constructor(announced: ElementaryStream, identity: StreamIdentity) {
    this.announced = announced;
    this.identity = identity;
    this.#audio = new AudioTimeline(identity);
  }

  /** The grid of its pictures, where it is known. */
  get pictureClock(): PictureClock | undefined {
    return this.#video === undefined ? undefined : this.#pictureClock;
  }

  /** The nominal length of a unit in ticks. */
  stepOf(unit: AccessUnit): number {
    if (unit.kind === "audio") {
      const { samplesPerFrame, sampleRate } = unit.configuration;
      return Math.round((samplesPerFrame * TICKS_PER_SECOND) / sampleRate);
    }
    const rate = this.#pictureClock?.rate ?? unit.configuration.declaredPictureRate ?? { num: 25, den: 1 };
    return Math.round((TICKS_PER_SECOND * rate.den) / rate.num);
  }

  /** Whether a unit that decodes at `dts` cannot follow the one before, at whatever picture rate. Asked once of each. */
  leaps(dts: Ticks): boolean {
    const last = this.#last;
    this.#last = dts;
    return last !== undefined && (dts < last - BACK_TICKS || dts > last + JUMP_TICKS);
  }

  place(unit: AccessUnit, placed: Placement, source: TimecodeSource, events: TimelineEvent[]): void {
    if (this.#repeats(unit, placed, events)) {
      events.push(problemEvent("repeated", { pid: unit.pid }));
      return;
    }
    const end = placed.pts + this.stepOf(unit);
    if (unit.kind === "audio") this.#audio.push(unit, placed, source, events);
    else this.#placePicture(unit, placed, source, events);
    this.#shown = Math.max(this.#shown, end);
  }

  /** The clock of the input was set back at a cut point: its sound gives way from there on. */
  setBack(epoch: Ticks, events: TimelineEvent[]): void {
    if (this.announced.kind !== "audio") return;
    this.#setBackTo = epoch;
    if (epoch < this.#shown) this.#audio.setBack(epoch, false, events);
  }

  /** Whether a unit is from a time that is shown already; pictures go on with one that can be decoded. */
  #repeats(unit: AccessUnit, { rebased, pts }: Placement, events: TimelineEvent[]): boolean {
    if (rebased) this.#setBackTo = undefined;
    else if (this.#setBackTo !== undefined && pts >= this.#setBackTo) return true;
    if (rebased && pts < this.#shown - OVERLAP_TICKS) {
      this.#repeatsUntil = this.#shown - OVERLAP_TICKS;
      const timeline = unit.kind === "audio" ? this.#audio : this.#video;
      timeline?.setBack(this.#shown as Ticks, true, events);
    }
    if (this.#repeatsUntil === undefined) return false;
    if (pts < this.#repeatsUntil || (unit.kind === "video" && unit.randomAccess === undefined)) return true;
    this.#repeatsUntil = undefined;
    return false;
  }

  /** The end of the stream: few pictures have to do. */
  flush(events: TimelineEvent[]): void {
    if (this.#waiting.length > 0) this.#start(events);
  }

  #placePicture(unit: VideoAccessUnit, placed: Placement, source: TimecodeSource, events: TimelineEvent[]): void {
    if (placed.rebased && placed.pts < this.#shown) this.#video?.setBack(placed.pts, false, events);
    const isOther = this.#hasOtherRate(unit);
    if (this.#video !== undefined && (placed.restarted || isOther)) this.reprobe(events);
    if (this.#video !== undefined) {
      this.#video.push(unit, placed, source, events);
      return;
    }
    this.#waiting.push({ unit, placed, source });
    this.probe.push(unit);
    if (this.probe.isClosed) this.#start(events);
  }

  /** Whether pictures come at another rate than they did; asked of each, found at an I-frame. Without a jump of the clock an encoder may do that. */
  #hasOtherRate({ pts, randomAccess, configuration }: VideoAccessUnit): boolean {
    const newest = this.#newest;
    const before = this.#pictureClock?.rate;
    // With other parameters another rate may have come, and it would take a GOP to see it.
    const isChanged = this.#configuration !== undefined && this.#configuration !== configuration;
    this.#configuration = configuration;
    if (isChanged && randomAccess !== undefined) return true;
    const rate =
      randomAccess !== undefined && newest.length === PICTURES_FOR_RATE ? detectPictureRate(newest, before) : undefined;
    newest.push(pts);
    if (newest.length > PICTURES_FOR_RATE) newest.shift();
    if (rate === undefined || before === undefined) return false;
    if (this.#pictureClock?.regular === false) return true;
    const ratio = (rate.num * before.den) / (rate.den * before.num);
    return Math.abs(ratio - 1) > OTHER_RATE;
  }

  /** Learns the picture rate anew. */
  reprobe(events: TimelineEvent[]): void {
    this.flush(events);
    this.probe = new RateProbe();
    this.#video = undefined;
    this.#newest.length = 0;
  }

  #start(events: TimelineEvent[]): void {
    const { rate, regular } = this.probe.result();
    const before = this.#pictureClock;
    const isNew =
      before === undefined || before.regular !== regular || before.rate.num * rate.den !== before.rate.den * rate.num;
    const clock = isNew ? new PictureClock(rate, regular) : before;
    const video = new VideoTimeline(this.identity, clock);
    this.#pictureClock = clock;
    this.#video = video;
    if (isNew) video.open(events);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { unit, placed, source } of waiting) video.push(unit, placed, source, events);
  }
}
