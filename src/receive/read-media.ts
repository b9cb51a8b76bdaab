import type { Box } from "mp4box";
import { readBoxes } from "./read-boxes.ts";
import { UnreadableError } from "./unreadable-error.ts";

/** A track of an init segment. */
export type InitTrack = {
  readonly id: number;
  /** Four characters: `vide`, `soun`, `text`, `subt`, `meta`. */
  readonly handler: string;
  /** Ticks in a second. */
  readonly timescale: number;
  /** Of a sample of which nothing else is said, in ticks. */
  readonly defaultDuration: number;
};

/** A fragment of a track, its times in ticks. */
export type Fragment = {
  readonly number: number;
  readonly start: number;
  readonly duration: number;
  /** Of its last sample. */
  readonly lastDuration: number;
};

/** Tracks of one init segment: a switching set has one, a whole programme some. */
const MAX_TRACKS = 64;

/**
 * Reads an init segment.
 *
 * @param moov - Its box.
 * @returns At least one track.
 * @throws UnreadableError
 * @spec ISO/IEC 14496-12 8.2 to 8.4, 8.8.3
 */
export function readInit(moov: Uint8Array): readonly InitTrack[] {
  const boxes = readBoxes(moov);
  const trexes = all(boxes, "moov/mvex/trex");
  const traks = all(boxes, "moov/trak");
  if (traks.length === 0 || traks.length > MAX_TRACKS) throw new UnreadableError(`it has ${traks.length} tracks`);
  return traks.map((trak) => {
    const id = field(one([trak], "trak/tkhd"), "track_id");
    const timescale = field(one([trak], "trak/mdia/mdhd"), "timescale");
    if (timescale === 0) throw new UnreadableError("its timescale is 0");
    const { handler } = fieldsOf(one([trak], "trak/mdia/hdlr"));
    if (typeof handler !== "string") throw new UnreadableError("its handler is missing");
    const trex = trexes.find((box) => fieldsOf(box)["track_id"] === id);
    return { id, handler, timescale, defaultDuration: trex ? field(trex, "default_sample_duration") : 0 };
  });
}

/**
 * Reads the fragments of a segment. Of several tracks the first is read.
 *
 * @param moofs - Their boxes, in order; at least one.
 * @param tracks - Of the init segment.
 * @throws UnreadableError
 * @spec ISO/IEC 14496-12 8.8.5 to 8.8.8, 8.8.12
 */
export function readFragments(moofs: readonly Uint8Array[], tracks: readonly InitTrack[]): readonly Fragment[] {
  let trackId: number | undefined;
  const fragments: Fragment[] = [];
  for (const moof of moofs) {
    const boxes = readBoxes(moof);
    const number = field(one(boxes, "moof/mfhd"), "sequence_number");
    for (const traf of all(boxes, "moof/traf")) {
      const tfhd = one([traf], "traf/tfhd");
      const id = field(tfhd, "track_id");
      trackId ??= id;
      if (id === trackId) fragments.push({ number, ...timesOf(traf, tfhd, defaultDuration(tracks, id)) });
    }
  }
  if (fragments.length === 0) throw new UnreadableError("it has no fragment of a track");
  return fragments;
}

/** The number of a segment, which needs no init segment. @throws UnreadableError */
export function readNumber(moof: Uint8Array): number {
  return field(one(readBoxes(moof), "moof/mfhd"), "sequence_number");
}

function defaultDuration(tracks: readonly InitTrack[], id: number): number {
  return (tracks.find((track) => track.id === id) ?? tracks[0])?.defaultDuration ?? 0;
}

/** `tfhd`: default-sample-duration-present. `trun`: sample-duration-present. */
const TFHD_DURATION = 0x8;
const TRUN_DURATION = 0x100;

function timesOf(traf: Box, tfhd: Box, fallback: number): Omit<Fragment, "number"> {
  const start = field(one([traf], "traf/tfdt"), "baseMediaDecodeTime");
  const usual = (field(tfhd, "flags") & TFHD_DURATION) === 0 ? fallback : field(tfhd, "default_sample_duration");
  let duration = 0;
  let lastDuration = usual;
  for (const trun of all([traf], "traf/trun")) {
    if ((field(trun, "flags") & TRUN_DURATION) === 0) {
      duration += field(trun, "sample_count") * usual;
      lastDuration = usual;
      continue;
    }
    const durations = fieldsOf(trun)["sample_duration"] as readonly number[];
    for (const one of durations) duration += one;
    lastDuration = durations.at(-1) ?? lastDuration;
  }
  return { start, duration, lastDuration };
}

/** A box as its fields. */
type Fields = { readonly [name: string]: unknown };

/** Which of them a box has is in its bytes, not in its type. */
function fieldsOf(box: Box): Fields {
  return box as unknown as Fields;
}

/** @throws UnreadableError - where it is missing, or more than can be counted. */
function field(box: Box, name: string): number {
  const value = fieldsOf(box)[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw new UnreadableError(`${box.type} has no usable ${name}`);
  return value;
}

/** All boxes on a path such as `moov/trak/mdia`, in order. */
function all(boxes: readonly Box[], path: string): readonly Box[] {
  const [type, ...rest] = path.split("/");
  const found = boxes.filter((box) => box.type === type);
  return rest.length === 0 ? found : found.flatMap(({ boxes: children = [] }) => all(children, rest.join("/")));
}

/** @throws UnreadableError - unless there is exactly one. */
function one(boxes: readonly Box[], path: string): Box {
  const [first, ...more] = all(boxes, path);
  if (first === undefined || more.length > 0)
    throw new UnreadableError(`it has ${first === undefined ? "no" : "several"} ${path.split("/").at(-1)!}`);
  return first;
}
