import { wrap33 } from "../mpegts/clock.ts";
import { writePesHeader } from "../mpegts/pes-header.ts";
import type { ProgramStream } from "../mpegts/program-map.ts";
import { streamTypes } from "../mpegts/stream-type.ts";
import type { Ticks } from "../time/units.ts";
import { concatBytes } from "./concat-bytes.ts";
import { entryPictureFrom } from "./entry-picture.ts";
import { epochTimecode, type LabelCounting } from "./epoch-timecode.ts";
import { inSpan, type Span } from "./fault-span.ts";
import type { LabelFaults } from "./label-faults.ts";
import type { LiveTrack, LiveUnit } from "./live-track.ts";
import { writePictureSei } from "./picture-sei.ts";
import type { SampleVideo } from "./sample-video.ts";
import type { ScoreMessages } from "./score-messages.ts";
import { firstUnitFrom, placeInLoop, unitTime } from "./unit-rate.ts";

/** stream_id of the first video stream. */
const VIDEO_STREAM_ID = 0xe0;

/** What a video track does to the sample's pictures. */
export type LiveVideoOptions = {
  readonly pid: number;
  /** PTS of the epoch. */
  readonly ptsOrigin: number;
  readonly counting: LabelCounting;
  readonly labelFaults: LabelFaults;
  readonly scores: ScoreMessages;
  /** Where IDR pictures are left out, in pictures since the epoch. */
  readonly missing: readonly Span<number>[];
};

/**
 * A video track of a sample, played for ever. Loops begin at multiples of their length since the epoch. Every picture
 * carries its UTC timecode, and scores where their scope has it so.
 */
export class LiveVideo implements LiveTrack {
  readonly stream: ProgramStream;
  readonly #sample: SampleVideo;
  readonly #options: LiveVideoOptions;
  /** Pictures since the epoch in decoding order, and so the place in the loop. */
  #index = 0;
  #dts = 0 as Ticks;

  constructor(sample: SampleVideo, options: LiveVideoOptions) {
    this.stream = { pid: options.pid, streamType: streamTypes.h264, descriptors: [] };
    this.#sample = sample;
    this.#options = options;
  }

  get dts(): Ticks {
    return this.#dts;
  }

  start(time: Ticks): Ticks {
    const { rate } = this.#sample.span;
    const entry = entryPictureFrom(firstUnitFrom(time, rate), this.#sample.pictures);
    this.#moveTo(entry);
    // Nothing after an IDR picture is presented before it: it has the same place in both orders.
    return unitTime(entry, rate);
  }

  next(): LiveUnit | undefined {
    const { pictures, span, picTimingParameters } = this.#sample;
    const { ptsOrigin, counting, labelFaults, missing, scores } = this.#options;
    const index = this.#index;
    const dts = this.#dts;
    const place = placeInLoop(index, pictures.length);
    const picture = pictures[place]!;
    this.#moveTo(index + 1);
    if (picture.randomAccess && missing.some((span) => inSpan(span, index))) return undefined;
    const presented = index - place + picture.rank;
    const pts = unitTime(presented, span.rate);
    const header = writePesHeader({
      streamId: VIDEO_STREAM_ID,
      packetLength: 0,
      pts: wrap33((pts + ptsOrigin) as Ticks),
      ...(dts !== pts && { dts: wrap33((dts + ptsOrigin) as Ticks) }),
    });
    const labelled = labelFaults.labelled(presented);
    const timecode = labelled === undefined ? undefined : epochTimecode(labelled, counting);
    const message = scores.of(presented, picture.randomAccess);
    const sei = writePictureSei(picture, picTimingParameters, timecode, message);
    const pes = concatBytes([header, picture.head, ...sei, picture.slices]);
    return { dts, pes, randomAccess: picture.randomAccess };
  }

  #moveTo(index: number): void {
    this.#index = index;
    this.#dts = unitTime(index - this.#sample.reorder, this.#sample.span.rate);
  }
}
