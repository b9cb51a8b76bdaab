import { describe, expect, test } from "vitest";
import { splitByteStream } from "../../src/annexb/nal-units.ts";
import type { VideoDescription } from "../../src/annexb/video-description.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { describeH265 } from "../../src/h265/describe-h265.ts";
import { nalUnitType, nalUnitTypes } from "../../src/h265/nal-unit-type.ts";
import { boxContent, encode, hasFfmpeg, probe } from "../annexb/ffmpeg.ts";
import { thrownCode } from "../annexb/malformed.ts";
import { plainPps, plainSps, plainVps, writePps, writeSps, writeVps } from "./write.ts";
import type { Timing, Vui } from "./write-vui.ts";

type Case = {
  readonly name: string;
  /** Of lavfi. */
  readonly source: string;
  readonly options?: readonly string[];
  readonly x265?: string;
  readonly profile: string;
  readonly expected: Partial<VideoDescription>;
};

const cases: readonly Case[] = [
  {
    name: "Main profile",
    source: "testsrc2=s=160x96:r=25",
    profile: "Main",
    expected: { codecString: "hvc1.1.6.L30.90", width: 160, height: 96, declaredPictureRate: { num: 25, den: 1 } },
  },
  {
    name: "Main 10 profile at 59.94 pictures a second, level 4.1 in high tier",
    source: "testsrc2=s=160x96:r=60000/1001",
    options: ["-pix_fmt", "yuv420p10le"],
    x265: "level-idc=4.1:high-tier=1",
    profile: "Main 10",
    expected: { codecString: "hvc1.2.4.H123.90", declaredPictureRate: { num: 60000, den: 1001 } },
  },
  {
    name: "a size cropped on the right and at the bottom, samples 4:3",
    source: "testsrc2=s=150x90:r=25,setsar=4/3",
    profile: "Main",
    expected: { width: 150, height: 90, pixelAspectRatio: { num: 4, den: 3 } },
  },
  {
    name: "samples in a ratio that the table does not have",
    source: "testsrc2=s=160x96:r=25,setsar=97/89",
    profile: "Main",
    expected: { pixelAspectRatio: { num: 97, den: 89 } },
  },
  {
    name: "1080 rows",
    source: "testsrc2=s=1920x1080:r=50",
    profile: "Main",
    expected: { width: 1920, height: 1080 },
  },
  {
    name: "colours of BT.2100 HLG in full range",
    source: "testsrc2=s=160x96:r=50",
    options: ["-pix_fmt", "yuv420p10le"],
    x265: "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc:range=full",
    profile: "Main 10",
    expected: { colour: { primaries: 9, transfer: 18, matrix: 9, fullRange: true } },
  },
  {
    name: "HRD parameters",
    source: "testsrc2=s=160x96:r=25",
    x265: "hrd=1:vbv-maxrate=512:vbv-bufsize=1024",
    profile: "Main",
    expected: { maxBitrate: 512_000 as never, bufferSizeBits: 1_024_000 },
  },
  {
    name: "4:2:2, 10 bits, cropped, with a default display window",
    source: "testsrc2=s=150x90:r=25",
    options: ["-pix_fmt", "yuv422p10le"],
    x265: "display-window=2,2,2,2",
    profile: "Rext",
    expected: { width: 150, height: 90 },
  },
  {
    name: "4:4:4 cropped to odd numbers",
    source: "testsrc=s=161x95:r=25",
    options: ["-pix_fmt", "yuv444p"],
    profile: "Rext",
    expected: { width: 161, height: 95 },
  },
  {
    name: "temporal layers and no wavefronts",
    source: "testsrc2=s=160x96:r=25",
    x265: "temporal-layers=3:bframes=3:b-adapt=0:wpp=0",
    profile: "Main",
    expected: { width: 160, height: 96 },
  },
];

describe.skipIf(!hasFfmpeg())(
  "what x265 encodes is described as ffprobe and ffmpeg's hvcC do:",
  { timeout: 60_000 },
  () => {
    test.for(cases)("$name", ({ source, options = [], x265, profile, expected }) => {
      const x265Options = ["-x265-params", ["log-level=error", "pools=1", ...(x265 ? [x265] : [])].join(":")];
      const encoder = ["-frames:v", "2", "-c:v", "libx265", "-preset", "ultrafast", ...options, ...x265Options];
      const stream = encode("hevc", source, encoder);
      const description = describeStream(stream.elementary);
      expect(description).toMatchObject(expected);
      const probed = probe(stream.elementary, ["-f", "hevc"]);
      expect(probed["profile"]).toBe(profile);
      expect(asProbed(description)).toEqual({
        width: probed["width"],
        height: probed["height"],
        sample_aspect_ratio: probed["sample_aspect_ratio"] ?? "1:1",
        ...(description.colour && { color_range: probed["color_range"] }),
        level: probed["level"],
        r_frame_rate: probed["r_frame_rate"],
      });
      expect(toHex(description.decoderConfiguration)).toBe(toHex(boxContent(stream.mp4, "hvcC")));
    });
  },
);

function describeStream(elementary: Uint8Array): VideoDescription {
  const { nalUnits } = splitByteStream(elementary);
  const first = (type: number) => [nalUnits.find((nal) => nalUnitType(nal) === type)!];
  const { videoParameterSet, sequenceParameterSet, pictureParameterSet } = nalUnitTypes;
  return describeH265(first(videoParameterSet), first(sequenceParameterSet), first(pictureParameterSet));
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
    level: Number(/\.[LH](\d+)/.exec(codecString)?.[1]),
    r_frame_rate: `${declaredPictureRate?.num}/${declaredPictureRate?.den}`,
  };
}

type TimingCase = readonly [
  name: string,
  vps: Timing | undefined,
  vui: Vui | undefined,
  described: Partial<VideoDescription>,
];

const timings: readonly TimingCase[] = [
  ["nothing where neither VPS nor VUI has timing", undefined, {}, {}],
  ["that of the VUI", [1, 50], { timing: [1001, 30_000] }, { declaredPictureRate: { num: 30_000, den: 1001 } }],
  ["that of the VPS where the VUI has none", [1, 50], {}, { declaredPictureRate: { num: 50, den: 1 } }],
  ["that of the VPS where there is no VUI", [1, 50], undefined, { declaredPictureRate: { num: 50, den: 1 } }],
  [
    "several ticks a picture where picture order counts are said to last so long",
    undefined,
    { timing: [1, 50, 1] },
    { declaredPictureRate: { num: 25, den: 1 } },
  ],
  ["nothing where a tick has no length", undefined, { timing: [0, 50] }, {}],
  ["nothing where numbers are beyond belief", undefined, { timing: [0xffffffff, 1, 0xfffffffe] }, {}],
];

describe("describeH265 gives as picture rate", () => {
  test.for(timings)("%s", ([, timing, vui, described]) => {
    const { codecString, decoderConfiguration, width, height, ...rest } = describeH265(
      [writeVps({ ...plainVps, ...(timing && { timing }) })],
      [writeSps({ ...plainSps, ...(vui && { vui }) })],
      [writePps(plainPps)],
    );
    expect({ codecString, width, height }).toEqual({ codecString: "hvc1.1.6.L93.90", width: 128, height: 64 });
    expect(decoderConfiguration[0]).toBe(1);
    expect(rest).toEqual(described);
  });
});

test("describeH265 says which parameter set is missing", () => {
  const [vps, sps, pps] = [[writeVps(plainVps)], [writeSps(plainSps)], [writePps(plainPps)]];
  expect(thrownCode(() => describeH265([], sps, pps))).toBe("parameter-set-missing");
  expect(thrownCode(() => describeH265(vps, [], pps))).toBe("parameter-set-missing");
  expect(thrownCode(() => describeH265(vps, sps, []))).toBe("parameter-set-missing");
});
