import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { BitReader } from "../bytes/bit-reader.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { nalUnitType, nalUnitTypes } from "./nal-unit-type.ts";

/** The beginning of a slice segment header, by the names in the standard. */
export type SliceHeader = {
  /** This slice segment starts a picture, and with it, in a stream of one layer, an access unit. */
  readonly firstSliceSegmentInPicFlag: boolean;
  /** False where not sent: in pictures that are not IRAP. */
  readonly noOutputOfPriorPicsFlag: boolean;
  readonly slicePicParameterSetId: number;
};

/** More than two bytes of NAL unit header, two flags and the longest legal picture parameter set id take. */
const MAX_BYTES = 16;

/** Limit of 7.4.7.1. */
const MAX_PIC_PARAMETER_SET_ID = 63;

/**
 * Parses the beginning of a slice segment header, up to slice_pic_parameter_set_id: it needs no parameter set.
 *
 * @param nal - A slice NAL unit with its header, emulation prevention still inside.
 * @throws MalformedError - `slice-malformed` when it ends early or the id is out of its range.
 * @spec Rec. ITU-T H.265 7.3.6.1
 */
export function parseSliceHeader(nal: Uint8Array): SliceHeader {
  const reader = new BitReader(removeEmulationPrevention(nal.subarray(0, MAX_BYTES)), "slice-malformed");
  reader.skip(16); // NAL unit header
  const firstSliceSegmentInPicFlag = reader.flag();
  const type = nalUnitType(nal);
  const irap = type >= nalUnitTypes.blaWLp && type <= nalUnitTypes.rsvIrapVcl23;
  const noOutputOfPriorPicsFlag = irap && reader.flag();
  const slicePicParameterSetId = reader.ue();
  if (slicePicParameterSetId > MAX_PIC_PARAMETER_SET_ID) {
    throw new MalformedError("slice-malformed", `slice_pic_parameter_set_id is ${slicePicParameterSetId}`);
  }
  return { firstSliceSegmentInPicFlag, noOutputOfPriorPicsFlag, slicePicParameterSetId };
}
