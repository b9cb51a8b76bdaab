import { PACKET_BYTES, SYNC_BYTE } from "../mpegts/packet.ts";
import type { Problem } from "../problem/problem.ts";

/** Sync is taken after this many packets in a row start with 0x47 (TR 101 290, 5.2.1, indicator 1.1). */
const SYNC_PACKETS = 5;
/**
 * Bytes from one packet to the next: plain; with a timestamp of four bytes before each (BDAV, what ffmpeg writes to files
 * named .m2ts); with 16 bytes of Reed-Solomon code after each (DVB).
 */
const STRIDES = [PACKET_BYTES, PACKET_BYTES + 4, PACKET_BYTES + 16];
/** How far a decision may have to look ahead. */
const LOOKAHEAD_BYTES = Math.max(...STRIDES) * SYNC_PACKETS;

/** What is skipped is told of at least so often: of an input that is no transport stream nothing else would be said. */
const MAX_SILENT_BYTES = 1 << 20;

/** What the framer finds. */
export interface PacketSink {
  /** One whole packet: 188 bytes of `bytes` from `offset`, starting with the sync byte. */
  packet(bytes: Uint8Array, offset: number): void;
  /** Bytes were dropped, or sync was lost. */
  framingProblem(problem: Problem): void;
}

/**
 * Finds packets in bytes that may be cut anywhere, may start in the middle of a packet and may hold rubbish.
 *
 * What it finds depends on the bytes alone, never on how they were cut: where a decision needs bytes that have not come
 * yet, it waits for them.
 */
export class PacketFramer {
  readonly #sink: PacketSink;
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes of the next push that lie between packets. */
  #owed = 0;
  #synced = false;
  #joined = false;
  #stride = PACKET_BYTES;
  #skipped = 0;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    let from = this.#owed;
    if (this.#rest.length > 0) {
      const seam = new Uint8Array(this.#rest.length + Math.min(bytes.length, LOOKAHEAD_BYTES));
      seam.set(this.#rest);
      seam.set(bytes.subarray(0, seam.length - this.#rest.length), this.#rest.length);
      const used = this.#frame(seam, 0, this.#rest.length, false);
      if (used < this.#rest.length) {
        // The seam holds all there is, or it would have been long enough to decide.
        this.#rest = seam.slice(used);
        return;
      }
      from = used - this.#rest.length;
    }
    const used = this.#frame(bytes, from, bytes.length, false);
    this.#rest = used < bytes.length ? bytes.slice(used) : new Uint8Array(0);
    this.#owed = Math.max(0, used - bytes.length);
  }

  /** The end of the input: decides with what is there. */
  flush(): void {
    const used = this.#frame(this.#rest, 0, this.#rest.length, true);
    const left = this.#rest.length - used;
    // A packet that the end has cut off was in its place.
    if (!this.#synced) this.#skip(left);
    else if (left > 0) this.#sink.framingProblem({ code: "packet-cut-off", count: 1, detail: `${left} bytes` });
    this.#reportSkipped();
    this.#rest = new Uint8Array(0);
    this.#synced = false;
  }

  /** Handles packets that start before `limit`; returns where it had to stop. */
  #frame(bytes: Uint8Array, from: number, limit: number, final: boolean): number {
    let offset = from;
    while (offset < limit) {
      if (!this.#synced) {
        const found = this.#search(bytes, offset, final);
        this.#skip(found.offset - offset);
        offset = found.offset;
        if (!found.synced) return offset;
        this.#synced = true;
        // An input that is joined inside a packet, or begins with what stands before each, has lost nothing.
        if (!this.#joined && this.#skipped < this.#stride) this.#skipped = 0;
        this.#joined = true;
        this.#reportSkipped();
        continue;
      }
      if (offset + PACKET_BYTES > bytes.length) return offset;
      const next = offset + this.#stride;
      if (bytes[offset] === SYNC_BYTE) {
        this.#sink.packet(bytes, offset);
        offset = next;
      } else if (next >= bytes.length && !final) {
        return offset;
      } else if (bytes[next] === SYNC_BYTE) {
        this.#sink.framingProblem({ code: "sync-byte", count: 1 });
        offset = next;
      } else {
        this.#synced = false;
      }
    }
    return offset;
  }

  /** Finds where packets start and how far apart, or how far there is nothing to find. */
  #search(bytes: Uint8Array, from: number, final: boolean): { offset: number; synced: boolean } {
    for (let offset = from; offset < bytes.length; offset++) {
      if (bytes[offset] !== SYNC_BYTE) continue;
      let undecided = false;
      for (const stride of STRIDES) {
        let packets = 1;
        while (packets < SYNC_PACKETS && bytes[offset + packets * stride] === SYNC_BYTE) packets++;
        const cut = offset + packets * stride >= bytes.length;
        const enough = packets === SYNC_PACKETS || (final && cut && offset + PACKET_BYTES <= bytes.length);
        if (enough && !undecided) {
          this.#stride = stride;
          return { offset, synced: true };
        }
        undecided ||= cut;
      }
      if (undecided && !final) return { offset, synced: false };
    }
    return { offset: bytes.length, synced: false };
  }

  #skip(bytes: number): void {
    this.#skipped += bytes;
    for (; this.#skipped > MAX_SILENT_BYTES; this.#skipped -= MAX_SILENT_BYTES) this.#report(MAX_SILENT_BYTES);
  }

  #reportSkipped(): void {
    if (this.#skipped > 0) this.#report(this.#skipped);
    this.#skipped = 0;
  }

  #report(bytes: number): void {
    this.#sink.framingProblem({ code: "sync-lost", count: 1, detail: `${bytes} bytes skipped` });
  }
}
