import { buildSegmentHeader, type Sample } from "../cmaf/media-segment.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimedUnit } from "../timeline/timed-unit.ts";

/** Bytes before each NAL unit of a sample: what avcC and hvcC declare. */
const LENGTH_BYTES = 4;

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
  readonly #allocate: (bytes: number) => Uint8Array;
  readonly #units: TimedUnit[] = [];

  /** @param allocate - Gives memory of at least so many bytes for the samples. */
  constructor(number: number, start: MediaTime, allocate: (bytes: number) => Uint8Array) {
    this.#number = number;
    this.#start = start;
    this.#allocate = allocate;
  }

  get isEmpty(): boolean {
    return this.#units.length === 0;
  }

  push(unit: TimedUnit): void {
    this.#units.push(unit);
  }

  /** @param end - Where the next segment starts, or presentation ends. After `start`. */
  finish(end: MediaTime): SegmentBytes {
    const decodeTimes = this.#decodeTimes(end);
    const samples: Sample[] = this.#units.map((unit, i) => ({
      duration: (decodeTimes[i + 1] ?? end) - decodeTimes[i]!,
      size: sizeOf(unit),
      compositionOffset: unit.kind === "picture" ? unit.time - decodeTimes[i]! : 0,
      sync: unit.kind === "frame" || unit.unit.randomAccess !== undefined,
    }));
    const header = buildSegmentHeader({
      sequenceNumber: this.#number % 2 ** 32,
      baseMediaDecodeTime: this.#start,
      samples,
    });
    const media = this.#media(samples);
    return { body: [header, media], size: header.length + media.length };
  }

  /** Decoding times moved so that the first is the segment's start; each at least one after the one before. */
  #decodeTimes(end: MediaTime): readonly number[] {
    const first = this.#units[0];
    if (first === undefined) return [];
    const shift = this.#start - decodeTimeOf(first);
    const times: number[] = [];
    let before = this.#start - 1;
    for (const [i, unit] of this.#units.entries()) {
      // Leave room for at least one tick each up to the end.
      const latest = end - (this.#units.length - i);
      before = Math.max(before + 1, Math.min(decodeTimeOf(unit) + shift, latest));
      times.push(before);
    }
    return times;
  }

  /** The samples' bytes: the one time that media is copied after it was gathered from packets. */
  #media(samples: readonly Sample[]): Uint8Array {
    const size = samples.reduce((sum, sample) => sum + sample.size, 0);
    const media = this.#allocate(size).subarray(0, size);
    const view = new DataView(media.buffer, media.byteOffset, size);
    let offset = 0;
    for (const { unit } of this.#units) {
      if (unit.kind === "audio") {
        media.set(unit.data, offset);
        offset += unit.data.length;
        continue;
      }
      for (const nal of unit.nalUnits) {
        view.setUint32(offset, nal.length);
        media.set(nal, offset + LENGTH_BYTES);
        offset += LENGTH_BYTES + nal.length;
      }
    }
    return media;
  }
}

function decodeTimeOf(unit: TimedUnit): number {
  return unit.kind === "picture" ? unit.decodeTime : unit.time;
}

function sizeOf({ unit }: TimedUnit): number {
  if (unit.kind === "audio") return unit.data.length;
  let size = 0;
  for (const nal of unit.nalUnits) size += LENGTH_BYTES + nal.length;
  return size;
}
