import { joinByteStream } from "../annexb/nal-units.ts";
import type { VideoAccessUnit } from "../demux/access-unit.ts";
import { sampleNalUnits } from "../demux/sample-memory.ts";
import { parseAvcDecoderConfiguration } from "../h264/decoder-configuration.ts";
import { nalUnitType, nalUnitTypes } from "../h264/nal-unit-type.ts";
import { type PicTimingParameters, picTimingParameters } from "../h264/pic-timing-parameters.ts";
import { parseSequenceParameterSet } from "../h264/sequence-parameter-set.ts";
import type { SeiMessage } from "../sei/message.ts";
import { payloadTypes } from "../sei/payload-types.ts";
import { type PicTiming, parsePicTiming } from "../sei/pic-timing.ts";
import { mulDivRound } from "../time/rational.ts";
import { TICKS_PER_SECOND } from "../time/units.ts";
import { detectPictureRate } from "../timeline/picture-rate.ts";
import type { LoopSpan } from "./loop-span.ts";
import { SampleError } from "./sample-error.ts";

/** One picture of a sample, ready to be put together anew with other SEI. */
export type SamplePicture = {
  /** Its place in order of presentation, from 0. */
  readonly rank: number;
  /** An IDR picture. */
  readonly randomAccess: boolean;
  /** Byte stream before the SEI: delimiter, and parameter sets where the picture is one to start with. */
  readonly head: Uint8Array;
  /** The sample's own buffering_period, which comes before all other messages. @spec Rec. ITU-T H.264 7.4.1.2.3 */
  readonly bufferingPeriod?: SeiMessage;
  /** Its other messages but for pic_timing. */
  readonly messages: readonly SeiMessage[];
  readonly picTiming: PicTiming;
  /** Byte stream after the SEI. */
  readonly slices: Uint8Array;
};

/** A video track of a sample. */
export type SampleVideo = {
  readonly span: LoopSpan;
  /** In decoding order; the first is an IDR picture and the ranks are 0 to length - 1. */
  readonly pictures: readonly SamplePicture[];
  /** By how many picture durations decoding must run ahead of presentation. */
  readonly reorder: number;
  readonly picTimingParameters: PicTimingParameters;
};

/** An access unit delimiter that allows all slice types. @spec Rec. ITU-T H.264 7.3.2.4 */
const DELIMITER = Uint8Array.of(nalUnitTypes.accessUnitDelimiter, 0xf0);

/**
 * Prepares a video track for the loop.
 *
 * @param units - All its access units in decoding order.
 * @throws SampleError - when they cannot be looped.
 * @throws MalformedError - when its parameter sets or pic_timing messages break the syntax.
 */
export function readSampleVideo(units: readonly VideoAccessUnit[]): SampleVideo {
  const loop = units.slice(
    Math.max(
      0,
      units.findIndex((unit) => unit.randomAccess === "idr"),
    ),
  );
  const [first] = loop;
  if (first?.randomAccess !== "idr") throw new SampleError("a video track has no IDR picture");
  if (first.configuration.codec !== "h264") throw new SampleError(`a video track is ${first.configuration.codec}`);
  if (loop.some((unit) => unit.configuration !== first.configuration)) throw new SampleError("parameter sets change");
  if (loop.some((unit) => unit.damaged)) throw new SampleError("pictures are damaged");
  const span = spanOf(loop);
  const { sequenceParameterSets, pictureParameterSets } = parseAvcDecoderConfiguration(
    first.configuration.decoderConfiguration,
  );
  const [sps] = sequenceParameterSets;
  if (sps === undefined) throw new SampleError("a video track has no sequence parameter set");
  const parameters = picTimingParameters(parseSequenceParameterSet(sps));
  if (!parameters.picStructPresent) throw new SampleError("its pictures have no room for timecodes (pic_struct)");
  const entryHead = joinByteStream([DELIMITER, ...sequenceParameterSets, ...pictureParameterSets]);
  const head = joinByteStream([DELIMITER]);
  const pictures = loop.map((unit) => {
    const randomAccess = unit.randomAccess === "idr";
    return { ...readPicture(unit, span, parameters), randomAccess, head: randomAccess ? entryHead : head };
  });
  if (
    new Set(pictures.map(({ rank }) => rank)).size !== loop.length ||
    pictures.some(({ rank }) => rank < 0 || rank >= loop.length)
  ) {
    throw new SampleError("pictures are missing, or the last ones are presented after the end");
  }
  const reorder = Math.max(...pictures.map(({ rank }, index) => index - rank));
  return { span, pictures, reorder, picTimingParameters: parameters };
}

function spanOf(loop: readonly VideoAccessUnit[]): LoopSpan {
  const rate = detectPictureRate(loop.map((unit) => unit.pts));
  if (rate === undefined) throw new SampleError("its pictures have no regular rate");
  return { start: loop[0]!.pts, pictures: loop.length, rate };
}

function readPicture(
  unit: VideoAccessUnit,
  span: LoopSpan,
  parameters: PicTimingParameters,
): Pick<SamplePicture, "rank" | "bufferingPeriod" | "messages" | "picTiming" | "slices"> {
  const own = unit.sei.find(({ payloadType }) => payloadType === payloadTypes.picTiming);
  if (own === undefined) throw new SampleError("a picture has no pic_timing SEI");
  const bufferingPeriod = unit.sei.find(({ payloadType }) => payloadType === payloadTypes.bufferingPeriod);
  return {
    rank: mulDivRound(unit.pts - span.start, span.rate.num, TICKS_PER_SECOND * span.rate.den),
    ...(bufferingPeriod !== undefined && { bufferingPeriod }),
    messages: unit.sei.filter((message) => message !== own && message !== bufferingPeriod),
    picTiming: parsePicTiming(own.payload, parameters),
    slices: joinByteStream(sampleNalUnits(unit.sample).filter((nal) => nalUnitType(nal) !== nalUnitTypes.sei)),
  };
}
