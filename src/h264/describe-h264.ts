import { lowestTerms } from "../annexb/lowest-terms.ts";
import { buildVideoDescription, type VideoDescription } from "../annexb/video-description.ts";
import { toHex } from "../bytes/hex.ts";
import { writeAvcDecoderConfiguration } from "./decoder-configuration.ts";
import { parseSequenceParameterSet } from "./sequence-parameter-set.ts";

/**
 * What the parameter sets of an H.264 stream say of it.
 *
 * @param sps - Sequence parameter set NAL units; the first is the one described.
 * @param pps - Picture parameter set NAL units.
 * @throws MalformedError - `parameter-set-missing` without an SPS or PPS, `parameter-set-malformed` when one cannot be
 *   used.
 * @spec RFC 6381 3.3 (avc1.PPCCLL), Rec. ITU-T H.264 E.2.1 (a frame lasts two clock ticks)
 */
export function describeH264(sps: readonly Uint8Array[], pps: readonly Uint8Array[]): VideoDescription {
  const decoderConfiguration = writeAvcDecoderConfiguration(sps, pps);
  const { width, height, vui } = parseSequenceParameterSet(sps[0]!);
  const declaredPictureRate = vui?.timing && lowestTerms(vui.timing.timeScale, vui.timing.numUnitsInTick * 2);
  return buildVideoDescription({
    // AVCProfileIndication, profile_compatibility, AVCLevelIndication.
    codecString: `avc1.${toHex(decoderConfiguration.subarray(1, 4))}`,
    decoderConfiguration,
    width,
    height,
    ...(declaredPictureRate && { declaredPictureRate }),
    display: vui,
    hrd: vui?.nalHrd ?? vui?.vclHrd,
  });
}
