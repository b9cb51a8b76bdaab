import { boundedUe } from "../annexb/bounded-ue.ts";
import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { BitReader } from "../bytes/bit-reader.ts";
import { readProfileTierLevel } from "./profile-tier-level.ts";
import { readTimingInfo, type TimingInfo } from "./timing-info.ts";

/** The syntax elements of a video parameter set that anything here depends on. */
export type VideoParameterSet = {
  readonly vpsVideoParameterSetId: number;
  readonly timing?: TimingInfo;
};

/** Limit of 7.4.3.1. */
const MAX_NUM_LAYER_SETS_MINUS1 = 1023;

/**
 * Parses a video parameter set up to its timing information.
 *
 * @param nal - The NAL unit with its header, emulation prevention still inside.
 * @throws MalformedError - `parameter-set-malformed` when it ends early or a value is out of its range.
 * @spec Rec. ITU-T H.265 7.3.2.1
 */
export function parseVideoParameterSet(nal: Uint8Array): VideoParameterSet {
  const reader = new BitReader(removeEmulationPrevention(nal), "parameter-set-malformed");
  reader.skip(16); // NAL unit header
  const vpsVideoParameterSetId = reader.u(4);
  reader.skip(2 + 6); // vps_base_layer_internal_flag, vps_base_layer_available_flag, vps_max_layers_minus1
  const vpsMaxSubLayersMinus1 = reader.u(3);
  reader.skip(1 + 16); // vps_temporal_id_nesting_flag, vps_reserved_0xffff_16bits
  readProfileTierLevel(reader, vpsMaxSubLayersMinus1);
  const subLayerOrderingInfoPresentFlag = reader.flag();
  for (
    let subLayer = subLayerOrderingInfoPresentFlag ? 0 : vpsMaxSubLayersMinus1;
    subLayer <= vpsMaxSubLayersMinus1;
    subLayer++
  ) {
    reader.ue(); // vps_max_dec_pic_buffering_minus1
    reader.ue(); // vps_max_num_reorder_pics
    reader.ue(); // vps_max_latency_increase_plus1
  }
  const vpsMaxLayerId = reader.u(6);
  const vpsNumLayerSetsMinus1 = boundedUe(reader, MAX_NUM_LAYER_SETS_MINUS1, "vps_num_layer_sets_minus1");
  reader.skip(vpsNumLayerSetsMinus1 * (vpsMaxLayerId + 1)); // layer_id_included_flag
  const timing = reader.flag() ? readTimingInfo(reader) : undefined;
  return { vpsVideoParameterSetId, ...(timing && { timing }) };
}
