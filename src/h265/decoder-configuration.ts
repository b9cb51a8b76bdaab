import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { nalUnitTypes } from "./nal-unit-type.ts";
import { parsePictureParameterSet } from "./picture-parameter-set.ts";
import { writeGeneralProfileTierLevel } from "./profile-tier-level.ts";
import { parseSequenceParameterSet } from "./sequence-parameter-set.ts";

/** The part of an HEVCDecoderConfigurationRecord (hvcC box) from which the rest follows. */
export type HevcDecoderConfiguration = {
  /** Bytes of the length before each NAL unit of a sample: 1, 2 or 4. */
  readonly nalUnitLengthSize: number;
  /** NAL units with their headers. */
  readonly videoParameterSets: readonly Uint8Array[];
  readonly sequenceParameterSets: readonly Uint8Array[];
  readonly pictureParameterSets: readonly Uint8Array[];
};

/** Length and count fields have 16 bits. */
const MAX_16_BITS = 0xffff;

/** Bits between configurationVersion and the byte that ends in lengthSizeMinusOne. */
const BITS_BEFORE_LENGTH_SIZE = 12 * 8 + 16 + 8 + 8 + 8 + 8 + 16 + 6;

/**
 * Writes the hvcC record of a stream that has its parameter sets in the sample entry alone (`hvc1`: array_completeness
 * 1) and four-byte NAL unit lengths.
 *
 * @param vps - Video parameter set NAL units.
 * @param sps - Sequence parameter set NAL units; profile, level and format come from the first.
 * @param pps - Picture parameter set NAL units.
 * @throws MalformedError - `parameter-set-missing` when one of the kinds is missing; `parameter-set-malformed` when
 *   the first SPS or a PPS cannot be parsed or the record has no room for them.
 * @spec ISO/IEC 14496-15 8.3.3.1
 */
export function writeHevcDecoderConfiguration(
  vps: readonly Uint8Array[],
  sps: readonly Uint8Array[],
  pps: readonly Uint8Array[],
): Uint8Array {
  const first = sps[0];
  if (vps.length === 0 || !first || pps.length === 0) {
    throw new MalformedError("parameter-set-missing", "no VPS, no SPS or no PPS");
  }
  const parsed = parseSequenceParameterSet(first);
  const minSpatialSegmentationIdc = parsed.vui?.minSpatialSegmentationIdc ?? 0;
  const writer = new BitWriter().u(8, 1); // configurationVersion
  writeGeneralProfileTierLevel(writer, parsed.profileTierLevel)
    .u(4, 0xf)
    .u(12, minSpatialSegmentationIdc)
    .u(6, 0x3f)
    .u(2, minSpatialSegmentationIdc === 0 ? parallelismTypes.unknown : parallelismType(pps))
    .u(6, 0x3f)
    .u(2, parsed.chromaFormatIdc)
    .u(5, 0x1f)
    .u(3, parsed.bitDepthLumaMinus8)
    .u(5, 0x1f)
    .u(3, parsed.bitDepthChromaMinus8)
    .u(16, 0) // avgFrameRate: unspecified
    .u(2, 0) // constantFrameRate: may or may not be
    .u(3, parsed.spsMaxSubLayersMinus1 + 1) // numTemporalLayers
    .flag(parsed.spsTemporalIdNestingFlag)
    .u(2, 3) // lengthSizeMinusOne
    .u(8, 3); // numOfArrays
  writeArray(writer, nalUnitTypes.videoParameterSet, vps);
  writeArray(writer, nalUnitTypes.sequenceParameterSet, sps);
  writeArray(writer, nalUnitTypes.pictureParameterSet, pps);
  return writer.finish();
}

/** What a decoder may decode in parallel, by every picture parameter set. */
const parallelismTypes = { unknown: 0, slices: 1, tiles: 2, wavefront: 3 } as const;

function parallelismType(pps: readonly Uint8Array[]): number {
  const types = pps.map((nal) => {
    const { tilesEnabledFlag, entropyCodingSyncEnabledFlag } = parsePictureParameterSet(nal);
    if (tilesEnabledFlag && entropyCodingSyncEnabledFlag) return parallelismTypes.unknown;
    if (entropyCodingSyncEnabledFlag) return parallelismTypes.wavefront;
    return tilesEnabledFlag ? parallelismTypes.tiles : parallelismTypes.slices;
  });
  return types.every((type) => type === types[0]) ? types[0]! : parallelismTypes.unknown;
}

function writeArray(writer: BitWriter, type: number, nalUnits: readonly Uint8Array[]): void {
  writer
    .flag(true) // array_completeness
    .u(1, 0)
    .u(6, type)
    .u(16, fits16Bits(nalUnits.length));
  for (const nal of nalUnits) writer.u(16, fits16Bits(nal.length)).bytes(nal);
}

function fits16Bits(value: number): number {
  if (value <= MAX_16_BITS) return value;
  throw new MalformedError("parameter-set-malformed", `${value} parameter sets of a kind, or bytes in one`);
}

/**
 * Parses an hvcC record. Arrays of other NAL unit types, such as SEI, are passed over.
 *
 * @throws MalformedError - `parameter-set-malformed` when it ends early or is of another version.
 * @spec ISO/IEC 14496-15 8.3.3.1
 */
export function parseHevcDecoderConfiguration(record: Uint8Array): HevcDecoderConfiguration {
  const reader = new BitReader(record, "parameter-set-malformed");
  const configurationVersion = reader.u(8);
  if (configurationVersion !== 1) {
    throw new MalformedError("parameter-set-malformed", `hvcC version ${configurationVersion}`);
  }
  reader.skip(BITS_BEFORE_LENGTH_SIZE);
  const nalUnitLengthSize = reader.u(2) + 1;
  const byType = new Map<number, Uint8Array[]>();
  for (let arrays = reader.u(8); arrays > 0; arrays--) {
    reader.skip(2); // array_completeness, reserved
    const type = reader.u(6);
    const nalUnits = Array.from({ length: reader.u(16) }, () => reader.bytes(reader.u(16)));
    byType.set(type, [...(byType.get(type) ?? []), ...nalUnits]);
  }
  return {
    nalUnitLengthSize,
    videoParameterSets: byType.get(nalUnitTypes.videoParameterSet) ?? [],
    sequenceParameterSets: byType.get(nalUnitTypes.sequenceParameterSet) ?? [],
    pictureParameterSets: byType.get(nalUnitTypes.pictureParameterSet) ?? [],
  };
}
