import { ChannelStore } from "../../src/store/channel-store.ts";
import type { InitSegment, MissingAnswer, Part, Segment } from "../../src/store/segment.ts";
import type { MediaTime, Milliseconds } from "../../src/time/units.ts";
import { audioInit, qualityRecord, videoInit } from "../server/fake-channel.ts";

/** A track of {@link LowLatencyChannel}. */
export type TrackId = "v1" | "a1";

/** Units of a part and of a segment, and how long one is in the timescale. */
type Shape = { readonly init: InitSegment; readonly part: number; readonly segment: number; readonly unit: number };

const tracks: Readonly<Record<TrackId, Shape>> = {
  v1: { init: videoInit, part: 12, segment: 48, unit: 3600 },
  a1: { init: audioInit, part: 23, segment: 90, unit: 1024 },
};

/** Parts of a segment of either track. */
export const PARTS = 4;

/** The number of the first segment. */
export const FIRST = 900_000_000;

const SEGMENT_MS = 1920;

/**
 * The store of a channel of low latency with one video and one audio track, 1.92 s a segment and about 0.48 s a part, that grows part by
 * part as a test asks. Part k of segment n of track v1 has the text `[v1 n.k]` as its bytes.
 */
export class LowLatencyChannel {
  readonly store: ChannelStore;

  /**
   * @param window - How much of the past playlists list.
   * @param missing - What a segment that never came is.
   */
  constructor(window: Milliseconds = 60_000 as Milliseconds, missing: MissingAnswer = "empty") {
    this.store = new ChannelStore({
      name: "news",
      segmentDuration: SEGMENT_MS as Milliseconds,
      window,
      retainBodies: true,
    });
    this.store.setTargetDuration(2);
    this.store.setLowLatency({
      missing,
      partTarget: 500_000,
      rate: { num: 25, den: 1 },
      pictures: 48,
      numberOffset: 0,
    });
    this.store.addTrack({ id: "v1", kind: "video", pictureRate: { num: 25, den: 1 } });
    this.store.addTrack({ id: "a1", kind: "audio", language: "eng" });
  }

  /** Publishes one part of a track; the part before it must be there. */
  part(track: TrackId, number: number, index: number, fields: Partial<Part> = {}): void {
    const { segment, unit } = tracks[track];
    this.store.publishPart(
      track,
      { ...makePart(track, number, index), ...fields },
      ((number + 1) * segment * unit) as MediaTime,
    );
  }

  /** Publishes a segment of a track, whose parts are there. @param fields - Where it differs. */
  whole(track: TrackId, number: number, fields: Partial<Segment> = {}): void {
    const { init, segment, unit } = tracks[track];
    const parts = Array.from({ length: PARTS }, (_, index) => makePart(track, number, index));
    const body = parts.flatMap((part) => part.body);
    this.store.publish(track, {
      number,
      start: (number * segment * unit) as MediaTime,
      duration: segment * unit,
      init,
      timecode: "smpte",
      size: body.reduce((size, { length }) => size + length, 0),
      body,
      quality: qualityRecord(track === "v1" ? { "mqa-video": 50 + (number % 50) } : { "mqa-audio": 97 }),
      availableAt: (number * SEGMENT_MS + 500) as Milliseconds,
      ...fields,
    });
  }

  /** Publishes segments of both tracks with all their parts, in the order of time. */
  segments(from: number, to: number): void {
    for (let number = from; number <= to; number++) {
      for (let index = 0; index < PARTS; index++) this.parts(number, index);
      this.whole("v1", number);
      this.whole("a1", number);
    }
  }

  /** Publishes one part of both tracks. */
  parts(number: number, index: number): void {
    this.part("v1", number, index);
    this.part("a1", number, index);
  }
}

function makePart(track: TrackId, number: number, index: number): Part {
  const { init, part, segment, unit } = tracks[track];
  const units = Math.min(part, segment - index * part);
  const bytes = new TextEncoder().encode(`[${track} ${number}.${index}]`);
  return {
    number,
    index,
    start: ((number * segment + index * part) * unit) as MediaTime,
    duration: units * unit,
    init,
    independent: track === "a1" || index === 0,
    size: bytes.length,
    body: [bytes],
    availableAt: (number * SEGMENT_MS + (index + 1) * 480 + 20) as Milliseconds,
  };
}
