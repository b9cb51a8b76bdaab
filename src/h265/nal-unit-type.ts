/** nal_unit_type values this project tells apart. @spec Rec. ITU-T H.265 Table 7-1 */
export const nalUnitTypes = {
  /** Last of the slice types from 0 on that are not reserved. */
  raslR: 9,
  blaWLp: 16,
  blaWRadl: 17,
  blaNLp: 18,
  idrWRadl: 19,
  idrNLp: 20,
  cra: 21,
  /** Last of the types 16 to 23 that are kept for IRAP pictures; 22 and 23 are reserved. */
  rsvIrapVcl23: 23,
  videoParameterSet: 32,
  sequenceParameterSet: 33,
  pictureParameterSet: 34,
  accessUnitDelimiter: 35,
  endOfSequence: 36,
  endOfBitstream: 37,
  fillerData: 38,
  prefixSei: 39,
  suffixSei: 40,
  /** Types that start an access unit like parameter sets do: 41 to 44 and 48 to 55. */
  rsvNvcl41: 41,
  rsvNvcl44: 44,
  unspecified48: 48,
  unspecified55: 55,
} as const;

/** The nal_unit_type of a NAL unit that is not empty. @spec Rec. ITU-T H.265 7.3.1.2 */
export function nalUnitType(nal: Uint8Array): number {
  return (nal[0]! >> 1) & 0x3f;
}

/** TemporalId of a NAL unit that has its whole header. @spec Rec. ITU-T H.265 7.4.2.2 */
export function temporalId(nal: Uint8Array): number {
  return (nal[1]! & 7) - 1;
}

/**
 * Whether slices of a type belong to a picture at which decoding can start: BLA, IDR or CRA.
 *
 * @spec Rec. ITU-T H.265 3 (IRAP picture), without its reserved types
 */
export function isIntraRandomAccessPoint(type: number): boolean {
  return type >= nalUnitTypes.blaWLp && type <= nalUnitTypes.cra;
}
