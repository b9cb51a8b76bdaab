/** nal_unit_type values this project tells apart. @spec Rec. ITU-T H.264 Table 7-1 */
export const nalUnitTypes = {
  nonIdrSlice: 1,
  dataPartitionA: 2,
  idrSlice: 5,
  sei: 6,
  sequenceParameterSet: 7,
  pictureParameterSet: 8,
  accessUnitDelimiter: 9,
  endOfSequence: 10,
  endOfStream: 11,
  fillerData: 12,
  /** First of the types 14 to 18, which start an access unit like parameter sets do. */
  prefix: 14,
  reserved18: 18,
} as const;

/** The nal_unit_type of a NAL unit that is not empty. @spec Rec. ITU-T H.264 7.3.1 */
export function nalUnitType(nal: Uint8Array): number {
  return nal[0]! & 0x1f;
}
