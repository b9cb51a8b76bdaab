import type { BitReader } from "../bytes/bit-reader.ts";
import type { BitWriter } from "../bytes/bit-writer.ts";

/** The general part of profile_tier_level(), by the names in the standard. */
export type ProfileTierLevel = {
  readonly generalProfileSpace: number;
  /** False: main tier; true: high tier. */
  readonly generalTierFlag: boolean;
  readonly generalProfileIdc: number;
  /** 32 bits, general_profile_compatibility_flag[0] highest. */
  readonly generalProfileCompatibilityFlags: number;
  /** 48 bits from general_progressive_source_flag to general_inbld_flag or its reserved bit. */
  readonly generalConstraintIndicatorFlags: number;
  /** 30 times the level: 93 is level 3.1. */
  readonly generalLevelIdc: number;
};

/** Bits of sub_layer_profile_space to the last constraint flag, and of sub_layer_level_idc. */
const SUB_LAYER_PROFILE_BITS = 88;
const SUB_LAYER_LEVEL_BITS = 8;

/** The two presence flags are sent for eight sub-layers as soon as there is more than one. */
const SUB_LAYER_FLAG_PAIRS = 8;

/**
 * Reads profile_tier_level(1, maxSubLayersMinus1).
 *
 * @throws MalformedError - with the reader's code, when the bytes end.
 * @spec Rec. ITU-T H.265 7.3.3
 */
export function readProfileTierLevel(reader: BitReader, maxSubLayersMinus1: number): ProfileTierLevel {
  const general: ProfileTierLevel = {
    generalProfileSpace: reader.u(2),
    generalTierFlag: reader.flag(),
    generalProfileIdc: reader.u(5),
    generalProfileCompatibilityFlags: reader.u(32),
    generalConstraintIndicatorFlags: reader.u(16) * 2 ** 32 + reader.u(32),
    generalLevelIdc: reader.u(8),
  };
  let subLayerBits = 0;
  for (let pair = 0; maxSubLayersMinus1 > 0 && pair < SUB_LAYER_FLAG_PAIRS; pair++) {
    const profilePresent = reader.flag();
    const levelPresent = reader.flag();
    if (pair >= maxSubLayersMinus1) continue; // reserved_zero_2bits
    if (profilePresent) subLayerBits += SUB_LAYER_PROFILE_BITS;
    if (levelPresent) subLayerBits += SUB_LAYER_LEVEL_BITS;
  }
  reader.skip(subLayerBits);
  return general;
}

/** Writes the general part in the same layout: the twelve bytes that an hvcC record repeats. */
export function writeGeneralProfileTierLevel(writer: BitWriter, general: ProfileTierLevel): BitWriter {
  return writer
    .u(2, general.generalProfileSpace)
    .flag(general.generalTierFlag)
    .u(5, general.generalProfileIdc)
    .u(32, general.generalProfileCompatibilityFlags)
    .u(48, general.generalConstraintIndicatorFlags)
    .u(8, general.generalLevelIdc);
}
