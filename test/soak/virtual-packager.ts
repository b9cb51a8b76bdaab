import { ChannelPipeline } from "../../src/pipeline.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import type { Segment, Track } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { defaultTimecode } from "../../src/timeline/timecode-options.ts";

/** Told of each segment with its bytes, which hold during the call only. */
export type OnSegment = (track: Track, segment: Segment) => void;

/** A packager of one channel in virtual time, which can be killed and started again. */
export class VirtualPackager {
  readonly #inputs: number;
  readonly #segmentDuration: Milliseconds;
  readonly #onSegment: OnSegment;
  readonly #onProblem: (code: string) => void;
  #pipeline: ChannelPipeline | undefined;

  constructor(inputs: number, segmentDuration: Milliseconds, onSegment: OnSegment, onProblem: (code: string) => void) {
    this.#inputs = inputs;
    this.#segmentDuration = segmentDuration;
    this.#onSegment = onSegment;
    this.#onProblem = onProblem;
  }

  get isRunning(): boolean {
    return this.#pipeline !== undefined;
  }

  start(): void {
    this.#pipeline = new ChannelPipeline({
      name: "soak",
      segmentDuration: this.#segmentDuration,
      window: 60_000 as Milliseconds,
      joinsLive: true,
      // What is named by arrival another names otherwise.
      timecode: { ...defaultTimecode, wait: Number.POSITIVE_INFINITY as Milliseconds },
      retainBodies: false,
      programs: new Array<undefined>(this.#inputs).fill(undefined),
      quality: { ...defaultQualityOptions, uuids: [] },
      onProblem: ({ code }) => this.#onProblem(code),
    });
    this.#pipeline.store.onPublish(this.#onSegment);
  }

  /** At once, with all that it holds. */
  kill(): void {
    this.#pipeline = undefined;
  }

  take(input: number, bytes: Uint8Array, arrival: number): void {
    this.#pipeline?.push(input, bytes, Math.floor(arrival) as Milliseconds);
  }

  /** How each input knows its time. */
  get states(): readonly string[] {
    return Array.from({ length: this.#inputs }, (_, input) => this.#pipeline?.timecode(input).state ?? "down");
  }
}
