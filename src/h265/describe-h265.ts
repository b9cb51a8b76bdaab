import { lowestTerms } from "../annexb/lowest-terms.ts";
import { buildVideoDescription, type VideoDescription } from "../annexb/video-description.ts";
import { codecString } from "./codec-string.ts";
import { writeHevcDecoderConfiguration } from "./decoder-configuration.ts";
import { parseSequenceParameterSet } from "./sequence-parameter-set.ts";
import { parseVideoParameterSet } from "./video-parameter-set.ts";

/**
 * What the parameter sets of an H.265 stream say of it.
 *
 * @param vps - Video parameter set NAL units.
 * @param sps - Sequence parameter set NAL units; the first is the one described.
 * @param pps - Picture parameter set NAL units.
 * @throws MalformedError - `parameter-set-missing` when one of the kinds is missing, `parameter-set-malformed` when
 *   one cannot be used.
 * @spec Rec. ITU-T H.265 E.3.1 (a picture lasts vui_num_ticks_poc_diff_one_minus1 + 1 clock ticks)
 */
export function describeH265(
  vps: readonly Uint8Array[],
  sps: readonly Uint8Array[],
  pps: readonly Uint8Array[],
): VideoDescription {
  const decoderConfiguration = writeHevcDecoderConfiguration(vps, sps, pps);
  const { width, height, vui, profileTierLevel } = parseSequenceParameterSet(sps[0]!);
  const timing = vui?.timing ?? parseVideoParameterSet(vps[0]!).timing;
  const declaredPictureRate =
    timing && lowestTerms(timing.timeScale, timing.numUnitsInTick * timing.numTicksPocDiffOne);
  return buildVideoDescription({
    codecString: codecString(profileTierLevel),
    decoderConfiguration,
    width,
    height,
    ...(declaredPictureRate && { declaredPictureRate }),
    display: vui,
    hrd: vui?.hrd,
  });
}
