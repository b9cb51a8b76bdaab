import { boundedUe } from "../annexb/bounded-ue.ts";
import type { BitReader } from "../bytes/bit-reader.ts";

/** The part of hrd_parameters() that SEI messages and init segments depend on. */
export type HrdParameters = {
  /** BitRate[0] in bits a second. */
  readonly bitRate: number;
  /** CpbSize[0] in bits. */
  readonly cpbSize: number;
  /** Lengths of fields in SEI messages, in bits. */
  readonly cpbRemovalDelayLengthMinus1: number;
  readonly dpbOutputDelayLengthMinus1: number;
  readonly timeOffsetLength: number;
};

/** cpb_cnt_minus1: 0 to 31. */
const MAX_CPB_CNT_MINUS1 = 31;

/**
 * Reads hrd_parameters().
 *
 * @throws MalformedError - `parameter-set-malformed`.
 * @spec Rec. ITU-T H.264 E.1.2, E.2.2
 */
export function readHrdParameters(reader: BitReader): HrdParameters {
  const cpbCntMinus1 = boundedUe(reader, MAX_CPB_CNT_MINUS1, "cpb_cnt_minus1");
  const bitRateScale = reader.u(4);
  const cpbSizeScale = reader.u(4);
  let [bitRate, cpbSize] = [0, 0];
  for (let schedSelIdx = 0; schedSelIdx <= cpbCntMinus1; schedSelIdx++) {
    const bitRateValueMinus1 = reader.ue();
    const cpbSizeValueMinus1 = reader.ue();
    reader.skip(1); // cbr_flag
    if (schedSelIdx > 0) continue;
    bitRate = (bitRateValueMinus1 + 1) * 2 ** (6 + bitRateScale);
    cpbSize = (cpbSizeValueMinus1 + 1) * 2 ** (4 + cpbSizeScale);
  }
  reader.skip(5); // initial_cpb_removal_delay_length_minus1
  return {
    bitRate,
    cpbSize,
    cpbRemovalDelayLengthMinus1: reader.u(5),
    dpbOutputDelayLengthMinus1: reader.u(5),
    timeOffsetLength: reader.u(5),
  };
}
