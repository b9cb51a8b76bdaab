import { ascii, box, fullBox, u32, u64 } from "./box.ts";
import { TRACK_ID } from "./init-segment.ts";

/** sample_depends_on 2 (on no other), sample_is_non_sync_sample 0. */
const SYNC_SAMPLE = 0x02000000;
/** sample_depends_on 1 (on others), sample_is_non_sync_sample 1. */
const NON_SYNC_SAMPLE = 0x01010000;

/** One sample of a fragment, in decoding order. */
export type Sample = {
  /** In the track's timescale. */
  readonly duration: number;
  readonly size: number;
  /** Presentation time minus decoding time; may be negative. */
  readonly compositionOffset: number;
  /** Decoding can start with it. */
  readonly sync: boolean;
};

/** What a movie fragment is made of. */
export type Fragment = {
  /** mfhd sequence_number: the low 32 bits of the segment's number, so that it is the same on every packager. */
  readonly sequenceNumber: number;
  /** tfdt: of the first sample, in the track's timescale. */
  readonly baseMediaDecodeTime: number;
  readonly samples: readonly Sample[];
};

/**
 * A segment's styp, moof and the header of its mdat; the samples' bytes follow directly.
 *
 * @spec ISO/IEC 23000-19 7.3.2.3 (CMAF chunk), 7.5.16 (tfhd), 7.5.17 (trun); ISO/IEC 14496-12 8.8
 */
export function buildSegmentHeader(fragment: Fragment): Uint8Array {
  const styp = box("styp", ascii("cmfs"), u32(0), ["cmfs", "cmff", "cmfc", "msdh"].map(ascii));
  // The data offset counts from the first byte of moof to the first of the samples.
  const moofSize = moof(fragment, 0).length;
  const payload = fragment.samples.reduce((size, sample) => size + sample.size, 0);
  const parts = [styp, moof(fragment, moofSize + 8), Uint8Array.from([...u32(payload + 8), ...ascii("mdat")])];
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function moof(fragment: Fragment, dataOffset: number): Uint8Array {
  const { samples } = fragment;
  const duration = common(samples.map((sample) => sample.duration));
  return box(
    "moof",
    fullBox("mfhd", 0, 0, u32(fragment.sequenceNumber)),
    box(
      "traf",
      tfhd(duration, samples.every((sample) => sample.sync)),
      fullBox("tfdt", 1, 0, u64(fragment.baseMediaDecodeTime)),
      trun(samples, duration, dataOffset),
    ),
  );
}

function tfhd(duration: number | undefined, allSync: boolean): Uint8Array {
  const flags = 0x020000 /* default-base-is-moof */ | 0x20 /* default flags */ | (duration === undefined ? 0 : 0x08);
  return fullBox(
    "tfhd",
    0,
    flags,
    u32(TRACK_ID),
    duration === undefined ? [] : u32(duration), // default_sample_duration
    u32(allSync ? SYNC_SAMPLE : NON_SYNC_SAMPLE), // default_sample_flags
  );
}

/** Version 1: composition offsets are signed, and the earliest presentation time can equal the tfdt. */
function trun(samples: readonly Sample[], duration: number | undefined, dataOffset: number): Uint8Array {
  const allSync = samples.every((sample) => sample.sync);
  const onlyFirstSync = samples.every((sample, i) => sample.sync === (i === 0));
  const hasOffsets = samples.some((sample) => sample.compositionOffset !== 0);
  const firstFlags = !allSync && onlyFirstSync;
  const hasFlags = !allSync && !onlyFirstSync && samples.some((sample) => sample.sync);
  const flags =
    0x01 /* data offset */ |
    (firstFlags ? 0x04 : 0) |
    (duration === undefined ? 0x100 : 0) |
    0x200 /* sizes */ |
    (hasFlags ? 0x400 : 0) |
    (hasOffsets ? 0x800 : 0);
  return fullBox(
    "trun",
    1,
    flags,
    u32(samples.length),
    u32(dataOffset),
    firstFlags ? u32(SYNC_SAMPLE) : [],
    samples.map((sample) => [
      duration === undefined ? u32(sample.duration) : [],
      u32(sample.size),
      hasFlags ? u32(sample.sync ? SYNC_SAMPLE : NON_SYNC_SAMPLE) : [],
      hasOffsets ? u32(sample.compositionOffset) : [],
    ]),
  );
}

/** The value all have, if they have one. */
function common(values: readonly number[]): number | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}
