import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import { LiveAudio } from "./live-audio.ts";
import { LiveVideo } from "./live-video.ts";
import { ProgramMultiplexer, READY_TICKS } from "./program-multiplexer.ts";
import type { Sample } from "./sample.ts";
import { simulatedScores } from "./simulated-scores.ts";

/** Packets that are sent at one moment. */
export type TimedPackets = {
  /** Ticks since the epoch. */
  readonly time: Ticks;
  /** Whole packets. */
  readonly packets: Uint8Array;
};

/** PID of the first track; the others follow. */
const FIRST_PID = 0x100;

/**
 * How far sending runs behind the clock of the PCRs: time to capture and encode, so that no picture is sent before the time
 * it says it was taken at. Pictures are encoded out of order, thus up to five wait for the last of them (at 25 a second).
 */
const ENCODING_TICKS = READY_TICKS + TICKS_PER_SECOND / 5;

/**
 * A live encoder made from a sample. Its output is a function of the time alone, so that two of them agree wherever they
 * run at the same time; only continuity counters and the cut into packets differ.
 */
export class LiveSource {
  readonly #multiplexer: ProgramMultiplexer;

  /** @param time - Now: ticks since the epoch. The stream starts with the next picture that can be started with. */
  constructor(sample: Sample, time: Ticks) {
    const { num, den } = sample.videos[0]!.span.rate;
    const videos = sample.videos.map(
      (video, i) => new LiveVideo(FIRST_PID + i, video, (picture) => simulatedScores(picture, num / den, i)),
    );
    const audios = sample.audios.map((audio, i) => new LiveAudio(FIRST_PID + videos.length + i, audio));
    this.#multiplexer = new ProgramMultiplexer([...videos, ...audios]);
    this.restart(time);
  }

  /** Leaves out what lies between, as an encoder does that stood still: goes on at `time`. */
  restart(time: Ticks): void {
    this.#multiplexer.start((time - ENCODING_TICKS) as Ticks);
  }

  /** Everything that is due at `time` and was not given before. */
  advance(time: Ticks): readonly TimedPackets[] {
    const due: TimedPackets[] = [];
    while (this.#multiplexer.time + ENCODING_TICKS <= time) {
      const sendTime = (this.#multiplexer.time + ENCODING_TICKS) as Ticks;
      due.push({ time: sendTime, packets: this.#multiplexer.next() });
    }
    return due;
  }

  /** The rest of what was begun: after it the stream may end with no picture cut off. */
  finish(): Uint8Array {
    return this.#multiplexer.finish();
  }
}
