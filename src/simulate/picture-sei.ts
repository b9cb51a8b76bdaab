import { addEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { nalUnitTypes } from "../h264/nal-unit-type.ts";
import type { PicTimingParameters } from "../h264/pic-timing-parameters.ts";
import { type SeiMessage, writeSeiMessages } from "../sei/message.ts";
import { payloadTypes } from "../sei/payload-types.ts";
import { type PicTimingClockTimestamp, writePicTiming } from "../sei/pic-timing.ts";
import type { SamplePicture } from "./sample-video.ts";

/** A start code, and the header of an SEI NAL unit: nal_ref_idc is 0. */
const SEI_BEGIN = Uint8Array.of(0, 0, 0, 1, nalUnitTypes.sei);

/**
 * The SEI of a picture: the sample's own messages, a timecode in its pic_timing, and scores.
 *
 * @param timecode - Undefined: pic_timing has none.
 * @param scores - Undefined: the picture has none.
 * @returns The parts of a byte stream, one after the other.
 */
export function writePictureSei(
  picture: SamplePicture,
  parameters: PicTimingParameters,
  timecode: PicTimingClockTimestamp | undefined,
  scores: SeiMessage | undefined,
): readonly [begin: Uint8Array, messages: Uint8Array] {
  const { bufferingPeriod, messages, picTiming } = picture;
  const clockTimestamps = picTiming.clockTimestamps.map((_, i) => (i === 0 ? timecode : undefined));
  const timing = writePicTiming({ ...picTiming, clockTimestamps }, parameters);
  const all: SeiMessage[] = [{ payloadType: payloadTypes.picTiming, payload: timing }, ...messages];
  if (scores !== undefined) all.push(scores);
  if (bufferingPeriod !== undefined) all.unshift(bufferingPeriod);
  return [SEI_BEGIN, addEmulationPrevention(writeSeiMessages(all))];
}
