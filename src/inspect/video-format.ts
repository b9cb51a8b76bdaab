import type { Colour, VideoConfiguration } from "../demux/track-configuration.ts";
import { parseAvcDecoderConfiguration } from "../h264/decoder-configuration.ts";
import { parseSequenceParameterSet as parseH264 } from "../h264/sequence-parameter-set.ts";
import { parseHevcDecoderConfiguration } from "../h265/decoder-configuration.ts";
import { parseSequenceParameterSet as parseH265 } from "../h265/sequence-parameter-set.ts";
import type { VideoFormatReport } from "./video-report.ts";

type Coding = Pick<VideoFormatReport, "profile" | "level" | "tier" | "bitDepth" | "chroma" | "interlaced">;

/** By profile_idc. @spec Rec. ITU-T H.264 A.2 */
const h264Profiles: ReadonlyMap<number, string> = new Map([
  [44, "CAVLC 4:4:4 Intra"],
  [66, "Baseline"],
  [77, "Main"],
  [88, "Extended"],
  [100, "High"],
  [110, "High 10"],
  [122, "High 4:2:2"],
  [244, "High 4:4:4 Predictive"],
]);

/** By general_profile_idc. @spec Rec. ITU-T H.265 A.3 */
const h265Profiles: ReadonlyMap<number, string> = new Map([
  [1, "Main"],
  [2, "Main 10"],
  [3, "Main Still Picture"],
  [4, "Format Range Extensions"],
  [5, "High Throughput"],
  [9, "Screen Content Coding"],
]);

const chromaFormats = ["4:0:0", "4:2:0", "4:2:2", "4:4:4"] as const;

/** constraint_set1_flag and constraint_set3_flag. */
const CONSTRAINT_SET1 = 0x40;
const CONSTRAINT_SET3 = 0x10;

/** What a configuration says, in words. */
export function describeVideoFormat(configuration: VideoConfiguration): VideoFormatReport {
  const { codec, codecString, width, height, pixelAspectRatio, colour, declaredPictureRate } = configuration;
  return {
    codecString,
    ...(codec === "h264" ? h264Coding(configuration) : h265Coding(configuration)),
    width,
    height,
    pixelAspectRatio: pixelAspectRatio ?? { num: 1, den: 1 },
    ...(colour !== undefined && { colour: colourNames(colour), fullRange: colour.fullRange }),
    ...(declaredPictureRate !== undefined && { declaredPictureRate }),
  };
}

function h264Coding({ decoderConfiguration }: VideoConfiguration): Coding {
  const { sequenceParameterSets } = parseAvcDecoderConfiguration(decoderConfiguration);
  const sps = parseH264(sequenceParameterSets[0]!);
  const { profileIdc, constraintSetFlags, levelIdc } = sps;
  const name = h264Profiles.get(profileIdc) ?? `profile ${profileIdc}`;
  const constrained = profileIdc === 66 && (constraintSetFlags & CONSTRAINT_SET1) !== 0;
  // Level 1b has a number of its own in the High profiles only (A.3.4.1).
  const is1b = levelIdc === 9 || (levelIdc === 11 && profileIdc <= 88 && (constraintSetFlags & CONSTRAINT_SET3) !== 0);
  return {
    profile: constrained ? `Constrained ${name}` : name,
    level: is1b ? "1b" : (levelIdc / 10).toFixed(1),
    bitDepth: sps.bitDepthLumaMinus8 + 8,
    chroma: chromaFormats[sps.chromaFormatIdc]!,
    interlaced: !sps.frameMbsOnlyFlag,
  };
}

function h265Coding({ decoderConfiguration }: VideoConfiguration): Coding {
  const { sequenceParameterSets } = parseHevcDecoderConfiguration(decoderConfiguration);
  const { profileTierLevel, bitDepthLumaMinus8, chromaFormatIdc } = parseH265(sequenceParameterSets[0]!);
  const { generalProfileIdc, generalLevelIdc, generalTierFlag } = profileTierLevel;
  return {
    profile: h265Profiles.get(generalProfileIdc) ?? `profile ${generalProfileIdc}`,
    level: (generalLevelIdc / 30).toFixed(1),
    tier: generalTierFlag ? "High" : "Main",
    bitDepth: bitDepthLumaMinus8 + 8,
    chroma: chromaFormats[chromaFormatIdc]!,
  };
}

/** @spec ISO/IEC 23091-2 tables 2, 3 and 4 */
const primaries: ReadonlyMap<number, string> = new Map([
  [1, "BT.709"],
  [5, "BT.601 625"],
  [6, "BT.601 525"],
  [9, "BT.2020"],
  [12, "P3 D65"],
]);
const transfers: ReadonlyMap<number, string> = new Map([
  [1, "BT.709"],
  [5, "BT.470 BG"],
  [6, "BT.601"],
  [13, "sRGB"],
  [14, "BT.2020 10 bit"],
  [15, "BT.2020 12 bit"],
  [16, "PQ"],
  [18, "HLG"],
]);
const matrices: ReadonlyMap<number, string> = new Map([
  [0, "RGB"],
  [1, "BT.709"],
  [5, "BT.601 625"],
  [6, "BT.601 525"],
  [9, "BT.2020 NCL"],
  [10, "BT.2020 CL"],
  [14, "ICtCp"],
]);

/** A value of 2 in any of them. */
const UNSPECIFIED = 2;

function colourNames(colour: Colour): NonNullable<VideoFormatReport["colour"]> {
  const name = (names: ReadonlyMap<number, string>, value: number): string =>
    names.get(value) ?? (value === UNSPECIFIED ? "unspecified" : `code ${value}`);
  return {
    primaries: name(primaries, colour.primaries),
    transfer: name(transfers, colour.transfer),
    matrix: name(matrices, colour.matrix),
  };
}
