import type { Ticks } from "../time/units.ts";
import type { DemuxEvent } from "./access-unit.ts";

/** What the first bytes of a frame say about its place in the stream. */
export type FrameHead = {
  /** Bytes from this head to the next. */
  readonly size: number;
  /** Samples per channel until the next frame starts; 0 for a substream that plays along with the one before it. */
  readonly samples: number;
  /** In hertz. */
  readonly sampleRate: number;
  /** Frames that follow each other in one stream agree in it; bytes that only look like a head seldom do. */
  readonly signature: number;
};

/** What is special to one audio codec: how its frames are found, and what access units they make. */
export interface AudioFrameFormat {
  /** First byte of every frame. */
  readonly syncByte: number;
  /** Bytes that {@link parseHead} needs. */
  readonly headBytes: number;
  /** No frame is larger. */
  readonly maxFrameBytes: number;

  /** Reads what stands at the start of a frame; undefined when these bytes start none. */
  parseHead(bytes: Uint8Array): FrameHead | undefined;

  /**
   * Takes the next whole frame of the stream, one whose head could be parsed.
   *
   * @param pts - When it starts; absent when that is not known, and then no access unit starts with it.
   * @throws MalformedError - when something after the head breaks the syntax.
   */
  take(bytes: Uint8Array, pts: Ticks | undefined): readonly DemuxEvent[];

  /** What follows does not continue what was taken. */
  interrupt(): readonly DemuxEvent[];

  /** Nothing follows. */
  flush(): readonly DemuxEvent[];
}
