import { joinByteStream, splitByteStream } from "../annexb/nal-units.ts";
import { nalUnitType, nalUnitTypes } from "../h264/nal-unit-type.ts";
import type { Rational } from "../time/rational.ts";
import { declareRate } from "./declared-rate.ts";
import type { Sample } from "./sample.ts";
import type { SampleVideo } from "./sample-video.ts";

/**
 * A sample whose pictures are played faster or slower; its sound stays as it is.
 *
 * @param rate - Pictures a second.
 */
export function atRate(sample: Sample, rate: Rational): Sample {
  return { ...sample, videos: sample.videos.map((video) => videoAtRate(video, rate)) };
}

function videoAtRate(video: SampleVideo, rate: Rational): SampleVideo {
  const { span, pictures } = video;
  if (span.rate.num * rate.den === rate.num * span.rate.den) return video;
  /** By what they were: all that are entries have the same. */
  const heads = new Map(pictures.map(({ head }) => [head, declaring(head, rate)]));
  return {
    ...video,
    span: { ...span, rate },
    pictures: pictures.map((picture) => ({ ...picture, head: heads.get(picture.head)! })),
  };
}

/** The byte stream before a picture, with the rate in its sequence parameter sets. */
function declaring(head: Uint8Array, rate: Rational): Uint8Array {
  const { nalUnits } = splitByteStream(head);
  const isSps = (nal: Uint8Array): boolean => nalUnitType(nal) === nalUnitTypes.sequenceParameterSet;
  return joinByteStream(nalUnits.map((nal) => (isSps(nal) ? declareRate(nal, rate) : nal)));
}
