import type { VideoAccessUnit } from "../demux/access-unit.ts";
import type { VideoConfiguration } from "../demux/track-configuration.ts";
import { parseAvcDecoderConfiguration } from "../h264/decoder-configuration.ts";
import { type PicTimingParameters, picTimingParameters } from "../h264/pic-timing-parameters.ts";
import { parseSequenceParameterSet } from "../h264/sequence-parameter-set.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import type { Problem } from "../problem/problem.ts";
import type { ClockTimestamp } from "../sei/clock-timestamp.ts";
import type { SeiMessage } from "../sei/message.ts";
import { type MisbTimestamp, parseMisbTimestamp } from "../sei/misb-timestamp.ts";
import { payloadTypes } from "../sei/payload-types.ts";
import { parsePicTiming } from "../sei/pic-timing.ts";
import { parseTimeCode } from "../sei/time-code.ts";
import type { SmpteLabel } from "./smpte-label.ts";

/** counting_type of SMPTE drop-frame, and the range in which cnt_dropped_flag speaks of labels that were dropped. */
const DROP_FRAME = 4;
const DROPPING = { from: 2, to: 6 };

/** The times that came with one picture. */
export type PictureTimecodes = {
  readonly smpte?: SmpteLabel | undefined;
  readonly misb?: MisbTimestamp | undefined;
  readonly problems: readonly Problem[];
};

const NONE: PictureTimecodes = { problems: [] };

/** Reads the timecodes of the pictures of one track, given in decoding order. */
export class TimecodeReader {
  #configuration: VideoConfiguration | undefined;
  #parameters: PicTimingParameters | undefined;
  /** What a timecode that leaves out its higher fields takes from the one before. */
  #before: { readonly seconds?: number; readonly minutes?: number; readonly hours?: number } = {};
  #dropFrame = false;

  /** The first timecode of each source: a picture of several fields has one for each. */
  read({ sei, configuration, pid }: VideoAccessUnit): PictureTimecodes {
    if (sei.length === 0) return NONE;
    const problems: Problem[] = [];
    let smpte: SmpteLabel | undefined;
    let misb: MisbTimestamp | undefined;
    for (const message of sei) {
      try {
        if (message.payloadType === payloadTypes.userDataUnregistered) misb ??= parseMisbTimestamp(message.payload);
        else smpte ??= this.#complete(this.#readClock(message, configuration));
      } catch (error) {
        if (!(error instanceof MalformedError)) throw error;
        problems.push({ code: error.code, count: 1, pid, detail: error.message });
      }
    }
    return { smpte, misb, problems };
  }

  #readClock({ payloadType, payload }: SeiMessage, configuration: VideoConfiguration): ClockTimestamp | undefined {
    if (configuration.codec === "h265") {
      if (payloadType !== payloadTypes.timeCode) return undefined;
      return parseTimeCode(payload).clockTimestamps.find((timestamp) => timestamp !== undefined);
    }
    if (payloadType !== payloadTypes.picTiming) return undefined;
    const { clockTimestamps } = parsePicTiming(payload, this.#parametersOf(configuration));
    return clockTimestamps.find((timestamp) => timestamp !== undefined);
  }

  #parametersOf(configuration: VideoConfiguration): PicTimingParameters {
    if (this.#parameters === undefined || configuration !== this.#configuration) {
      const { sequenceParameterSets } = parseAvcDecoderConfiguration(configuration.decoderConfiguration);
      this.#parameters = picTimingParameters(parseSequenceParameterSet(sequenceParameterSets[0]!));
      this.#configuration = configuration;
    }
    return this.#parameters;
  }

  /** @spec Rec. ITU-T H.264 D.2.3, H.265 D.3.27: fields not sent are those of the timestamp before in decoding order */
  #complete(timestamp: ClockTimestamp | undefined): SmpteLabel | undefined {
    if (timestamp === undefined) return undefined;
    const { countingType, cntDroppedFlag, nFrames } = timestamp;
    const before = this.#before;
    const seconds = timestamp.seconds ?? before.seconds;
    const minutes = timestamp.minutes ?? before.minutes;
    const hours = timestamp.hours ?? before.hours;
    if (seconds === undefined || minutes === undefined || hours === undefined) return undefined;
    this.#before = { seconds, minutes, hours };
    // Some writers flag only the labels next to those dropped.
    this.#dropFrame ||= cntDroppedFlag && countingType >= DROPPING.from && countingType <= DROPPING.to;
    return { hours, minutes, seconds, frames: nFrames, dropFrame: this.#dropFrame || countingType === DROP_FRAME };
  }
}
