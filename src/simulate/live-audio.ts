import { wrap33 } from "../mpegts/clock.ts";
import { writePesHeader } from "../mpegts/pes-header.ts";
import type { ProgramStream } from "../mpegts/program-map.ts";
import { descriptorTags, streamTypes } from "../mpegts/stream-type.ts";
import type { Ticks } from "../time/units.ts";
import { concatBytes } from "./concat-bytes.ts";
import type { LiveTrack, LiveUnit } from "./live-track.ts";
import type { SampleAudio } from "./sample-audio.ts";
import { firstUnitFrom, placeInLoop, unitTime } from "./unit-rate.ts";

/** stream_id of the first audio stream. */
const AUDIO_STREAM_ID = 0xc0;

/** Bytes of a PES header with a PTS that PES_packet_length counts. */
const COUNTED_HEADER_BYTES = 8;

/** An audio track of a sample, played for ever, one frame per PES packet. */
export class LiveAudio implements LiveTrack {
  readonly stream: ProgramStream;
  readonly #sample: SampleAudio;
  readonly #ptsOrigin: number;
  /** Frames since the epoch, and when the one here starts. */
  #index = 0;
  #dts = 0 as Ticks;

  /** @param ptsOrigin - PTS of the epoch. */
  constructor(pid: number, sample: SampleAudio, ptsOrigin: number) {
    this.stream = { pid, streamType: streamTypes.aacAdts, descriptors: languageDescriptors(sample.language) };
    this.#sample = sample;
    this.#ptsOrigin = ptsOrigin;
  }

  get dts(): Ticks {
    return this.#dts;
  }

  start(time: Ticks): Ticks {
    this.#moveTo(firstUnitFrom(time, this.#sample.rate));
    return this.#dts;
  }

  next(): LiveUnit {
    const { frames } = this.#sample;
    const dts = this.#dts;
    const frame = frames[placeInLoop(this.#index, frames.length)]!;
    const header = writePesHeader({
      streamId: AUDIO_STREAM_ID,
      packetLength: COUNTED_HEADER_BYTES + frame.length,
      pts: wrap33((dts + this.#ptsOrigin) as Ticks),
    });
    this.#moveTo(this.#index + 1);
    return { dts, pes: concatBytes([header, frame]), randomAccess: true };
  }

  #moveTo(index: number): void {
    this.#index = index;
    this.#dts = unitTime(index, this.#sample.rate);
  }
}

function languageDescriptors(language: string | undefined): ProgramStream["descriptors"] {
  if (language === undefined) return [];
  // audio_type 0: undefined.
  return [{ tag: descriptorTags.iso639Language, data: new TextEncoder().encode(`${language}\0`) }];
}
