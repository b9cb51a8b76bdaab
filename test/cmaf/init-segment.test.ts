import type { Box } from "mp4box";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { buildInitSegment, type InitSegmentFields } from "../../src/cmaf/init-segment.ts";
import { audioSampleEntry, visualSampleEntry } from "../../src/cmaf/sample-entry.ts";
import type { AudioConfiguration, VideoConfiguration } from "../../src/demux/track-configuration.ts";
import { boxAt, boxesAt, parseBoxes } from "../support/iso-boxes.ts";
import { AAC, AC3, EAC3, H264, H265 } from "./configurations.ts";
import { dump } from "./dump.ts";

const visual = ({ codec, decoderConfiguration, width, height, colour, pixelAspectRatio }: VideoConfiguration) =>
  visualSampleEntry({
    format: codec === "h264" ? "avc1" : "hvc1",
    decoderConfiguration,
    width,
    height,
    ...(colour === undefined ? {} : { colour }),
    ...(pixelAspectRatio === undefined ? {} : { pixelAspectRatio }),
  });

const sound = ({ codec, decoderConfiguration, channels, sampleRate, bitrate }: AudioConfiguration) =>
  audioSampleEntry({
    format: ({ aac: "mp4a", ac3: "ac-3", eac3: "ec-3" } as const)[codec],
    decoderConfiguration,
    channels,
    sampleRate,
    ...(bitrate === undefined ? {} : { bitrate: { bufferSize: 0, max: bitrate, average: bitrate } }),
  });

const VIDEO: InitSegmentFields = {
  kind: "video",
  timescale: 90_000,
  width: 320,
  height: 180,
  language: "und",
  sampleEntry: visual(H264),
};
const AUDIO: InitSegmentFields = {
  kind: "audio",
  timescale: 48_000,
  width: 0,
  height: 0,
  language: "eng",
  sampleEntry: sound(AAC),
};

/** A box as its fields, for those that mp4box knows but does not declare. */
type Fields = Box & Readonly<Record<string, unknown>>;
const fieldsOf = (bytes: Uint8Array, path: string): Fields => boxAt<Fields>(parseBoxes(bytes).boxes, path);

const golden = (name: string): string => `../golden/cmaf/${name}.txt`;

describe("as mp4box reads it", () => {
  test.for<[name: string, fields: InitSegmentFields]>([
    ["init-h264", VIDEO],
    ["init-h265", { ...VIDEO, timescale: 60_000, sampleEntry: visual(H265) }],
    ["init-aac", AUDIO],
    ["init-ac3", { ...AUDIO, sampleEntry: sound(AC3) }],
    ["init-eac3", { ...AUDIO, sampleEntry: sound(EAC3) }],
  ])("%s is as kept, and no box is unknown or of a wrong size", async ([name, fields]) => {
    const text = dump(buildInitSegment(fields));
    expect(text.split("\n").filter((line) => line.startsWith("!"))).toEqual([]);
    await expect(text).toMatchFileSnapshot(golden(name));
  });

  test("boxes have the order and counts of CMAF", () => {
    const { boxes } = parseBoxes(buildInitSegment(VIDEO));
    expect(boxes.map(({ type }) => type)).toEqual(["ftyp", "moov"]);
    const moov = boxAt<Box & { boxes: readonly Box[] }>(boxes, "moov");
    expect(moov.boxes.map(({ type }) => type)).toEqual(["mvhd", "trak", "mvex"]);
    for (const path of ["moov/trak/mdia/minf/vmhd", "moov/trak/mdia/minf/dinf/dref/url ", "moov/mvex/trex"]) {
      expect(boxesAt(boxes, path)).toHaveLength(1);
    }
    // No edit list (cmf2), no duration of a live presentation.
    expect(boxesAt(boxes, "moov/trak/edts")).toEqual([]);
    expect(boxesAt(boxes, "moov/mvex/mehd")).toEqual([]);
  });

  test("sound has a sound header and no picture size", () => {
    const bytes = buildInitSegment(AUDIO);
    expect(fieldsOf(bytes, "moov/trak/mdia/minf/smhd")["balance"]).toBe(0);
    expect(fieldsOf(bytes, "moov/trak/tkhd")).toMatchObject({ volume: 1, width: 0, height: 0 });
    expect(fieldsOf(bytes, "moov/trak/mdia/hdlr")).toMatchObject({ handler: "soun" });
  });

  test.for<[language: string, read: string]>([
    ["eng", "eng"],
    ["deu", "deu"],
    ["zzz", "zzz"],
    ["aaa", "aaa"],
    ["", "und"],
    ["EN", "und"],
    ["e1g", "und"],
  ])("language %j is %s", ([language, read]) => {
    const { languageString } = fieldsOf(buildInitSegment({ ...AUDIO, language }), "moov/trak/mdia/mdhd");
    expect(languageString).toBe(read);
  });

  test("brands say CMAF; cmf2 is for video", () => {
    const brands = (fields: InitSegmentFields) => fieldsOf(buildInitSegment(fields), "ftyp");
    expect(brands(VIDEO)).toMatchObject({
      major_brand: "cmfc",
      minor_version: 0,
      compatible_brands: ["cmfc", "cmf2", "iso6", "dash"],
    });
    expect(brands(AUDIO)["compatible_brands"]).toEqual(["cmfc", "iso6", "dash"]);
  });

  test("the header has times in the track's timescale and the size in 16.16", () => {
    const bytes = buildInitSegment({ ...VIDEO, timescale: 60_000, width: 65_535, height: 65_535 });
    expect(fieldsOf(bytes, "moov/mvhd")).toMatchObject({ timescale: 60_000, duration: 0, next_track_id: 2 });
    expect(fieldsOf(bytes, "moov/trak/mdia/mdhd")).toMatchObject({ timescale: 60_000, duration: 0 });
    expect(fieldsOf(bytes, "moov/trak/tkhd")).toMatchObject({
      width: 65_535 * 65_536,
      height: 65_535 * 65_536,
      flags: 3,
    });
  });
});

describe("sample entries", () => {
  const entry = (sampleEntry: Uint8Array, kind: "video" | "audio" = "video") =>
    buildInitSegment({ ...VIDEO, kind, sampleEntry });

  test("avcC and hvcC hold what was given, whole", () => {
    const avcC = fieldsOf(entry(visual(H264)), "moov/trak/mdia/minf/stbl/stsd/avc1/avcC");
    expect(avcC).toMatchObject({ AVCProfileIndication: 100, AVCLevelIndication: 12, lengthSizeMinusOne: 3 });
    expect(avcC.size - 8).toBe(H264.decoderConfiguration.length);
    const hvcC = fieldsOf(entry(visual(H265)), "moov/trak/mdia/minf/stbl/stsd/hvc1/hvcC");
    expect(hvcC).toMatchObject({ general_profile_idc: 1, general_level_idc: 60, lengthSizeMinusOne: 3 });
    expect(hvcC.size - 8).toBe(H265.decoderConfiguration.length);
  });

  test("colour and the shape of samples are there where they are known", () => {
    const known = entry(
      visual({
        ...H264,
        pixelAspectRatio: { num: 12, den: 11 },
        colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: true },
      }),
    );
    expect(fieldsOf(known, "moov/trak/mdia/minf/stbl/stsd/avc1/colr")).toMatchObject({
      colour_type: "nclx",
      colour_primaries: 9,
      transfer_characteristics: 16,
      matrix_coefficients: 9,
      full_range_flag: 1,
    });
    expect(fieldsOf(known, "moov/trak/mdia/minf/stbl/stsd/avc1/pasp")).toMatchObject({ hSpacing: 12, vSpacing: 11 });
    const { boxes } = parseBoxes(entry(visual(H265)));
    for (const type of ["colr", "pasp", "btrt"])
      expect(boxesAt(boxes, `moov/trak/mdia/minf/stbl/stsd/hvc1/${type}`)).toEqual([]);
  });

  test("a declared bit rate is in btrt and, of AAC, in the decoder's descriptor too", () => {
    const bitrate = { bufferSize: 6144, max: 192_000, average: 128_000 };
    const bytes = entry(audioSampleEntry({ ...AAC, format: "mp4a", bitrate }), "audio");
    expect(fieldsOf(bytes, "moov/trak/mdia/minf/stbl/stsd/mp4a/btrt")).toMatchObject({
      bufferSizeDB: 6144,
      maxBitrate: 192_000,
      avgBitrate: 128_000,
    });
    expect(toHex(bytes)).toContain("4015" + "001800" + "0002ee00" + "0001f400");
  });

  test("esds is byte for byte what ISO/IEC 14496-1 says, with the ES_ID 0 of CMAF", () => {
    const bytes = sound(AAC);
    const esds = fromHex(`
      00000027 65736473 00000000
      03 19 0000 00
        04 11 40 15 000000 00000000 00000000
          05 02 1190
        06 01 02`);
    expect(toHex(bytes)).toBe(
      `${"0000004b6d703461" + "000000000000" + "0001" + "0000000000000000" + "0002" + "0010" + "00000000" + "bb800000"}${toHex(esds)}`,
    );
  });

  test.for<[name: string, sampleRate: number, field: string]>([
    ["48 kHz", 48_000, "bb800000"],
    ["44.1 kHz", 44_100, "ac440000"],
    ["96 kHz does not fit 16 bits: the timescale has it", 96_000, "00000000"],
  ])("sample rate: %s", ([, sampleRate, field]) => {
    const bytes = sound({ ...AAC, sampleRate });
    expect(toHex(bytes.subarray(32, 36))).toBe(field);
  });

  test("Dolby's boxes hold what was given", () => {
    for (const [configuration, format, type] of [
      [AC3, "ac-3", "dac3"],
      [EAC3, "ec-3", "dec3"],
    ] as const) {
      const bytes = entry(sound(configuration), "audio");
      const { size } = fieldsOf(bytes, `moov/trak/mdia/minf/stbl/stsd/${format}/${type}`);
      expect(size - 8).toBe(configuration.decoderConfiguration.length);
      expect(toHex(bytes)).toContain(toHex(new TextEncoder().encode(type)) + toHex(configuration.decoderConfiguration));
      expect(fieldsOf(bytes, `moov/trak/mdia/minf/stbl/stsd/${format}`)).toMatchObject({
        channel_count: 6,
        samplerate: 48_000,
      });
    }
  });
});
