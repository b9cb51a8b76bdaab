import { ascii, type BoxContent, box, cString, fullBox, u16, u32, zeros } from "./box.ts";

/** The only track of every file. */
export const TRACK_ID = 1;

/** Matrix of no transformation. */
const MATRIX: BoxContent = [0x00010000, 0, 0, 0, 0x00010000, 0, 0, 0, 0x40000000].map(u32);

/** What an init segment is made of. */
export type InitSegmentFields = {
  readonly kind: "video" | "audio";
  /** Units of media time in a second. */
  readonly timescale: number;
  /** Of the track header, in samples; 0 for audio. */
  readonly width: number;
  readonly height: number;
  /** ISO 639-2/T; `und` where unknown. */
  readonly language: string;
  /** From `sample-entry.ts`. */
  readonly sampleEntry: Uint8Array;
};

/**
 * A CMAF header: ftyp and moov of one track without samples. The same fields give the same bytes, on every machine and
 * at any time.
 *
 * @spec ISO/IEC 23000-19 7.2 (brands), 7.3.1 (CMAF header), 7.5 (boxes); ISO/IEC 14496-12
 */
export function buildInitSegment(fields: InitSegmentFields): Uint8Array {
  const moov = box("moov", mvhd(fields.timescale), trak(fields), box("mvex", trex()));
  const ftyp = ftypBox(fields);
  const bytes = new Uint8Array(ftyp.length + moov.length);
  bytes.set(ftyp);
  bytes.set(moov, ftyp.length);
  return bytes;
}

/** `cmf2` for video: no edit list, signed composition offsets (7.7). `iso6` is what HLS asks for. */
function ftypBox({ kind }: InitSegmentFields): Uint8Array {
  const brands = ["cmfc", ...(kind === "video" ? ["cmf2"] : []), "iso6", "dash"];
  return box(
    "ftyp",
    ascii("cmfc"), // major_brand
    u32(0), // minor_version
    brands.map(ascii), // compatible_brands
  );
}

function mvhd(timescale: number): Uint8Array {
  return fullBox(
    "mvhd",
    0,
    0,
    u32(0), // creation_time
    u32(0), // modification_time
    u32(timescale),
    u32(0), // duration
    u32(0x00010000), // rate
    u16(0x0100), // volume
    zeros(10), // reserved
    MATRIX,
    zeros(24), // pre_defined
    u32(TRACK_ID + 1), // next_track_ID
  );
}

function trak(fields: InitSegmentFields): Uint8Array {
  return box("trak", tkhd(fields), box("mdia", mdhd(fields), hdlr(fields.kind), minf(fields)));
}

function tkhd({ kind, width, height }: InitSegmentFields): Uint8Array {
  return fullBox(
    "tkhd",
    0,
    0x000003, // enabled, in movie
    u32(0), // creation_time
    u32(0), // modification_time
    u32(TRACK_ID),
    u32(0), // reserved
    u32(0), // duration
    zeros(8), // reserved
    u16(0), // layer
    u16(0), // alternate_group
    u16(kind === "audio" ? 0x0100 : 0), // volume
    u16(0), // reserved
    MATRIX,
    u32(width * 0x10000), // 16.16
    u32(height * 0x10000),
  );
}

function mdhd({ timescale, language }: InitSegmentFields): Uint8Array {
  // Three letters of five bits each, counted from 0x60.
  const letters = ascii(/^[a-z]{3}$/.test(language) ? language : "und").map((letter) => letter - 0x60);
  const packed = letters.reduce((bits, letter) => bits * 32 + letter, 0);
  return fullBox(
    "mdhd",
    0,
    0,
    u32(0), // creation_time
    u32(0), // modification_time
    u32(timescale),
    u32(0), // duration
    u16(packed), // language
    u16(0), // pre_defined
  );
}

function hdlr(kind: "video" | "audio"): Uint8Array {
  return fullBox(
    "hdlr",
    0,
    0,
    u32(0), // pre_defined
    ascii(kind === "video" ? "vide" : "soun"),
    zeros(12), // reserved
    cString(kind === "video" ? "VideoHandler" : "SoundHandler"),
  );
}

function minf({ kind, sampleEntry }: InitSegmentFields): Uint8Array {
  const header =
    kind === "video"
      ? fullBox("vmhd", 0, 1, u16(0), zeros(6)) // graphicsmode, opcolor
      : fullBox("smhd", 0, 0, u16(0), u16(0)); // balance, reserved
  const dref = fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1));
  const stbl = box(
    "stbl",
    fullBox("stsd", 0, 0, u32(1), sampleEntry),
    fullBox("stts", 0, 0, u32(0)),
    fullBox("stsc", 0, 0, u32(0)),
    fullBox("stsz", 0, 0, u32(0), u32(0)),
    fullBox("stco", 0, 0, u32(0)),
  );
  return box("minf", header, box("dinf", dref), stbl);
}

function trex(): Uint8Array {
  return fullBox(
    "trex",
    0,
    0,
    u32(TRACK_ID),
    u32(1), // default_sample_description_index
    u32(0), // default_sample_duration
    u32(0), // default_sample_size
    u32(0), // default_sample_flags
  );
}
