import { describe, expect, test } from "vitest";
import { splitByteStream } from "../../src/annexb/nal-units.ts";
import type { VideoDescription } from "../../src/annexb/video-description.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { describeH264 } from "../../src/h264/describe-h264.ts";
import { nalUnitType, nalUnitTypes } from "../../src/h264/nal-unit-type.ts";
import { boxContent, encode, hasFfmpeg, probe } from "../annexb/ffmpeg.ts";
import { thrownCode } from "../annexb/malformed.ts";
import { type Hrd, plainPps, plainSps, type Vui, writePps, writeSps } from "./write.ts";

type Case = {
  readonly name: string;
  /** Of lavfi. */
  readonly source: string;
  readonly options?: readonly string[];
  readonly x264?: string;
  readonly profile: string;
  readonly expected: Partial<VideoDescription>;
};

const cases: readonly Case[] = [
  {
    name: "Constrained Baseline profile",
    source: "testsrc2=s=160x96:r=25",
    options: ["-profile:v", "baseline"],
    profile: "Constrained Baseline",
    expected: { codecString: "avc1.42c00b", width: 160, height: 96, declaredPictureRate: { num: 25, den: 1 } },
  },
  {
    name: "Main profile at 29.97 pictures a second",
    source: "testsrc2=s=160x96:r=30000/1001",
    options: ["-profile:v", "main", "-level", "3.1"],
    profile: "Main",
    expected: { codecString: "avc1.4d401f", declaredPictureRate: { num: 30000, den: 1001 } },
  },
  {
    name: "1080 rows cropped out of 1088",
    source: "testsrc2=s=1920x1080:r=50",
    options: ["-level", "4.2"],
    profile: "High",
    expected: { codecString: "avc1.64002a", width: 1920, height: 1080 },
  },
  {
    name: "interlaced 1080 rows",
    source: "testsrc2=s=1920x1080:r=25",
    options: ["-flags", "+ildct+ilme"],
    x264: "tff=1",
    profile: "High",
    expected: { width: 1920, height: 1080, declaredPictureRate: { num: 25, den: 1 } },
  },
  {
    name: "odd cropping and samples 4:3",
    source: "testsrc2=s=150x94:r=25,setsar=4/3",
    profile: "High",
    expected: { width: 150, height: 94, pixelAspectRatio: { num: 4, den: 3 } },
  },
  {
    name: "samples in a ratio that the table does not have",
    source: "testsrc2=s=160x96:r=25,setsar=97/89",
    profile: "High",
    expected: { pixelAspectRatio: { num: 97, den: 89 } },
  },
  {
    name: "colours of BT.709",
    source: "testsrc2=s=160x96:r=25",
    options: ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"],
    profile: "High",
    expected: { colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false } },
  },
  {
    name: "colours of BT.2100 PQ in full range and 10 bits",
    source: "testsrc2=s=160x96:r=50",
    options: [
      "-color_primaries",
      "bt2020",
      "-color_trc",
      "smpte2084",
      "-colorspace",
      "bt2020nc",
      "-color_range",
      "pc",
    ].concat(["-pix_fmt", "yuv420p10le"]),
    profile: "High 10",
    expected: { codecString: "avc1.6e000b", colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: true } },
  },
  {
    name: "NAL HRD parameters with a variable rate",
    source: "testsrc2=s=160x96:r=25",
    x264: "nal-hrd=vbr:vbv-maxrate=512:vbv-bufsize=1024",
    profile: "High",
    expected: { maxBitrate: 512_000 as never, bufferSizeBits: 1_024_000 },
  },
  {
    name: "4:2:2 and 10 bits, cropped and interlaced",
    source: "testsrc2=s=150x92:r=25",
    options: ["-pix_fmt", "yuv422p10le"],
    x264: "tff=1",
    profile: "High 4:2:2",
    expected: { codecString: "avc1.7a0015", width: 150, height: 92 },
  },
  {
    name: "4:4:4 cropped to odd numbers",
    source: "testsrc=s=161x95:r=25",
    options: ["-pix_fmt", "yuv444p"],
    profile: "High 4:4:4 Predictive",
    expected: { width: 161, height: 95 },
  },
  {
    name: "monochrome",
    source: "testsrc2=s=160x90:r=25",
    options: ["-pix_fmt", "gray"],
    profile: "High",
    expected: { width: 160, height: 90 },
  },
  {
    name: "scaling lists",
    source: "testsrc2=s=160x96:r=25",
    x264: "cqm=jvt",
    profile: "High",
    expected: { width: 160, height: 96 },
  },
];

describe.skipIf(!hasFfmpeg())(
  "what x264 encodes is described as ffprobe and ffmpeg's avcC do:",
  { timeout: 60_000 },
  () => {
    test.for(cases)("$name", ({ source, options = [], x264, profile, expected }) => {
      const x264Options = x264 ? ["-x264-params", x264] : [];
      const encoder = ["-frames:v", "2", "-c:v", "libx264", "-preset", "veryfast", ...options, ...x264Options];
      const stream = encode("h264", source, encoder);
      const description = describeStream(stream.elementary);
      expect(description).toMatchObject(expected);
      const probed = probe(stream.elementary, ["-f", "h264"]);
      expect(probed["profile"]).toBe(profile);
      expect(asProbed(description)).toEqual({
        width: probed["width"],
        height: probed["height"],
        sample_aspect_ratio: probed["sample_aspect_ratio"] ?? "1:1",
        ...(description.colour && { color_range: probed["color_range"] }),
        level: probed["level"],
        r_frame_rate: probed["r_frame_rate"],
      });
      expect(toHex(description.decoderConfiguration)).toBe(toHex(boxContent(stream.mp4, "avcC")));
    });
  },
);

function describeStream(elementary: Uint8Array): VideoDescription {
  const { nalUnits } = splitByteStream(elementary);
  const first = (type: number) => [nalUnits.find((nal) => nalUnitType(nal) === type)!];
  return describeH264(first(nalUnitTypes.sequenceParameterSet), first(nalUnitTypes.pictureParameterSet));
}

function asProbed({
  width,
  height,
  pixelAspectRatio,
  colour,
  codecString,
  declaredPictureRate,
}: VideoDescription): object {
  return {
    width,
    height,
    sample_aspect_ratio: pixelAspectRatio ? `${pixelAspectRatio.num}:${pixelAspectRatio.den}` : "1:1",
    ...(colour && { color_range: colour.fullRange ? "pc" : "tv" }),
    level: Number.parseInt(codecString.slice(-2), 16),
    r_frame_rate: `${declaredPictureRate?.num}/${declaredPictureRate?.den}`,
  };
}

const hrd: Hrd = {
  bitRateScale: 1,
  cpbSizeScale: 2,
  cpbs: [
    [999, 1999],
    [9999, 19_999],
  ],
  cpbRemovalDelayLengthMinus1: 22,
  dpbOutputDelayLengthMinus1: 4,
  timeOffsetLength: 0,
};

type VuiCase = readonly [name: string, vui: Vui, described: Partial<VideoDescription>];

const vuiCases: readonly VuiCase[] = [
  ["nothing of a VUI that says nothing", {}, {}],
  ["no ratio of square samples", { aspectRatioIdc: 1 }, {}],
  ["no ratio of square samples in numbers", { aspectRatioIdc: 255, sar: [10, 10] }, {}],
  ["no ratio of samples that are unspecified", { aspectRatioIdc: 0 }, {}],
  ["no ratio of samples 0 wide", { aspectRatioIdc: 255, sar: [0, 1] }, {}],
  ["no ratio the table reserves", { aspectRatioIdc: 17 }, {}],
  ["a ratio in lowest terms", { aspectRatioIdc: 255, sar: [64, 48] }, { pixelAspectRatio: { num: 4, den: 3 } }],
  ["no colours where only their range is known", { fullRange: true }, {}],
  ["no picture rate from a time scale of 0", { timing: [1, 0] }, {}],
  ["no picture rate from ticks of 0 units", { timing: [0, 50] }, {}],
  [
    "half the field rate as picture rate",
    { timing: [1001, 120_000] },
    { declaredPictureRate: { num: 60_000, den: 1001 } },
  ],
  [
    "the first schedule of the NAL HRD parameters, before those of the VCL",
    { nalHrd: hrd, vclHrd: { ...hrd, cpbs: [[1, 1]] } },
    { maxBitrate: (1000 << 7) as never, bufferSizeBits: 2000 << 6 },
  ],
  [
    "the VCL HRD parameters where there are no others",
    { vclHrd: hrd },
    { maxBitrate: (1000 << 7) as never, bufferSizeBits: 2000 << 6 },
  ],
  ["no rate beyond 32 bits", { nalHrd: { ...hrd, bitRateScale: 15, cpbs: [[3_000_000, 1]] } }, {}],
];

describe("describeH264 says", () => {
  test.for(vuiCases)("%s", ([, vui, described]) => {
    const { codecString, decoderConfiguration, width, height, ...rest } = describeH264(
      [writeSps({ ...plainSps, vui })],
      [writePps(plainPps)],
    );
    expect({ codecString, width, height }).toEqual({ codecString: "avc1.64001e", width: 64, height: 48 });
    expect(decoderConfiguration[0]).toBe(1);
    expect(rest).toEqual(described);
  });

  test("which parameter set is missing", () => {
    expect(thrownCode(() => describeH264([], [writePps(plainPps)]))).toBe("parameter-set-missing");
    expect(thrownCode(() => describeH264([writeSps(plainSps)], []))).toBe("parameter-set-missing");
  });
});
