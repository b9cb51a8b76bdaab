import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import { atRate } from "./at-rate.ts";
import { type EncoderRun, encoderRuns } from "./encoder-runs.ts";
import type { Fault } from "./fault.ts";
import { faultSpan } from "./fault-span.ts";
import { type LinkGap, passGaps } from "./link-gaps.ts";
import type { LiveSourceOptions } from "./live-source-options.ts";
import { liveTracks, renditionPid } from "./live-tracks.ts";
import { ProgramMultiplexer, READY_TICKS } from "./program-multiplexer.ts";
import type { Sample } from "./sample.ts";

/** Packets that are sent at one moment. */
export type TimedPackets = {
  /** Ticks since the epoch. */
  readonly time: Ticks;
  /** Whole packets. */
  readonly packets: Uint8Array;
};

/**
 * How far sending runs behind the clock of the PCRs: time to capture and encode, so that no picture is sent before the time
 * it says it was taken at. Pictures are encoded out of order, thus up to five wait for the last of them (at 25 a second).
 */
const ENCODING_TICKS = READY_TICKS + TICKS_PER_SECOND / 5;

/**
 * A live encoder made from a sample. Its output is a function of the time alone, so that two of them agree wherever they
 * run at the same time; only continuity counters and the cut into packets differ, and faults, which count from the start.
 */
export class LiveSource {
  readonly #sample: Sample;
  readonly #start: Ticks;
  readonly #options: LiveSourceOptions;
  readonly #renditions: readonly number[];
  readonly #gaps: readonly LinkGap[];
  /** The run that is on, and those to come. */
  #runs: readonly EncoderRun[];
  #multiplexer: ProgramMultiplexer;

  /** @param time - Now: ticks since the epoch. The stream starts with the next picture that can be started with. */
  constructor(sample: Sample, time: Ticks, options: LiveSourceOptions = {}) {
    this.#sample = options.rate === undefined ? sample : atRate(sample, options.rate);
    this.#start = time;
    this.#options = options;
    this.#renditions = options.renditions ?? sample.videos.map((_, i) => i + 1);
    this.#gaps = this.#ownFaults("gap").map((fault) => ({
      ...faultSpan(fault, time),
      ...(fault.rendition !== undefined && { pid: renditionPid(this.#renditions, fault.rendition) }),
    }));
    this.#runs = encoderRuns(this.#ownFaults("restart"), time, options.ptsOrigin ?? 0);
    this.#multiplexer = this.#begin(time);
  }

  /** Leaves out what lies between, as an encoder does that stood still: goes on at `time`. */
  skipTo(time: Ticks): void {
    if (this.#endsRun(time)) this.#multiplexer = this.#begin(time);
    else this.#multiplexer.start((time - ENCODING_TICKS) as Ticks);
  }

  /** Everything that is due at `time` and was not given before. */
  advance(time: Ticks): readonly TimedPackets[] {
    const due: TimedPackets[] = [];
    for (let sendTime = this.#sendTime; sendTime <= time; sendTime = this.#sendTime) {
      if (this.#endsRun(sendTime)) {
        this.#multiplexer = this.#begin(sendTime);
        continue;
      }
      const packets = passGaps(this.#gaps, sendTime, this.#multiplexer.next());
      if (packets.length > 0) due.push({ time: sendTime, packets });
    }
    return due;
  }

  /** The rest of what was begun: after it the stream may end with no picture cut off. */
  finish(): Uint8Array {
    return passGaps(this.#gaps, this.#sendTime, this.#multiplexer.finish());
  }

  /** When the next packets are sent. */
  get #sendTime(): Ticks {
    return (this.#multiplexer.time + ENCODING_TICKS) as Ticks;
  }

  #ownFaults(kind: Fault["kind"]): readonly Fault[] {
    const isOwn = ({ rendition }: Fault): boolean => rendition === undefined || this.#renditions.includes(rendition);
    return (this.#options.faults ?? []).filter((fault) => fault.kind === kind && isOwn(fault));
  }

  /** Whether the run that is on is over at `time`; then it is left behind. */
  #endsRun(time: Ticks): boolean {
    if (time < this.#runs[0]!.end) return false;
    this.#runs = this.#runs.filter(({ end }) => time < end);
    return true;
  }

  /** An encoder that starts: the run that is on, or the next. */
  #begin(time: Ticks): ProgramMultiplexer {
    const { begin, ptsOrigin } = this.#runs[0]!;
    const tracks = liveTracks(this.#sample, this.#start, { ...this.#options, renditions: this.#renditions, ptsOrigin });
    const { slotTicks } = this.#options;
    const multiplexer = new ProgramMultiplexer(tracks, { ptsOrigin, ...(slotTicks !== undefined && { slotTicks }) });
    multiplexer.start((Math.max(time, begin) - ENCODING_TICKS) as Ticks);
    return multiplexer;
  }
}
