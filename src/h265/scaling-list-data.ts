import type { BitReader } from "../bytes/bit-reader.ts";

/**
 * Passes over scaling_list_data().
 *
 * @throws MalformedError - with the reader's code, when the bytes end.
 * @spec Rec. ITU-T H.265 7.3.4
 */
export function skipScalingListData(reader: BitReader): void {
  for (let sizeId = 0; sizeId < 4; sizeId++) {
    const coefNum = Math.min(64, 1 << (4 + 2 * sizeId));
    for (let matrixId = 0; matrixId < 6; matrixId += sizeId === 3 ? 3 : 1) {
      const scalingListPredModeFlag = reader.flag();
      if (!scalingListPredModeFlag) {
        reader.ue(); // scaling_list_pred_matrix_id_delta
        continue;
      }
      if (sizeId > 1) reader.se(); // scaling_list_dc_coef_minus8
      for (let i = 0; i < coefNum; i++) reader.se(); // scaling_list_delta_coef
    }
  }
}
