import { BoxWriter } from "./box-writer.ts";
import { TRACK_ID } from "./init-segment.ts";
import { ntpTimestamp } from "./ntp-timestamp.ts";

/** sample_depends_on 2 (on no other), sample_is_non_sync_sample 0. */
const SYNC_SAMPLE = 0x02000000;
/** sample_depends_on 1 (on others), sample_is_non_sync_sample 1. */
const NON_SYNC_SAMPLE = 0x01010000;
/** The wall-clock time of prft is that of the capture of the media. */
const CAPTURED = 24;
/** It is arbitrary but goes with the media time. */
const CONSISTENT = 8;

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
  /**
   * mfhd sequence_number: the low 32 bits of the segment's number, so that it is the same on every packager. Receivers of DASH ingest
   * take it for that, so it is the same in all chunks of a segment.
   */
  readonly sequenceNumber: number;
  /** tfdt: of the first sample, in the track's timescale since 1970-01-01T00:00:00Z. Not negative. */
  readonly baseMediaDecodeTime: number;
  /** Of the track: units in a second. */
  readonly timescale: number;
  /** That time is when the media was captured, rather than when it arrived. */
  readonly captured: boolean;
  /** A segment starts with it, or it is a later chunk of one. */
  readonly begins: "segment" | "chunk";
  /** Nothing follows it: the track has ended. */
  readonly ends: boolean;
  readonly samples: readonly Sample[];
};

/** A segment, which begins a fragment, in a CMAF track file that DASH takes for a media segment; a chunk that goes on. */
const SEGMENT_BRANDS = ["cmfs", "cmff", "cmfc", "msdh"] as const;
const CHUNK_BRANDS = ["cmfl", "cmfc"] as const;
/** The last segment of a track. @spec ISO/IEC 23009-1 6.3.5.2; DASH-IF ingest 1.2, interface 1 */
const LAST_BRAND = "lmsg";

/** More than all boxes of a header take without their samples. */
const FIXED_BYTES = 256;
/** The most a sample takes in a trun: duration, size, flags and composition offset. */
const SAMPLE_BYTES = 16;

/** Which fields of its samples a fragment has to write, and which are the same for all. */
type Layout = {
  /** The duration all have, if they have one. */
  readonly duration: number | undefined;
  readonly allSync: boolean;
  /** The first sample is the only sync sample. */
  readonly firstFlags: boolean;
  /** Some other mixture of sync samples. */
  readonly flags: boolean;
  readonly offsets: boolean;
  /** Bytes of all samples. */
  readonly payload: number;
};

/**
 * The styp, prft, moof and header of the mdat of a chunk; the samples' bytes follow directly.
 *
 * @spec ISO/IEC 23000-19 7.3.2.3 (CMAF chunk), 7.5.16 (tfhd), 7.5.17 (trun); ISO/IEC 14496-12 8.8
 */
export function buildSegmentHeader(fragment: Fragment): Uint8Array {
  const { sequenceNumber, baseMediaDecodeTime, begins, ends, samples } = fragment;
  const layout = layoutOf(samples);
  const writer = new BoxWriter(FIXED_BYTES + samples.length * SAMPLE_BYTES);
  const brands = begins === "segment" ? SEGMENT_BRANDS : CHUNK_BRANDS;
  writeStyp(writer, ends ? [...brands, LAST_BRAND] : brands);
  writePrft(writer, fragment);
  const moof = writer.length;
  writer.open("moof");
  writer.openFull("mfhd", 0, 0).u32(sequenceNumber).close();
  writer.open("traf");
  writeTfhd(writer, layout);
  writer.openFull("tfdt", 1, 0).u64(baseMediaDecodeTime).close();
  const dataOffset = writeTrun(writer, samples, layout);
  writer.close().close();
  // The data offset counts from the first byte of moof to the first of the samples.
  writer.patch(dataOffset, writer.length + 8 - moof);
  return writer
    .u32(layout.payload + 8)
    .ascii("mdat")
    .finish();
}

/** What stands for a segment of which nothing came: no chunk, and no sample. */
export function emptySegment(): Uint8Array {
  const writer = new BoxWriter(FIXED_BYTES);
  writeStyp(writer, SEGMENT_BRANDS);
  return writer.finish();
}

function writeStyp(writer: BoxWriter, brands: readonly string[]): void {
  writer.open("styp").ascii(brands[0]!).u32(0);
  for (const brand of brands) writer.ascii(brand);
  writer.close();
}

/**
 * The wall-clock time of the segment. It is made of the media time alone, so that it is the same on every packager.
 *
 * @spec ISO/IEC 14496-12 8.16.5
 */
function writePrft(writer: BoxWriter, { baseMediaDecodeTime, timescale, captured }: Fragment): void {
  const { seconds, fraction } = ntpTimestamp(baseMediaDecodeTime, timescale);
  writer.openFull("prft", 1, captured ? CAPTURED : CONSISTENT).u32(TRACK_ID);
  writer.u32(seconds).u32(fraction).u64(baseMediaDecodeTime).close();
}

function layoutOf(samples: readonly Sample[]): Layout {
  const duration = samples[0]?.duration;
  let isCommon = true;
  let syncs = 0;
  let offsets = false;
  let payload = 0;
  for (const sample of samples) {
    if (sample.duration !== duration) isCommon = false;
    if (sample.sync) syncs++;
    if (sample.compositionOffset !== 0) offsets = true;
    payload += sample.size;
  }
  const allSync = syncs === samples.length;
  const firstFlags = !allSync && syncs === 1 && samples[0]!.sync;
  const flags = !allSync && !firstFlags && syncs > 0;
  return { duration: isCommon ? duration : undefined, allSync, firstFlags, flags, offsets, payload };
}

function writeTfhd(writer: BoxWriter, { duration, allSync }: Layout): void {
  const flags = 0x020000 /* default-base-is-moof */ | 0x20 /* default flags */ | (duration === undefined ? 0 : 0x08);
  writer.openFull("tfhd", 0, flags).u32(TRACK_ID);
  if (duration !== undefined) writer.u32(duration); // default_sample_duration
  writer.u32(allSync ? SYNC_SAMPLE : NON_SYNC_SAMPLE).close(); // default_sample_flags
}

/**
 * Version 1: composition offsets are signed, and the earliest presentation time can equal the tfdt.
 *
 * @returns Where its data_offset stands.
 */
function writeTrun(writer: BoxWriter, samples: readonly Sample[], layout: Layout): number {
  const { duration, firstFlags } = layout;
  const flags =
    0x01 /* data offset */ |
    (firstFlags ? 0x04 : 0) |
    (duration === undefined ? 0x100 : 0) |
    0x200 /* sizes */ |
    (layout.flags ? 0x400 : 0) |
    (layout.offsets ? 0x800 : 0);
  writer.openFull("trun", 1, flags).u32(samples.length);
  const dataOffset = writer.length;
  writer.u32(0);
  if (firstFlags) writer.u32(SYNC_SAMPLE);
  for (const sample of samples) {
    if (duration === undefined) writer.u32(sample.duration);
    writer.u32(sample.size);
    if (layout.flags) writer.u32(sample.sync ? SYNC_SAMPLE : NON_SYNC_SAMPLE);
    if (layout.offsets) writer.u32(sample.compositionOffset);
  }
  writer.close();
  return dataOffset;
}
