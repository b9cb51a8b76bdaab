import { boundedUe } from "../annexb/bounded-ue.ts";
import type { BitReader } from "../bytes/bit-reader.ts";

/** The part of hrd_parameters() that describes the stream. */
export type HrdParameters = {
  /** BitRate[0] of the highest sub-layer in bits a second. */
  readonly bitRate: number;
  /** CpbSize[0] of the highest sub-layer in bits. */
  readonly cpbSize: number;
};

type Common = {
  readonly nalHrdParametersPresentFlag: boolean;
  readonly vclHrdParametersPresentFlag: boolean;
  readonly subPicHrdParamsPresentFlag: boolean;
  readonly bitRateScale: number;
  readonly cpbSizeScale: number;
};

/** Limits of E.3.2. */
const MAX_CPB_CNT_MINUS1 = 31;
const MAX_ELEMENTAL_DURATION_IN_TC_MINUS1 = 2047;

/**
 * Reads hrd_parameters(1, maxSubLayersMinus1).
 *
 * @returns The NAL parameters, else the VCL ones; undefined where both are absent.
 * @throws MalformedError - `parameter-set-malformed`.
 * @spec Rec. ITU-T H.265 E.2.2, E.2.3, E.3.3
 */
export function readHrdParameters(reader: BitReader, maxSubLayersMinus1: number): HrdParameters | undefined {
  const common = readCommon(reader);
  let highest: HrdParameters | undefined;
  for (let subLayer = 0; subLayer <= maxSubLayersMinus1; subLayer++) {
    const fixedPicRateGeneralFlag = reader.flag();
    const fixedPicRateWithinCvsFlag = fixedPicRateGeneralFlag || reader.flag();
    if (fixedPicRateWithinCvsFlag) {
      boundedUe(reader, MAX_ELEMENTAL_DURATION_IN_TC_MINUS1, "elemental_duration_in_tc_minus1");
    }
    const lowDelayHrdFlag = !fixedPicRateWithinCvsFlag && reader.flag();
    const cpbCntMinus1 = lowDelayHrdFlag ? 0 : boundedUe(reader, MAX_CPB_CNT_MINUS1, "cpb_cnt_minus1");
    const nal = common.nalHrdParametersPresentFlag ? readSubLayerHrd(reader, common, cpbCntMinus1) : undefined;
    const vcl = common.vclHrdParametersPresentFlag ? readSubLayerHrd(reader, common, cpbCntMinus1) : undefined;
    highest = nal ?? vcl;
  }
  return highest;
}

function readCommon(reader: BitReader): Common {
  const nalHrdParametersPresentFlag = reader.flag();
  const vclHrdParametersPresentFlag = reader.flag();
  const present = { nalHrdParametersPresentFlag, vclHrdParametersPresentFlag };
  if (!nalHrdParametersPresentFlag && !vclHrdParametersPresentFlag) {
    return { ...present, subPicHrdParamsPresentFlag: false, bitRateScale: 0, cpbSizeScale: 0 };
  }
  const subPicHrdParamsPresentFlag = reader.flag();
  // tick_divisor_minus2, du_cpb_removal_delay_increment_length_minus1, sub_pic_cpb_params_in_pic_timing_sei_flag,
  // dpb_output_delay_du_length_minus1
  if (subPicHrdParamsPresentFlag) reader.skip(8 + 5 + 1 + 5);
  const bitRateScale = reader.u(4);
  const cpbSizeScale = reader.u(4);
  if (subPicHrdParamsPresentFlag) reader.skip(4); // cpb_size_du_scale
  // initial_cpb_removal_delay_length_minus1, au_cpb_removal_delay_length_minus1, dpb_output_delay_length_minus1
  reader.skip(5 + 5 + 5);
  return { ...present, subPicHrdParamsPresentFlag, bitRateScale, cpbSizeScale };
}

function readSubLayerHrd(reader: BitReader, common: Common, cpbCntMinus1: number): HrdParameters {
  let first: HrdParameters | undefined;
  for (let schedSelIdx = 0; schedSelIdx <= cpbCntMinus1; schedSelIdx++) {
    const bitRateValueMinus1 = reader.ue();
    const cpbSizeValueMinus1 = reader.ue();
    if (common.subPicHrdParamsPresentFlag) {
      reader.ue(); // cpb_size_du_value_minus1
      reader.ue(); // bit_rate_du_value_minus1
    }
    reader.skip(1); // cbr_flag
    first ??= {
      bitRate: (bitRateValueMinus1 + 1) * 2 ** (6 + common.bitRateScale),
      cpbSize: (cpbSizeValueMinus1 + 1) * 2 ** (4 + common.cpbSizeScale),
    };
  }
  return first!;
}
