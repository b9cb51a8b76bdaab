import { problemEvent } from "../problem/problem.ts";
import type { ProblemCode } from "../problem/problems.ts";
import type { MediaTime } from "../time/units.ts";
import { AudioClock } from "../timeline/audio-clock.ts";
import type { TimedFrame, TimedUnit } from "../timeline/timed-unit.ts";
import { MAX_MEDIA_BYTES, unitSize } from "../timeline/unit-size.ts";
import type { SegmentSink } from "./segment-event.ts";

/** The segment of a track that is being filled. */
export class OpenSegment {
  readonly number: number;
  readonly start: MediaTime;
  /** The latest time it may last until. */
  readonly limit: number;
  /** Puts its sound in a row, so that nothing of what was before the segment is left in it. */
  readonly #clock = new AudioClock();
  readonly #configuration: unknown;
  readonly #isTimecoded: boolean;
  #units = 0;
  #bytes = 0;

  /** @param first - Its first unit. */
  constructor(number: number, start: MediaTime, limit: number, first: TimedUnit) {
    this.number = number;
    this.start = start;
    this.limit = limit;
    this.#configuration = first.unit.configuration;
    this.#isTimecoded = first.timecode !== "none";
  }

  get units(): number {
    return this.#units;
  }

  /** A frame where the frames of the segment have come to, whatever its timestamp's rounding; undefined where it lies before that. */
  inSeries(frame: TimedFrame, duration: number, events: SegmentSink): TimedFrame | undefined {
    const { pid } = frame.unit;
    const placement = this.#clock.place(frame.time, duration);
    if (placement.kind === "overlap") {
      events.push(problemEvent("audio-overlap", { pid }));
      return undefined;
    }
    if (placement.gap > 0) events.push(problemEvent("audio-gap", { pid, detail: `${placement.gap} samples` }));
    return placement.time === frame.time ? frame : { ...frame, time: placement.time };
  }

  /** Why a unit cannot be part of it, if that made it last until `end`. */
  misfit(unit: TimedUnit, end: MediaTime): ProblemCode | undefined {
    if (unit.unit.configuration !== this.#configuration || end > this.limit) return "picture-unplaced";
    // Begun by arrival, its name is not that by timecode.
    if ((unit.timecode !== "none") !== this.#isTimecoded) return "picture-unplaced";
    // Each sample takes a tick at least.
    const isFull = this.#units >= end - this.start || this.#bytes > MAX_MEDIA_BYTES;
    return isFull ? "segment-overfull" : undefined;
  }

  add(unit: TimedUnit): void {
    this.#units++;
    this.#bytes += unitSize(unit.unit);
  }
}
