import { ADTS_HEADER_BYTES, writeAdtsHeader } from "../../src/aac/adts.ts";
import { SAMPLING_FREQUENCIES } from "../../src/aac/sampling-frequency.ts";
import { joinByteStream } from "../../src/annexb/nal-units.ts";
import { picTimingParameters } from "../../src/h264/pic-timing-parameters.ts";
import { parseSequenceParameterSet } from "../../src/h264/sequence-parameter-set.ts";
import type { Sample } from "../../src/simulate/sample.ts";
import type { SampleAudio } from "../../src/simulate/sample-audio.ts";
import type { SampleVideo } from "../../src/simulate/sample-video.ts";
import type { Rational } from "../../src/time/rational.ts";
import type { Ticks } from "../../src/time/units.ts";
import { plainPps, plainSlice, plainSps, writePps, writeSlice, writeSps } from "../h264/write.ts";

const DELIMITER = Uint8Array.of(0x09, 0xf0);
/** Each P picture is decoded before the two B pictures that are shown before it. */
const REORDER = 2;
const SAMPLE_RATE = 11_025;
const SAMPLES_PER_FRAME = 1024;
const FRAMES = 64;

/**
 * A programme of next to no bytes: pictures of some dozen, and sound whose frames are no whole number of ticks. No decoder would take
 * it, but a packager does not decode.
 *
 * @param gop - Pictures of its closed GOPs, any number.
 */
export function tinySample(rate: Rational, gop: number, renditions = 1): Sample {
  const videos = Array.from({ length: renditions }, (_, n) => tinyVideo(rate, gop, n));
  return { videos, audios: [tinyAudio()] };
}

function tinyVideo(rate: Rational, gop: number, rendition: number): SampleVideo {
  const sps = {
    ...plainSps,
    picWidthInMbs: 4 + rendition,
    log2MaxFrameNumMinus4: 4,
    log2MaxPicOrderCntLsbMinus4: 6,
    vui: { timing: [rate.den, 2 * rate.num], picStruct: true },
  } as const;
  const parameterSets = [writeSps(sps), writePps(plainPps)];
  const entryHead = joinByteStream([DELIMITER, ...parameterSets]);
  const head = joinByteStream([DELIMITER]);
  const pictures = ranksOfGop(gop).map((rank, index) => {
    const isFirst = index === 0;
    const header = writeSlice(
      {
        ...plainSlice,
        idrPicFlag: isFirst,
        sliceType: isFirst ? 7 : 5,
        frameNum: index % 256,
        picOrderCntLsb: (rank * 2) % 1024,
      },
      sps,
      plainPps,
    );
    const slice = Uint8Array.of(
      ...header,
      ...Uint8Array.from({ length: 8 }, (_, n) => 4 + ((index * 37 + n * 7) % 250)),
    );
    return {
      rank,
      randomAccess: isFirst,
      head: isFirst ? entryHead : head,
      messages: [],
      picTiming: { picStruct: 0, clockTimestamps: [undefined] },
      slices: joinByteStream([slice]),
    };
  });
  return {
    span: { start: 0 as Ticks, pictures: gop, rate },
    pictures,
    reorder: REORDER,
    picTimingParameters: picTimingParameters(parseSequenceParameterSet(writeSps(sps))),
  };
}

/** The place in presentation of each picture in decoding order: I, then P b b, what is left over in order. */
function ranksOfGop(gop: number): readonly number[] {
  const ranks = [0];
  for (let rank = 3; rank < gop; rank += 3) ranks.push(rank, rank - 2, rank - 1);
  for (let rank = ranks.length; rank < gop; rank++) ranks.push(rank);
  return ranks;
}

function tinyAudio(): SampleAudio {
  const frames = Array.from({ length: FRAMES }, (_, n) => {
    const data = Uint8Array.of(0x21, n, n * 3, n * 5);
    const frame = new Uint8Array(ADTS_HEADER_BYTES + data.length);
    frame.set(
      writeAdtsHeader({
        id: 0,
        protectionAbsent: true,
        audioObjectType: 2,
        samplingFrequencyIndex: SAMPLING_FREQUENCIES.indexOf(SAMPLE_RATE),
        channelConfiguration: 2,
        frameLength: frame.length,
        bufferFullness: 0x7ff,
        numberOfRawDataBlocksInFrame: 0,
      }),
    );
    frame.set(data, ADTS_HEADER_BYTES);
    return frame;
  });
  return { frames, rate: { num: SAMPLE_RATE, den: SAMPLES_PER_FRAME } };
}
