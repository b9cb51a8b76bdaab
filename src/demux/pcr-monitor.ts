import { CLOCK_WRAP, PCR_UNITS_PER_SECOND, PCR_UNITS_PER_TICK } from "../mpegts/clock.ts";
import { Cadence } from "./cadence.ts";

/** What is wrong with a PCR. */
export type PcrFault = "pcr-repetition" | "pcr-discontinuity" | "pcr-accuracy";

/** The stream's clock after a PCR. */
export type PcrReading = {
  /** Time since the monitor began, in units of 27 MHz; it never goes back. */
  readonly time: number;
  readonly fault?: PcrFault;
  /** Time has jumped: what was awaited by the clock before is awaited anew. */
  readonly jumped: boolean;
};

/** Indicators 2.3a and 2.3b: PCRs at least every 100 ms, and no further apart. @spec TR 101 290 5.2.2 */
export const MAX_PCR_INTERVAL_MS = 100;

const PCR_LIMIT = (PCR_UNITS_PER_SECOND * MAX_PCR_INTERVAL_MS) / 1000;

/** Indicator 2.4: ±500 ns. */
const ACCURACY = (PCR_UNITS_PER_SECOND * 500) / 1_000_000_000;

/** What rounding to whole units makes of the line's slope, from one PCR to the next. */
const ROUNDING = 1;

/** So many PCRs in a row must lie on one straight line before one beside it is a fault: a stream of variable rate has no line. */
const ARMED_AFTER = 16;

/** A line of many hours would not follow an encoder's clock, which drifts. */
const LONGEST_LINE = 10 * PCR_UNITS_PER_SECOND;

/** Of the packets that an interval should have: with fewer the clock has jumped, with more it is only told late. */
const ENOUGH_PACKETS = 0.5;

/** How long the longest interval is remembered, at least. */
const REMEMBERED = 10 * PCR_UNITS_PER_SECOND;

/** PCRs of no more than a wrap: 26.5 hours. */
const WRAP = CLOCK_WRAP * PCR_UNITS_PER_TICK;

/** The clock at one packet. */
type Mark = { readonly pcr: number; readonly packet: number };

/**
 * Judges the PCRs of one programme by each other and by the packets between them.
 *
 * @spec TR 101 290 5.2.2, indicators 2.3a, 2.3b and 2.4
 */
export class PcrMonitor {
  readonly #cadence = new Cadence(PCR_LIMIT);
  #time = 0;
  #last: Mark | undefined;
  /** Packets in a unit of time, as they came between the last two PCRs that were in order. */
  #density: number | undefined;
  /** Where the straight line begins, and how many PCRs lie on it. */
  #line: Mark | undefined;
  #onLine = 0;
  /** The longest interval since `#longestSince`, and in the ten seconds before. */
  #longest = 0;
  #longestBefore = 0;
  #longestSince = 0;

  /** The longest interval of the newest 10 to 20 s, in units of 27 MHz; 0 before there is one. Where packets were lost none counts. */
  get longestInterval(): number {
    return Math.max(this.#longest, this.#longestBefore);
  }

  /**
   * @param pcr - In units of 27 MHz, as on the wire.
   * @param packet - Number of its packet in the stream.
   * @param lost - Packets were lost since the one before: they may have carried the clock, and the time they took is gone.
   * @param announced - The stream says itself that its clock breaks here.
   */
  read(pcr: number, packet: number, lost: boolean, announced: boolean): PcrReading {
    const here = { pcr, packet };
    const last = this.#last;
    this.#last = here;
    if (last === undefined || announced) return this.#jump(here, undefined);
    const step = signedStep(last.pcr, pcr);
    if (step < 0) return this.#jump(here, lost ? undefined : "pcr-discontinuity");
    const packets = packet - last.packet;
    const isLate = step > PCR_LIMIT && this.#isLate(step);
    if (isLate && lost) return this.#jump(here, undefined);
    const expected = (this.#density ?? 0) * step;
    if (isLate && packets < expected * ENOUGH_PACKETS) return this.#jump(here, "pcr-discontinuity");
    this.#time += step;
    if (!lost) this.#remember(step);
    this.#cadence.comes(this.#time);
    this.#density = packets / Math.max(1, step);
    if (lost) this.#begin(here);
    const isInaccurate = !lost && this.#leavesLine(last, here);
    const fault = isLate ? "pcr-repetition" : isInaccurate ? "pcr-accuracy" : undefined;
    return { time: this.#time, jumped: false, ...(fault !== undefined && { fault }) };
  }

  #remember(interval: number): void {
    if (this.#time - this.#longestSince > REMEMBERED) {
      this.#longestBefore = this.#longest;
      this.#longest = 0;
      this.#longestSince = this.#time;
    }
    this.#longest = Math.max(this.#longest, interval);
  }

  #isLate(step: number): boolean {
    return this.#cadence.waits(this.#time + step);
  }

  #jump(here: Mark, fault: PcrFault | undefined): PcrReading {
    this.#cadence.restart();
    this.#cadence.comes(this.#time);
    this.#begin(here);
    return { time: this.#time, jumped: true, ...(fault !== undefined && { fault }) };
  }

  #begin(here: Mark): void {
    this.#line = here;
    this.#onLine = 0;
  }

  /**
   * Whether a PCR lies beside the line of those before it, by more than packets would explain that are missing unseen, as null
   * packets are.
   */
  #leavesLine({ pcr: to, packet: last }: Mark, here: Mark): boolean {
    const { pcr: from, packet: first } = this.#line ?? here;
    const length = signedStep(from, to);
    const perPacket = last > first ? length / (last - first) : undefined;
    if (perPacket === undefined) return false;
    const error = signedStep(to, here.pcr) - (here.packet - last) * perPacket;
    if (Math.abs(error) <= ACCURACY + ROUNDING) {
      this.#onLine++;
      if (length > LONGEST_LINE) this.#line = here;
      return false;
    }
    const wasArmed = this.#onLine >= ARMED_AFTER;
    const missing = Math.round(error / perPacket);
    const isMissing = missing >= 1 && Math.abs(error - missing * perPacket) <= ACCURACY;
    this.#begin(here);
    return wasArmed && !isMissing;
  }
}

/** From one PCR to another, the short way round the wrap. */
function signedStep(from: number, to: number): number {
  const ahead = (to - from + WRAP) % WRAP;
  return ahead > WRAP / 2 ? ahead - WRAP : ahead;
}
