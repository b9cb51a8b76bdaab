import { buildSegmentHeader, type Sample } from "../cmaf/media-segment.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimecodeSource } from "../timeline/timecode-options.ts";
import type { TimedUnit } from "../timeline/timed-unit.ts";

/** More parts than this make a response slower than copying them once: audio frames, pictures with others between. */
const MAX_STRETCHES = 16;

/** Bytes in parts that follow each other, and how many they are. */
export type SegmentBytes = { readonly body: readonly Uint8Array[]; readonly size: number };

/** The segment that a fragment is of. */
export type FragmentSegment = {
  readonly number: number;
  /** Its tfdt. */
  readonly start: MediaTime;
  /** What told its time. */
  readonly timecode: TimecodeSource;
};

/** Where a fragment lies in decoding order. */
export type FragmentSpan = {
  /** Its tfdt. */
  readonly start: number;
  /** Until when its last sample lasts; after `start`. */
  readonly end: number;
  /** What is added to the decoding times of its units, so that the first of the segment is the segment's start. */
  readonly shift: number;
  /** Of the init segment. */
  readonly timescale: number;
  /** It is the last of its track. */
  readonly isLast?: boolean;
};

/**
 * Writes units that follow each other as one CMAF chunk, the first of a segment or a later one.
 *
 * The segment's tfdt is its earliest presentation time. Samples last until the next one's decoding time, the last until
 * the end of the fragment, so that each one's durations sum up to the next one's tfdt whatever was lost between.
 *
 * @param units - At least one.
 * @spec ISO/IEC 23000-19 7.3.2.2, 7.5.17
 */
export function writeFragment(units: readonly TimedUnit[], segment: FragmentSegment, span: FragmentSpan): SegmentBytes {
  const times = decodeTimes(units, span);
  const samples: Sample[] = units.map((unit, i) => ({
    duration: (times[i + 1] ?? span.end) - times[i]!,
    size: bytesOf(unit).length,
    // Only a wrong timestamp lies before the start: a fragment's earliest presentation time is its tfdt.
    compositionOffset: unit.kind === "picture" ? Math.max(unit.time, segment.start) - times[i]! : 0,
    sync: unit.kind === "frame" || unit.unit.randomAccess !== undefined,
  }));
  const header = buildSegmentHeader({
    sequenceNumber: segment.number % 2 ** 32,
    baseMediaDecodeTime: times[0]!,
    timescale: span.timescale,
    captured: segment.timecode !== "none",
    begins: span.start === segment.start ? "segment" : "chunk",
    ends: span.isLast === true,
    samples,
  });
  const body = [header, ...mediaOf(units)];
  return { body, size: body.reduce((size, part) => size + part.length, 0) };
}

/** Units of a segment's beginning of which some were left out: what is shown first of the others is shown from its start on. */
export function shownFrom(units: readonly TimedUnit[], start: MediaTime): readonly TimedUnit[] {
  const first = Math.min(...units.map(({ time }) => time));
  return first <= start ? units : units.map((unit) => (unit.time === first ? { ...unit, time: start } : unit));
}

/** When a unit is decoded, on the track's timeline. */
export function decodeTimeOf(unit: TimedUnit): number {
  return unit.kind === "picture" ? unit.decodeTime : unit.time;
}

/**
 * Decoding times moved by the shift, within the span; each at least one after the one before. The first picture is decoded when the
 * fragment before ends, whatever is missing between; sound is heard when it is decoded.
 */
function decodeTimes(units: readonly TimedUnit[], { start, end, shift }: FragmentSpan): readonly number[] {
  const times: number[] = units[0]!.kind === "picture" ? [start] : [];
  let before = times[0] ?? start - 1;
  for (let i = times.length; i < units.length; i++) {
    // Leave room for at least one tick each up to the end.
    const latest = end - (units.length - i);
    before = Math.max(before + 1, Math.min(decodeTimeOf(units[i]!) + shift, latest));
    times.push(before);
  }
  return times;
}

/** The samples' bytes as they lie in memory; where they lie in too many places, a copy in one. */
function mediaOf(units: readonly TimedUnit[]): readonly Uint8Array[] {
  const stretches: Uint8Array[] = [];
  let first: Uint8Array | undefined;
  let length = 0;
  for (const unit of units) {
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
