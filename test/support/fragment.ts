import type { Box } from "mp4box";
import { boxAt, parseBoxes } from "./iso-boxes.ts";

/** One sample of a media segment. */
export type FragmentSample = {
  /** In the track's timescale; presentation is decoding time plus composition offset. */
  readonly decodeTime: number;
  readonly presentationTime: number;
  readonly duration: number;
  /** sample_depends_on and sample_is_non_sync_sample say that it stands alone. */
  readonly sync: boolean;
  readonly bytes: Uint8Array;
};

/** What prft says. */
export type ReferenceTime = {
  /** In units of 2^-32 s since 1900-01-01T00:00:00Z, as far as a number holds its 64 bits. */
  readonly ntpTimestamp: number;
  readonly captured: boolean;
};

/** A media segment as mp4box reads it. */
export type ReadFragment = {
  readonly sequenceNumber: number;
  readonly baseMediaDecodeTime: number;
  readonly reference: ReferenceTime;
  readonly samples: readonly FragmentSample[];
  /** Everything that is not as ISO/IEC 14496-12 and CMAF want it. */
  readonly faults: readonly string[];
};

type Prft = Box & {
  readonly flags: number;
  readonly version: number;
  readonly ref_track_id: number;
  readonly ntp_timestamp: number;
  readonly media_time: number;
};
type Tfhd = Box & {
  readonly flags: number;
  readonly track_id: number;
  readonly default_sample_duration: number;
  readonly default_sample_flags: number;
};
type Trun = Box & {
  readonly flags: number;
  readonly version: number;
  readonly sample_count: number;
  readonly data_offset: number;
  readonly first_sample_flags: number;
  readonly sample_duration: readonly number[];
  readonly sample_size: readonly number[];
  readonly sample_flags: readonly number[];
  readonly sample_composition_time_offset: readonly number[];
};

/** @spec ISO/IEC 14496-12 8.8.7 (tfhd), 8.8.8 (trun): the meaning of the flags. */
const TFHD = { defaultDuration: 0x8, defaultFlags: 0x20, defaultBaseIsMoof: 0x20000 } as const;
const TRUN = {
  dataOffset: 0x1,
  firstFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  compositionOffset: 0x800,
} as const;
/** @spec ISO/IEC 14496-12 8.16.5: the time is that of the capture, or arbitrary but consistent. */
const PRFT = { captured: 24, consistent: 8 } as const;
/** sample_depends_on 2, not non-sync; sample_depends_on 1, non-sync. */
const SYNC = 0x02000000;
const NON_SYNC = 0x01010000;

/** Reads a media segment of one track and one fragment, by mp4box's reading of its boxes. */
export function readFragment(segment: Uint8Array): ReadFragment {
  const { boxes, complaints } = parseBoxes(segment);
  const faults = [...complaints];
  const types = boxes.map(({ type }) => type).join(" ");
  if (types !== "styp prft moof mdat") faults.push(`the boxes are ${types}`);
  const prft = boxAt<Prft>(boxes, "prft");
  const moof = boxAt(boxes, "moof");
  const mdat = boxAt(boxes, "mdat");
  const mfhd = boxAt<Box & { readonly sequence_number: number }>(boxes, "moof/mfhd");
  const tfdt = boxAt<Box & { readonly baseMediaDecodeTime: number }>(boxes, "moof/traf/tfdt");
  const tfhd = boxAt<Tfhd>(boxes, "moof/traf/tfhd");
  const trun = boxAt<Trun>(boxes, "moof/traf/trun");
  const { baseMediaDecodeTime } = tfdt;
  faults.push(...flagFaults(tfhd, trun), ...referenceFaults(prft, tfhd.track_id, baseMediaDecodeTime));
  const dataStart = moof.start! + trun.data_offset;
  if (dataStart !== mdat.start! + mdat.hdr_size!) faults.push("data_offset does not lead to the content of mdat");
  const samples = readSamples(segment, dataStart, baseMediaDecodeTime, tfhd, trun, faults);
  const dataEnd = dataStart + samples.reduce((size, { bytes }) => size + bytes.length, 0);
  if (dataEnd !== mdat.start! + mdat.size) faults.push("the samples do not fill mdat");
  const earliest = Math.min(...samples.map(({ presentationTime }) => presentationTime));
  if (earliest !== baseMediaDecodeTime) faults.push(`the earliest presentation time, ${earliest}, is not tfdt`);
  const reference = { ntpTimestamp: prft.ntp_timestamp, captured: prft.flags === PRFT.captured };
  return { sequenceNumber: mfhd.sequence_number, baseMediaDecodeTime, reference, samples, faults };
}

function referenceFaults(prft: Prft, trackId: number, mediaTime: number): readonly string[] {
  const checks: readonly (readonly [boolean, string])[] = [
    [prft.version === 1, "prft has 32 bits of media time"],
    [Object.values<number>(PRFT).includes(prft.flags), `prft has the flags ${prft.flags}`],
    [prft.ref_track_id === trackId, "prft is of another track"],
    [prft.media_time === mediaTime, "prft is not of tfdt"],
  ];
  return checks.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}

function flagFaults(tfhd: Tfhd, trun: Trun): readonly string[] {
  const has = (flags: number, flag: number): boolean => (flags & flag) !== 0;
  const knownTfhd = TFHD.defaultDuration | TFHD.defaultFlags | TFHD.defaultBaseIsMoof;
  const knownTrun = Object.values(TRUN).reduce((all, flag) => all | flag, 0);
  const checks: readonly (readonly [boolean, string])[] = [
    [has(tfhd.flags, TFHD.defaultBaseIsMoof), "tfhd lacks default-base-is-moof"],
    [(tfhd.flags & ~knownTfhd) === 0, "tfhd has unexpected flags"],
    [(trun.flags & ~knownTrun) === 0, "trun has unexpected flags"],
    [has(trun.flags, TRUN.dataOffset) && has(trun.flags, TRUN.size), "trun lacks data offset or sizes"],
    [has(trun.flags, TRUN.duration) !== has(tfhd.flags, TFHD.defaultDuration), "durations are not given once"],
    [!(has(trun.flags, TRUN.firstFlags) && has(trun.flags, TRUN.flags)), "the first sample's flags are given twice"],
    [has(trun.flags, TRUN.flags) || has(tfhd.flags, TFHD.defaultFlags), "samples have no flags"],
    [trun.version === 1, "composition offsets are not signed"],
  ];
  return checks.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}

function readSamples(
  segment: Uint8Array,
  dataStart: number,
  start: number,
  tfhd: Tfhd,
  trun: Trun,
  faults: string[],
): readonly FragmentSample[] {
  let decodeTime = start;
  let offset = dataStart;
  return Array.from({ length: trun.sample_count }, (_, i) => {
    const duration = trun.sample_duration[i] ?? tfhd.default_sample_duration;
    const isFirst = i === 0 && (trun.flags & TRUN.firstFlags) !== 0;
    const flags = isFirst ? trun.first_sample_flags : (trun.sample_flags[i] ?? tfhd.default_sample_flags);
    if (flags !== SYNC && flags !== NON_SYNC) faults.push(`sample ${i} has the flags ${flags.toString(16)}`);
    if (!(duration > 0)) faults.push(`sample ${i} lasts ${duration}`);
    const bytes = segment.subarray(offset, offset + trun.sample_size[i]!);
    const presentationTime = decodeTime + (trun.sample_composition_time_offset[i] ?? 0);
    const sample = { decodeTime, presentationTime, duration, sync: flags === SYNC, bytes };
    decodeTime += duration;
    offset += bytes.length;
    return sample;
  });
}
