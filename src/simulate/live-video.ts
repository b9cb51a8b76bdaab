import { addEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { joinByteStream } from "../annexb/nal-units.ts";
import { nalUnitTypes } from "../h264/nal-unit-type.ts";
import { wrap33 } from "../mpegts/clock.ts";
import { writePesHeader } from "../mpegts/pes-header.ts";
import type { ProgramStream } from "../mpegts/program-map.ts";
import { streamTypes } from "../mpegts/stream-type.ts";
import { type SeiMessage, writeSeiMessages } from "../sei/message.ts";
import { writeMqa } from "../sei/mqa.ts";
import type { MqaMetricName } from "../sei/mqa-metric.ts";
import { OWN_MQA_UUID } from "../sei/mqa-uuid.ts";
import { payloadTypes } from "../sei/payload-types.ts";
import { writePicTiming } from "../sei/pic-timing.ts";
import { parseUuid } from "../sei/user-data-unregistered.ts";
import type { Ticks } from "../time/units.ts";
import { concatBytes } from "./concat-bytes.ts";
import { epochTimecode } from "./epoch-timecode.ts";
import type { LiveTrack, LiveUnit } from "./live-track.ts";
import type { SamplePicture, SampleVideo } from "./sample-video.ts";
import { firstUnitFrom, unitTime } from "./unit-rate.ts";

/** payloadType of buffering_period, which comes before all other messages. @spec Rec. ITU-T H.264 7.4.1.2.3 */
const BUFFERING_PERIOD = 0;

/** nal_ref_idc is 0. */
const SEI_NAL_HEADER = Uint8Array.of(nalUnitTypes.sei);

/** stream_id of the first video stream. */
const VIDEO_STREAM_ID = 0xe0;

const mqaUuid: Uint8Array = parseUuid(OWN_MQA_UUID);

/**
 * A video track of a sample, played for ever. Loops begin at multiples of their length since the epoch. Every picture
 * carries its UTC timecode and its scores.
 */
export class LiveVideo implements LiveTrack {
  readonly stream: ProgramStream;
  readonly #sample: SampleVideo;
  readonly #scores: (picture: number) => ReadonlyMap<MqaMetricName, number>;
  /** Pictures since the epoch in decoding order, and so the place in the loop. */
  #index = 0;

  /** @param scores - Of a picture, by how many were presented before it since the epoch. */
  constructor(pid: number, sample: SampleVideo, scores: (picture: number) => ReadonlyMap<MqaMetricName, number>) {
    this.stream = { pid, streamType: streamTypes.h264, descriptors: [] };
    this.#sample = sample;
    this.#scores = scores;
  }

  get dts(): Ticks {
    return unitTime(this.#index - this.#sample.reorder, this.#sample.span.rate);
  }

  start(time: Ticks): Ticks {
    const { rate } = this.#sample.span;
    this.#index = firstUnitFrom(time, rate);
    while (!this.#picture.randomAccess) this.#index++;
    // Nothing after an IDR picture is presented before it: it has the same place in both orders.
    return unitTime(this.#index, rate);
  }

  next(): LiveUnit {
    const picture = this.#picture;
    const { rate } = this.#sample.span;
    const presented = this.#index - (this.#index % this.#sample.pictures.length) + picture.rank;
    const dts = this.dts;
    const pts = unitTime(presented, rate);
    const header = writePesHeader({
      streamId: VIDEO_STREAM_ID,
      packetLength: 0,
      pts: wrap33(pts),
      ...(dts !== pts && { dts: wrap33(dts) }),
    });
    const sei = joinByteStream([this.#seiNalUnit(picture, presented)]);
    this.#index++;
    return {
      dts,
      pes: concatBytes([header, picture.head, sei, picture.slices]),
      randomAccess: picture.randomAccess,
    };
  }

  get #picture(): SamplePicture {
    return this.#sample.pictures[this.#index % this.#sample.pictures.length]!;
  }

  #seiNalUnit(picture: SamplePicture, presented: number): Uint8Array {
    const { picTimingParameters, span } = this.#sample;
    const { clockTimestamps, ...delays } = picture.picTiming;
    const timecode = epochTimecode(presented, span.rate.num / span.rate.den);
    const picTiming = { ...delays, clockTimestamps: clockTimestamps.map((_, i) => (i === 0 ? timecode : undefined)) };
    const isFirst = ({ payloadType }: SeiMessage): boolean => payloadType === BUFFERING_PERIOD;
    const rbsp = writeSeiMessages([
      ...picture.messages.filter(isFirst),
      { payloadType: payloadTypes.picTiming, payload: writePicTiming(picTiming, picTimingParameters) },
      ...picture.messages.filter((message) => !isFirst(message)),
      { payloadType: payloadTypes.userDataUnregistered, payload: writeMqa(mqaUuid, "frame", this.#scores(presented)) },
    ]);
    return concatBytes([SEI_NAL_HEADER, addEmulationPrevention(rbsp)]);
  }
}
