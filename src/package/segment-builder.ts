import { buildSegmentHeader, type Sample } from "../cmaf/media-segment.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimecodeSource } from "../timeline/timecode-options.ts";
import type { TimedUnit } from "../timeline/timed-unit.ts";

/** More parts than this make a response slower than copying them once: audio frames, pictures with others between. */
const MAX_STRETCHES = 16;

/** The bytes of a segment, in parts that follow each other, and how many they are. */
export type SegmentBytes = { readonly body: readonly Uint8Array[]; readonly size: number };

/**
 * Gathers the units of one segment and writes it as CMAF.
 *
 * The segment's tfdt is its earliest presentation time. Samples last until the next one's decoding time, the last until
 * the end of the segment, so that each segment's durations sum up to the next one's tfdt whatever was lost between.
 *
 * @spec ISO/IEC 23000-19 7.3.2.2, 7.5.17
 */
export class SegmentBuilder {
  readonly #number: number;
  readonly #start: MediaTime;
  readonly #timecode: TimecodeSource;
  readonly #units: TimedUnit[] = [];

  /** @param timecode - What told the segment's time. */
  constructor(number: number, start: MediaTime, timecode: TimecodeSource) {
    this.#number = number;
    this.#start = start;
    this.#timecode = timecode;
  }

  push(unit: TimedUnit): void {
    this.#units.push(unit);
  }

  /**
   * @param end - Where the next segment starts, or presentation ends. After `start`.
   * @param timescale - Of the init segment.
   */
  finish(end: MediaTime, timescale: number): SegmentBytes {
    const decodeTimes = this.#decodeTimes(end);
    const samples: Sample[] = this.#units.map((unit, i) => ({
      duration: (decodeTimes[i + 1] ?? end) - decodeTimes[i]!,
      size: bytesOf(unit).length,
      // Only a wrong timestamp lies before the start: a fragment's earliest presentation time is its tfdt.
      compositionOffset: unit.kind === "picture" ? Math.max(unit.time, this.#start) - decodeTimes[i]! : 0,
      sync: unit.kind === "frame" || unit.unit.randomAccess !== undefined,
    }));
    const header = buildSegmentHeader({
      sequenceNumber: this.#number % 2 ** 32,
      baseMediaDecodeTime: this.#start,
      timescale,
      captured: this.#timecode !== "none",
      samples,
    });
    const body = [header, ...this.#media()];
    return { body, size: body.reduce((size, part) => size + part.length, 0) };
  }

  /** Decoding times moved so that the first is the segment's start; each at least one after the one before. */
  #decodeTimes(end: MediaTime): readonly number[] {
    const first = this.#units[0];
    if (first === undefined) return [];
    const shift = this.#start - decodeTimeOf(first);
    const times: number[] = [];
    let before = this.#start - 1;
    for (let i = 0; i < this.#units.length; i++) {
      // Leave room for at least one tick each up to the end.
      const latest = end - (this.#units.length - i);
      before = Math.max(before + 1, Math.min(decodeTimeOf(this.#units[i]!) + shift, latest));
      times.push(before);
    }
    return times;
  }

  /** The samples' bytes as they lie in memory; where they lie in too many places, a copy in one. */
  #media(): readonly Uint8Array[] {
    const stretches: Uint8Array[] = [];
    let first: Uint8Array | undefined;
    let length = 0;
    for (const unit of this.#units) {
      const bytes = bytesOf(unit);
      if (first !== undefined && bytes.buffer === first.buffer && bytes.byteOffset === first.byteOffset + length) {
        length += bytes.length;
        continue;
      }
      if (first !== undefined) stretches.push(new Uint8Array(first.buffer, first.byteOffset, length));
      first = bytes;
      length = bytes.length;
    }
    if (first !== undefined) stretches.push(new Uint8Array(first.buffer, first.byteOffset, length));
    return stretches.length > MAX_STRETCHES ? [concat(stretches)] : stretches;
  }
}

function bytesOf({ unit }: TimedUnit): Uint8Array {
  return unit.kind === "audio" ? unit.data : unit.sample;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function decodeTimeOf(unit: TimedUnit): number {
  return unit.kind === "picture" ? unit.decodeTime : unit.time;
}
