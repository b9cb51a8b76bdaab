import type { InitSegment } from "../store/segment.ts";
import type { Delivery, Source } from "./delivery.ts";
import type { OutgoingSegment } from "./outgoing-segment.ts";

/** What became of the segments of a track. */
export type LaneCounts = {
  readonly sent: number;
  /** Given up: they were older than what is kept. */
  readonly lost: number;
};

/**
 * What waits to be sent of one track, and in which order.
 *
 * In order, one after the other, each once. Where more waits than the queue holds, the newest goes first, and then what is newer still: who watches
 * there is at the live edge again. What was passed over follows, the newest first, while nothing newer waits, until it is older than what is kept.
 *
 * No clock: the time is that of the media.
 */
export class Lane implements Source {
  readonly #queue: number;
  readonly #window: number;
  /** In order, oldest first. */
  #pending: OutgoingSegment[] = [];
  /** Passed over, oldest first. */
  #backlog: OutgoingSegment[] = [];
  /** What the receiver has. */
  #init: InitSegment | undefined;
  #next: OutgoingSegment | undefined;
  /** That was passed over before. */
  #isBackfill = false;
  /** More waited than the queue holds, and nothing has been sent since. */
  #isOverrun = false;
  #sent = 0;
  #lost = 0;
  /** Where the newest ends that the receiver has. */
  #reached: number | undefined;

  /**
   * @param queue - How much may wait in order, in microseconds of media.
   * @param window - How much is kept of what was passed over, in microseconds behind the newest.
   */
  constructor({ queue, window }: { readonly queue: number; readonly window: number }) {
    this.#queue = queue;
    this.#window = window;
  }

  get counts(): LaneCounts {
    return { sent: this.#sent, lost: this.#lost };
  }

  /** Segments that wait. */
  get length(): number {
    return this.#pending.length + this.#backlog.length + (this.#next === undefined ? 0 : 1);
  }

  /** How far behind the newest whole segment the receiver is, in microseconds of media; 0 where it has all in order, or the newest at least. */
  get behind(): number {
    const waiting = this.#inOrder().filter(({ whole }) => whole !== undefined);
    const [first] = this.#isOverrun ? [...this.#backlog, ...waiting] : waiting;
    if (waiting.length === 0 || first === undefined) return 0;
    return waiting.at(-1)!.end - (this.#isOverrun ? (this.#reached ?? first.start) : first.start);
  }

  /** Takes a segment, of which there may be more to come; numbers rise. */
  push(segment: OutgoingSegment): void {
    this.#pending.push(segment);
    const [first] = this.#inOrder();
    this.#isOverrun ||= segment.end - first!.start > this.#queue;
    if (this.#isOverrun) {
      // What is being tried gives way, too.
      this.#backlog.push(...this.#inOrder().slice(0, -1));
      if (!this.#isBackfill) this.#next = undefined;
      this.#pending = [segment];
    }
    const oldest = segment.end - this.#window;
    while (this.#backlog[0] !== undefined && this.#backlog[0].start < oldest) {
      this.#backlog.shift();
      this.#lost++;
    }
  }

  /** What is to be sent now: the same until it is done; undefined where nothing waits. */
  next(): Delivery | undefined {
    if (this.#next === undefined) {
      this.#isBackfill = this.#pending[0]?.isReady !== true;
      this.#next = this.#isBackfill ? this.#backlog.pop() : this.#pending.shift();
    }
    if (this.#next === undefined) return undefined;
    const { init } = this.#next;
    return init.id === this.#init?.id ? { kind: "segment", segment: this.#next } : { kind: "init", init };
  }

  /** The receiver has it. What was passed over meanwhile is there all the same. */
  done(delivery: Delivery): void {
    if (delivery.kind === "init") {
      this.#init = delivery.init;
      return;
    }
    if (delivery.kind !== "segment") return;
    const { segment } = delivery;
    const at = this.#backlog.indexOf(segment);
    if (this.#next === segment) this.#next = undefined;
    else if (at >= 0) this.#backlog.splice(at, 1);
    // Given up while it was on its way.
    else this.#lost--;
    this.#sent++;
    this.#isOverrun = false;
    this.#reached = Math.max(this.#reached ?? segment.end, segment.end);
  }

  /** Nothing more came of a segment that was being sent: it waits until it is whole, or is forgotten where it never will be. */
  putBack(segment: OutgoingSegment): void {
    if (this.#next === segment) {
      this.#next = undefined;
      (this.#isBackfill ? this.#backlog : this.#pending).splice(
        this.#isBackfill ? this.#backlog.length : 0,
        0,
        segment,
      );
    }
    this.forgetOver();
  }

  /** Forgets what will never be whole: it was not published, and is no loss. */
  forgetOver(): void {
    this.#pending = this.#pending.filter(({ isOver }) => !isOver);
    this.#backlog = this.#backlog.filter(({ isOver }) => !isOver);
  }

  /** What waits and was not passed over, oldest first. */
  #inOrder(): readonly OutgoingSegment[] {
    return this.#next === undefined || this.#isBackfill ? this.#pending : [this.#next, ...this.#pending];
  }

  /** The receiver may have forgotten the init segment: it goes first again. */
  forgetInit(): void {
    this.#init = undefined;
  }
}
