import { endMicros, startMicros } from "../store/media-micros.ts";
import type { InitSegment, OpenSegment, Part, PreviousSegment, Segment } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";

/** Nothing more comes of a segment for now: its request is given up, which is no fault of the receiver. */
export class NothingMoreError extends Error {}

/** A segment on its way to a receiver, whole or, in low latency, as far as it has come: one object for all attempts to send it. */
export class OutgoingSegment {
  readonly number: number;
  readonly init: InitSegment;
  /** In low latency, what is known of the one before. */
  readonly previous: PreviousSegment | undefined;
  readonly #start: number;
  #whole: Segment | undefined;
  #parts: readonly Part[];
  /** It will never be whole. */
  #isOver = false;
  /** Nothing came of it for so long that it is sent when it is whole. */
  #isParked = false;
  #wake: ((isMore: boolean) => void) | undefined;

  constructor(segment: Segment | OpenSegment) {
    const { number, init, previous, parts = [] } = segment;
    this.number = number;
    this.init = init;
    this.previous = previous;
    this.#start = startMicros(segment);
    this.#parts = parts;
    if ("body" in segment) this.#whole = segment;
  }

  /** The segment, once there is no more to come. */
  get whole(): Segment | undefined {
    return this.#whole;
  }

  /** It can be sent now. */
  get isReady(): boolean {
    return this.#whole !== undefined || !(this.#isParked || this.#isOver);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Microseconds since 1970-01-01T00:00:00Z. */
  get start(): number {
    return this.#start;
  }

  /** Of what has come of it. */
  get end(): number {
    return endMicros(this.#whole ?? this.#parts.at(-1)!);
  }

  /** Another part of it was published. */
  grow({ parts }: OpenSegment): void {
    this.#parts = parts;
    this.#isParked = false;
    this.#wake?.(true);
  }

  complete(segment: Segment): void {
    this.#whole = segment;
    this.#parts = segment.parts ?? [];
    this.#wake?.(true);
  }

  /** Another has begun, and this will not be published. */
  abandon(): void {
    this.#isOver = true;
    this.#wake?.(true);
  }

  /**
   * Its bytes as they come.
   *
   * @param patience - How long is waited for the next part.
   * @throws NothingMoreError - where nothing comes for so long, or ever.
   */
  async *stretches(patience: Milliseconds): AsyncGenerator<Uint8Array> {
    let sent = 0;
    for (;;) {
      for (; sent < this.#parts.length; sent++) yield* this.#parts[sent]!.body;
      if (this.#whole !== undefined) return;
      if (!this.#isOver) this.#isParked = !(await this.#isMore(patience));
      if (!this.isReady) throw new NothingMoreError("nothing more comes of the segment");
    }
  }

  async #isMore(patience: Milliseconds): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isMore = await new Promise<boolean>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, patience, false);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    return isMore;
  }
}
