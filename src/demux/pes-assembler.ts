import { unwrap33 } from "../mpegts/clock.ts";
import { type PesHeader, parsePesHeader } from "../mpegts/pes-header.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { problemEvent } from "../problem/problem.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { DemuxEvent, StreamAssembler } from "./access-unit.ts";

/** Room for a PES packet at first: an audio frame or a small picture. It grows to the largest that comes. */
const INITIAL_BYTES = 1 << 14;

/**
 * The largest PES packet gathered as one. The largest legal pictures (H.264 and H.265 level 6.2 intra at 4K) stay below
 * 16 MiB; an unbounded PES packet that is longer is passed on in pieces, so that garbage cannot eat the memory.
 */
const MAX_PES_BYTES = 16 << 20;

/**
 * How far one PES packet can move the clock that others are unwrapped by: a few damaged timestamps must not carry it
 * beyond half a wrap (13 hours), but it reaches a clock that really is elsewhere within a few pictures.
 */
const MAX_REFERENCE_STEP = 3600 * TICKS_PER_SECOND;

/**
 * A step of the timestamps that tells of a loss: so long, and so many times what the step before was. The continuity counter does not show
 * one in sixteen losses, nor does an unbounded PES packet say how long it is. A slide show has long steps all the time.
 */
const LEAP_TICKS = TICKS_PER_SECOND / 2;
const LEAP_STEPS = 4;

/** The fixed part of a PES header: start code prefix, stream_id and PES_packet_length (H.222.0 2.4.3.6). */
const PES_PREFIX_BYTES = 6;
/** The header up to PES_header_data_length, its last byte. */
const PES_HEADER_BYTES = 9;

/** The clock that all streams of one programme are unwrapped by, so that they agree across a wrap. */
export type ProgramReference = { time: Ticks | undefined };

/**
 * Gathers the packets of one PID into PES packets, unwraps their timestamps and hands them to the stream's assembler.
 *
 * A bounded PES packet is handed over with its last byte, an unbounded one when the next begins. Packets are gathered in
 * two pieces of memory by turns, which stay in the processor's cache: fresh memory for each would cost more than all
 * else here.
 */
export class PesAssembler {
  readonly #pid: number;
  readonly #stream: StreamAssembler;
  readonly #reference: ProgramReference;
  readonly #keepsPayload: boolean;
  #gathered: Uint8Array = new Uint8Array(INITIAL_BYTES);
  #words: Int32Array = new Int32Array(this.#gathered.buffer);
  /** The memory of the PES packet before. */
  #other: Uint8Array = new Uint8Array(INITIAL_BYTES);
  #length = 0;
  /** Length at which something has to be decided. */
  #limit = 0;
  /** Bytes of the whole PES packet, where its header is known and says so. */
  #total: number | undefined;
  #state: "idle" | "gathering" | "continued" = "idle";
  /** Of the PES packet that is gathered, where its first packet holds all of it. */
  #header: PesHeader | undefined;
  /** What the decoding time of the PES packet before it was less. */
  #step = Number.POSITIVE_INFINITY;
  #gapBefore = false;
  #handed = false;
  /** The last packet was of no PES packet whose start is known. */
  #ignored = false;
  /** The bytes last copied from, and the same as words. */
  #source: { readonly bytes: Uint8Array; readonly words: Int32Array | undefined } | undefined;

  /** @param keepsPayload - The stream's assembler keeps views of payload, so each gets memory of its own. */
  constructor(pid: number, stream: StreamAssembler, reference: ProgramReference, keepsPayload: boolean) {
    this.#pid = pid;
    this.#keepsPayload = keepsPayload;
    this.#stream = stream;
    this.#reference = reference;
  }

  /** Takes the payload of one packet. */
  push(bytes: Uint8Array, from: number, to: number, unitStart: boolean, events: DemuxEvent[]): void {
    if (unitStart) {
      const header = headerOf(bytes.subarray(from, to));
      this.#finish(this.#leaps(header), events);
      this.#begin("gathering");
      this.#header = header;
    } else if (this.#state === "idle") {
      this.#ignored = true;
      return;
    }
    const length = this.#length + to - from;
    if (length > this.#gathered.length) this.#grow(length);
    this.#copy(bytes, from, to);
    this.#length = length;
    if (unitStart && !this.#gapBefore) this.#announce(events);
    if (length >= this.#limit) this.#reachLimit(events);
  }

  /** Lets the assembler see how the PES packet begins, if its first packet holds more than its header. */
  #announce(events: DemuxEvent[]): void {
    const payload = PES_HEADER_BYTES + this.#gathered[PES_HEADER_BYTES - 1]!;
    if (this.#length <= payload) return;
    for (const event of this.#stream.begins(this.#gathered.subarray(payload, this.#length))) events.push(event);
  }

  /** Whether a PES packet of that time cannot follow the one that is gathered directly. */
  #leaps(next: PesHeader | undefined): boolean {
    const [own, time] = [decodeTime(this.#header), decodeTime(next)];
    if (own === undefined || time === undefined) return false;
    const before = this.#step;
    this.#step = Math.abs(unwrap33(time, own as Ticks) - own);
    return this.#total === undefined && this.#step > LEAP_TICKS && this.#step > LEAP_STEPS * before;
  }

  /** Whether the last bytes were these, as far as is known: the packet is a duplicate of the one before. */
  endsWith(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#ignored) return true;
    const start = this.#length - (to - from);
    if (start < 0) return false;
    for (let i = from; i < to; i++) if (this.#gathered[start + i - from] !== bytes[i]) return false;
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

  #begin(state: "gathering" | "continued"): void {
    // What was handed over last is still in use; what was not can be written over.
    if (this.#handed) this.#swapMemory();
    this.#state = state;
    this.#ignored = false;
    this.#length = 0;
    this.#total = undefined;
    this.#limit = state === "gathering" ? PES_PREFIX_BYTES : MAX_PES_BYTES;
  }

  #swapMemory(): void {
    const before = this.#gathered;
    this.#gathered = this.#other;
    this.#words = new Int32Array(this.#gathered.buffer);
    this.#other = before;
    this.#handed = false;
  }

  /** Payloads are mostly 184 bytes on word borders: a loop over words is twice as fast as a copy of a view, and makes no garbage. */
  #copy(bytes: Uint8Array, from: number, to: number): void {
    if (this.#source?.bytes !== bytes) this.#source = { bytes, words: wordsOf(bytes) };
    const { words } = this.#source;
    if (words === undefined || ((from | to | this.#length) & 3) !== 0) {
      this.#gathered.set(bytes.subarray(from, to), this.#length);
      return;
    }
    const target = this.#words;
    const last = to >> 2;
    let at = this.#length >> 2;
    let word = from >> 2;
    for (; word + 4 <= last; word += 4, at += 4) {
      target[at] = words[word]!;
      target[at + 1] = words[word + 1]!;
      target[at + 2] = words[word + 2]!;
      target[at + 3] = words[word + 3]!;
    }
    for (; word < last; word++) target[at++] = words[word]!;
  }

  #grow(length: number): void {
    const grown = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
    grown.set(this.#gathered.subarray(0, this.#length));
    this.#gathered = grown;
    this.#words = new Int32Array(grown.buffer);
  }

  /** Enough has come to know how long the PES packet is, or it is complete, or too long. */
  #reachLimit(events: DemuxEvent[]): void {
    if (this.#limit === PES_PREFIX_BYTES) {
      const length = this.#gathered[4]! * 256 + this.#gathered[5]!;
      if (length > 0) this.#total = PES_PREFIX_BYTES + length;
      this.#limit = this.#total ?? MAX_PES_BYTES;
    }
    if (this.#length < this.#limit) return;
    this.#finish(false, events);
    if (this.#total === undefined) this.#begin("continued");
  }

  #finish(lost: boolean, events: DemuxEvent[]): void {
    if (this.#state === "idle") return;
    const state = this.#state;
    this.#state = "idle";
    const total = this.#total ?? this.#length;
    // The counter does not show a loss of 16 packets; the length does.
    const truncated = lost || this.#length < total;
    const bytes = this.#gathered.subarray(0, Math.min(this.#length, total));
    if (state === "continued") {
      this.#hand(bytes, undefined, undefined, truncated, events);
      return;
    }
    try {
      const header = this.#header ?? parsePesHeader(bytes);
      if (header.scrambled) {
        events.push(problemEvent("scrambled", { pid: this.#pid }));
        this.#gapBefore = true;
        return;
      }
      const dts = this.#unwrap(decodeTime(header));
      const pts = header.pts === undefined || dts === undefined ? undefined : unwrap33(header.pts, dts);
      this.#hand(bytes.subarray(header.headerBytes), pts, dts, truncated, events);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#gapBefore = true;
      // A header cut short by loss is part of that loss, which is reported already.
      if (!lost) events.push(problemEvent(error.code, { pid: this.#pid, detail: error.message }));
    }
  }

  #unwrap(value: number | undefined): Ticks | undefined {
    if (value === undefined) return undefined;
    const before = this.#reference.time ?? (value as Ticks);
    const time = unwrap33(value, before);
    const step = Math.max(-MAX_REFERENCE_STEP, Math.min(time - before, MAX_REFERENCE_STEP));
    this.#reference.time = (before + step) as Ticks;
    return time;
  }

  #hand(
    bytes: Uint8Array,
    pts: Ticks | undefined,
    dts: Ticks | undefined,
    truncated: boolean,
    events: DemuxEvent[],
  ): void {
    if (bytes.length === 0 && !truncated) return;
    this.#handed = true;
    const payload = this.#keepsPayload ? bytes.slice() : bytes;
    const said = this.#stream.push({ pts, dts, payload, gapBefore: this.#gapBefore, truncated });
    this.#gapBefore = truncated;
    for (const event of said) events.push(event);
  }
}

/** As on the wire. */
function decodeTime(header: PesHeader | undefined): number | undefined {
  return header?.dts ?? header?.pts;
}

/** The header that these bytes begin with; undefined where they do not hold all of it, or something else. */
function headerOf(bytes: Uint8Array): PesHeader | undefined {
  try {
    return parsePesHeader(bytes);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return undefined;
  }
}

/** The same memory as words, where it starts on a word border. */
function wordsOf(bytes: Uint8Array): Int32Array | undefined {
  const { buffer, byteOffset, length } = bytes;
  return byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length >> 2) : undefined;
}
