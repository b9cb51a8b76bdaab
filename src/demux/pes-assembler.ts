import { unwrap33 } from "../mpegts/clock.ts";
import { parsePesHeader } from "../mpegts/pes-header.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { problemEvent } from "../problem/problem.ts";
import type { Ticks } from "../time/units.ts";
import type { DemuxEvent, StreamAssembler } from "./access-unit.ts";

/** Bytes of the memory blocks that payload is gathered in: many pictures share one, a large picture gets its own. */
const BLOCK_BYTES = { video: 1 << 20, audio: 1 << 16 };

/**
 * The largest PES packet gathered as one. The largest legal pictures (H.264 and H.265 level 6.2 intra at 4K) stay below
 * 16 MiB; an unbounded PES packet that is longer is passed on in pieces, so that garbage cannot eat the memory.
 */
const MAX_PES_BYTES = 16 << 20;

/** The fixed part of a PES header: start code prefix, stream_id and PES_packet_length (H.222.0 2.4.3.6). */
const PES_PREFIX_BYTES = 6;

/** The clock that all streams of one programme are unwrapped by, so that they agree across a wrap. */
export type ProgramReference = { time: Ticks | undefined };

/**
 * Gathers the packets of one PID into PES packets, unwraps their timestamps and hands them to the stream's assembler.
 *
 * A bounded PES packet is handed over with its last byte, an unbounded one when the next begins. Payload is copied once
 * into blocks of memory that are never written to again after that, so access units can be views of it.
 */
export class PesAssembler {
  readonly #pid: number;
  readonly #stream: StreamAssembler;
  readonly #reference: ProgramReference;
  readonly #blockBytes: number;
  #block: Uint8Array = new Uint8Array(0);
  #words: Int32Array = new Int32Array(0);
  #sourceBytes: Uint8Array | undefined;
  #source: Int32Array | undefined;
  #start = 0;
  #end = 0;
  /** Bytes of the current PES packet when complete; undefined before its header is known and where it is unbounded. */
  #total: number | undefined;
  #state: "idle" | "gathering" | "continued" = "idle";
  #gapBefore = false;

  constructor(pid: number, kind: "video" | "audio", stream: StreamAssembler, reference: ProgramReference) {
    this.#pid = pid;
    this.#stream = stream;
    this.#reference = reference;
    this.#blockBytes = BLOCK_BYTES[kind];
  }

  /** Takes the payload of one packet. */
  push(bytes: Uint8Array, from: number, to: number, unitStart: boolean, events: DemuxEvent[]): void {
    if (unitStart) {
      this.#finish(false, events);
      this.#state = "gathering";
      this.#end = (this.#end + 3) & ~3;
      this.#start = this.#end;
      this.#total = undefined;
    } else if (this.#state === "idle") {
      return;
    }
    const size = to - from;
    if (this.#end + size > this.#block.length) this.#newBlock(size);
    this.#copy(bytes, from, to);
    const known = this.#end - this.#start >= PES_PREFIX_BYTES;
    this.#end += size;
    if (!known && this.#state === "gathering") this.#readLength();
    if (this.#total !== undefined && this.#end - this.#start >= this.#total) this.#finish(false, events);
    else if (this.#end - this.#start > MAX_PES_BYTES) this.#passPiece(events);
  }

  /** Whether the last bytes taken were these: the packet is a duplicate of the one before. */
  endsWith(bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#end - (to - from);
    if (start < 0) return false;
    for (let i = from; i < to; i++) if (this.#block[start + i - from] !== bytes[i]) return false;
    return true;
  }

  /** Packets of this PID are missing: what was gathered so far is passed on, the rest up to the next PES packet is not. */
  gap(events: DemuxEvent[]): void {
    this.#finish(true, events);
    this.#gapBefore = true;
  }

  /** The end of the input. */
  flush(events: DemuxEvent[]): void {
    this.#finish(false, events);
    events.push(...this.#stream.flush());
  }

  /** Most payloads are 184 bytes that lie on word borders here and there: a loop over words makes no garbage. */
  #copy(bytes: Uint8Array, from: number, to: number): void {
    if (bytes !== this.#sourceBytes) {
      this.#sourceBytes = bytes;
      this.#source =
        bytes.byteOffset % 4 === 0 ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : undefined;
    }
    const source = this.#source;
    if (source === undefined || ((from | to | this.#end) & 3) !== 0) {
      this.#block.set(bytes.subarray(from, to), this.#end);
      return;
    }
    const target = this.#words;
    let word = this.#end >> 2;
    for (let i = from >> 2; i < to >> 2; i++) target[word++] = source[i]!;
  }

  #readLength(): void {
    if (this.#end - this.#start < PES_PREFIX_BYTES) return;
    const length = this.#block[this.#start + 4]! * 256 + this.#block[this.#start + 5]!;
    this.#total = length === 0 ? undefined : PES_PREFIX_BYTES + length;
  }

  #newBlock(size: number): void {
    const gathered = this.#end - this.#start;
    const block = new Uint8Array(Math.max(this.#blockBytes, (gathered + size) * 2 + 4 - (((gathered + size) * 2) % 4)));
    block.set(this.#block.subarray(this.#start, this.#end));
    this.#block = block;
    this.#words = new Int32Array(block.buffer);
    this.#start = 0;
    this.#end = gathered;
  }

  #finish(truncated: boolean, events: DemuxEvent[]): void {
    if (this.#state === "idle") return;
    const state = this.#state;
    this.#state = "idle";
    const end = this.#total === undefined ? this.#end : Math.min(this.#end, this.#start + this.#total);
    const bytes = this.#block.subarray(this.#start, end);
    if (state === "continued") {
      this.#hand(bytes, undefined, undefined, truncated, events);
      return;
    }
    try {
      const header = parsePesHeader(bytes);
      if (header.scrambled) {
        events.push(problemEvent("scrambled", { pid: this.#pid }));
        this.#gapBefore = true;
        return;
      }
      const dts = this.#unwrap(header.dts ?? header.pts);
      const pts = header.pts === undefined || dts === undefined ? undefined : unwrap33(header.pts, dts);
      this.#hand(bytes.subarray(header.headerBytes), pts, dts, truncated, events);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#gapBefore = true;
      // A header cut short by loss is part of that loss, which is reported already.
      if (!truncated) events.push(problemEvent(error.code, { pid: this.#pid, detail: error.message }));
    }
  }

  #passPiece(events: DemuxEvent[]): void {
    this.#finish(false, events);
    this.#state = "continued";
    this.#start = this.#end;
    this.#total = undefined;
  }

  #unwrap(value: number | undefined): Ticks | undefined {
    if (value === undefined) return undefined;
    const time = this.#reference.time === undefined ? (value as Ticks) : unwrap33(value, this.#reference.time);
    this.#reference.time = time;
    return time;
  }

  #hand(
    payload: Uint8Array,
    pts: Ticks | undefined,
    dts: Ticks | undefined,
    truncated: boolean,
    events: DemuxEvent[],
  ): void {
    const times = pts === undefined || dts === undefined ? {} : { pts, dts };
    events.push(...this.#stream.push({ ...times, payload, gapBefore: this.#gapBefore, truncated }));
    this.#gapBefore = false;
  }
}
