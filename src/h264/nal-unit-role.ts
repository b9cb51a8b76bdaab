import type { NalUnitRole } from "../annexb/nal-unit-role.ts";
import { nalUnitType, nalUnitTypes } from "./nal-unit-type.ts";

const roles: ReadonlyMap<number, NalUnitRole> = new Map([
  [nalUnitTypes.nonIdrSlice, "vcl"],
  [nalUnitTypes.dataPartitionA, "vcl"],
  [nalUnitTypes.idrSlice, "vcl"],
  [nalUnitTypes.sei, "sei"],
  [nalUnitTypes.sequenceParameterSet, "parameter-set"],
  [nalUnitTypes.pictureParameterSet, "parameter-set"],
  [nalUnitTypes.accessUnitDelimiter, "delimiter"],
  [nalUnitTypes.endOfSequence, "end-of-sequence"],
  [nalUnitTypes.endOfStream, "end-of-sequence"],
  [nalUnitTypes.fillerData, "filler"],
]);

/**
 * What a NAL unit is in its access unit. Data partitions B and C, auxiliary and extension slices are `other`: they
 * never start a picture.
 */
export function nalUnitRole(nal: Uint8Array): NalUnitRole {
  return roles.get(nalUnitType(nal)) ?? "other";
}

/**
 * Whether this NAL unit, when it comes after a slice of a primary coded picture, starts the next access unit by its
 * type alone. For slices see `startsNewPicture`.
 *
 * @spec Rec. ITU-T H.264 7.4.1.2.3
 */
export function startsAccessUnit(nal: Uint8Array): boolean {
  const type = nalUnitType(nal);
  return (
    (type >= nalUnitTypes.sei && type <= nalUnitTypes.accessUnitDelimiter) ||
    (type >= nalUnitTypes.prefix && type <= nalUnitTypes.reserved18)
  );
}
