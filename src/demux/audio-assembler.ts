import { MalformedError } from "../problem/malformed-error.ts";
import { problemEvent } from "../problem/problem.ts";
import type { ProblemCode } from "../problem/problems.ts";
import { Ac3Format } from "./ac3-format.ts";
import type { DemuxEvent, PesPacket, StreamAssembler } from "./access-unit.ts";
import { AdtsFormat } from "./adts-format.ts";
import type { AudioFrameFormat, FrameHead } from "./audio-frame-format.ts";
import { Eac3Format } from "./eac3-format.ts";
import { FrameTimestamps } from "./frame-timestamps.ts";
import { PesQueue } from "./pes-queue.ts";
import type { AudioConfiguration } from "./track-configuration.ts";

/** A stream without frames is reported each time this many bytes have passed, not only when it ends. */
const LOSS_REPORT_BYTES = 1 << 16;

const NOTHING: readonly DemuxEvent[] = [];

/**
 * Turns the PES packets of one audio stream into access units.
 *
 * A frame is emitted in the push that completes it, as soon as the stream is in step: after the start, a loss or
 * a change of format, a frame counts only once another one like it follows where it ends, or nothing follows at all.
 * Between pushes at most one frame and the head of the next are kept.
 */
export class AudioAssembler implements StreamAssembler {
  readonly #pid: number;
  readonly #format: AudioFrameFormat;
  readonly #queue: PesQueue = new PesQueue();
  readonly #clock: FrameTimestamps = new FrameTimestamps();
  /** Signature of the frame before; absent while out of step. */
  #signature: number | undefined;
  /** Bytes passed over in search of a frame and not reported yet. */
  #skipped = 0;
  /** No frame has been found since the start or the last break: the first bytes may be the end of a lost one. */
  #joining = true;

  constructor(pid: number, codec: AudioConfiguration["codec"]) {
    this.#pid = pid;
    this.#format = codec === "aac" ? new AdtsFormat(pid) : codec === "ac3" ? new Ac3Format(pid) : new Eac3Format(pid);
  }

  push(pes: PesPacket): readonly DemuxEvent[] {
    const events: DemuxEvent[] = [];
    if (pes.gapBefore) this.#break(events);
    this.#queue.append(pes.payload, pes.pts);
    this.#takeFrames(events, false);
    if (pes.truncated) this.#break(events);
    return events;
  }

  /** Frames say themselves how long they are. */
  begins(): readonly DemuxEvent[] {
    return NOTHING;
  }

  flush(): readonly DemuxEvent[] {
    const events: DemuxEvent[] = [];
    this.#takeFrames(events, true);
    if (this.#queue.length === 0) events.push(...this.#format.flush());
    this.#break(events);
    return events;
  }

  /** Gives up what waits for bytes that are lost. */
  #break(events: DemuxEvent[]): void {
    this.#takeFrames(events, true);
    const isInFrame = this.#signature !== undefined ? this.#queue.length > 0 : this.#headAt(0) !== undefined;
    if (!isInFrame) this.#skipped += this.#queue.length;
    this.#reportLoss(events);
    const damage = this.#format.interrupt();
    const detail = `the end of a frame is lost after ${this.#queue.length} bytes`;
    events.push(...(isInFrame ? [this.#problem("access-unit-damaged", 1, detail)] : damage));
    this.#queue.clear();
    this.#clock.reset();
    this.#signature = undefined;
    this.#joining = true;
  }

  /** @param isEnd - Nothing that belongs to these bytes will follow. */
  #takeFrames(events: DemuxEvent[], isEnd: boolean): void {
    while (this.#queue.length >= this.#format.headBytes) {
      const head = this.#headAt(0);
      if (head === undefined) {
        this.#skip(events);
        continue;
      }
      if (this.#queue.length < head.size) return;
      const isFrame = head.signature === this.#signature || this.#isConfirmed(head, isEnd);
      if (isFrame === undefined) return;
      if (isFrame) this.#take(head, events);
      else this.#skip(events);
    }
  }

  /** Whether a frame like this one follows it; undefined when that is not known yet. */
  #isConfirmed(head: FrameHead, isEnd: boolean): boolean | undefined {
    if (isEnd && this.#queue.length === head.size) return true;
    if (this.#queue.length < head.size + this.#format.headBytes) return undefined;
    return this.#headAt(head.size)?.signature === head.signature;
  }

  #take(head: FrameHead, events: DemuxEvent[]): void {
    this.#reportLoss(events);
    this.#signature = head.signature;
    this.#joining = false;
    const isTimed = head.samples > 0;
    const pts = isTimed ? this.#clock.start(this.#queue.takePts(), head.samples, head.sampleRate) : undefined;
    if (isTimed && pts === undefined && this.#queue.markUntimed()) {
      events.push(this.#problem("timestamp-missing", 1, "frames before the first timestamp were dropped"));
    }
    const bytes = this.#queue.peek(0, head.size)!;
    this.#queue.drop(head.size);
    try {
      events.push(...this.#format.take(bytes, pts));
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      events.push(this.#problem(error.code, 1, error.message), ...this.#format.interrupt());
    }
  }

  /** Passes over the byte at the front and all that cannot start a frame. */
  #skip(events: DemuxEvent[]): void {
    if (this.#signature !== undefined) events.push(...this.#format.interrupt());
    this.#signature = undefined;
    this.#queue.drop(1);
    this.#skipped += 1 + this.#queue.dropUntil(this.#format.syncByte);
    if (this.#skipped >= LOSS_REPORT_BYTES) this.#reportLoss(events);
  }

  #reportLoss(events: DemuxEvent[]): void {
    const isExpected = this.#joining && this.#skipped < this.#format.maxFrameBytes;
    if (this.#skipped > 0 && !isExpected) {
      events.push(this.#problem("audio-sync-lost", this.#skipped, `${this.#skipped} bytes belong to no frame`));
      this.#joining = false;
    }
    this.#skipped = 0;
  }

  #headAt(offset: number): FrameHead | undefined {
    const bytes = this.#queue.peek(offset, this.#format.headBytes);
    return bytes && this.#format.parseHead(bytes);
  }

  #problem(code: ProblemCode, count: number, detail: string): DemuxEvent {
    return problemEvent(code, { pid: this.#pid, count, detail });
  }
}
