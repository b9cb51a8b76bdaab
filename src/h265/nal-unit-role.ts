import type { NalUnitRole } from "../annexb/nal-unit-role.ts";
import { isIntraRandomAccessPoint, nalUnitType, nalUnitTypes } from "./nal-unit-type.ts";

const roles: ReadonlyMap<number, NalUnitRole> = new Map([
  [nalUnitTypes.videoParameterSet, "parameter-set"],
  [nalUnitTypes.sequenceParameterSet, "parameter-set"],
  [nalUnitTypes.pictureParameterSet, "parameter-set"],
  [nalUnitTypes.accessUnitDelimiter, "delimiter"],
  [nalUnitTypes.endOfSequence, "end-of-sequence"],
  [nalUnitTypes.endOfBitstream, "end-of-sequence"],
  [nalUnitTypes.fillerData, "filler"],
  [nalUnitTypes.prefixSei, "sei"],
  [nalUnitTypes.suffixSei, "suffix-sei"],
]);

/**
 * What a NAL unit is in its access unit. Everything of an enhancement layer is `other`, as are reserved slice types,
 * which decoders must ignore, and a NAL unit too short for its header.
 *
 * @spec Rec. ITU-T H.265 Table 7-1
 */
export function nalUnitRole(nal: Uint8Array): NalUnitRole {
  if (!isBaseLayer(nal)) return "other";
  const type = nalUnitType(nal);
  return type <= nalUnitTypes.raslR || isIntraRandomAccessPoint(type) ? "vcl" : (roles.get(type) ?? "other");
}

/**
 * Whether this NAL unit, when it comes after the last slice of a picture, starts the next access unit by its type
 * alone. A slice does where first_slice_segment_in_pic_flag is set.
 *
 * @spec Rec. ITU-T H.265 7.4.2.4.4
 */
export function startsAccessUnit(nal: Uint8Array): boolean {
  if (!isBaseLayer(nal)) return false;
  const type = nalUnitType(nal);
  return (
    (type >= nalUnitTypes.videoParameterSet && type <= nalUnitTypes.accessUnitDelimiter) ||
    type === nalUnitTypes.prefixSei ||
    (type >= nalUnitTypes.rsvNvcl41 && type <= nalUnitTypes.rsvNvcl44) ||
    (type >= nalUnitTypes.unspecified48 && type <= nalUnitTypes.unspecified55)
  );
}

/** nuh_layer_id is 0. */
function isBaseLayer(nal: Uint8Array): boolean {
  return nal.length >= 2 && (nal[0]! & 1) === 0 && nal[1]! >> 3 === 0;
}
