import { PCR_BYTES, writePcr } from "./clock.ts";
import { PACKET_BYTES, PACKET_HEADER_BYTES, SYNC_BYTE } from "./packet.ts";

/** What the adaptation field of a unit's first packet says. */
export type AdaptationFlags = {
  /** In units of 27 MHz; absent: no PCR. */
  readonly pcr?: number;
  /** random_access_indicator: decoding can start here. */
  readonly randomAccess?: boolean;
  /** discontinuity_indicator: the clock or the continuity counter breaks here on purpose. */
  readonly discontinuity?: boolean;
};

/** Most bytes a packet has for adaptation field and payload. */
const ROOM = PACKET_BYTES - PACKET_HEADER_BYTES;

/** adaptation_field_length and the flags byte. */
const ADAPTATION_FIXED_BYTES = 2;

const NO_FLAGS: AdaptationFlags = {};

/** table_id of stuffing behind the last section of a packet. */
const SECTION_STUFFING = 0xff;

/**
 * Writes transport packets and keeps the continuity counter of each PID.
 *
 * @spec ISO/IEC 13818-1 2.4.3.2, 2.4.3.4
 */
export class Packetizer {
  readonly #counters = new Map<number, number>();

  /**
   * Packets of one PES packet; the last is filled up by stuffing in its adaptation field.
   *
   * @param pes - Header and payload.
   * @param flags - For the first packet.
   */
  pes(pid: number, pes: Uint8Array, flags: AdaptationFlags = {}): Uint8Array {
    const firstRoom = ROOM - adaptationBytes(flags);
    const count = 1 + Math.ceil(Math.max(0, pes.length - firstRoom) / ROOM);
    const packets = new Uint8Array(count * PACKET_BYTES);
    let taken = 0;
    for (let at = 0; at < packets.length; at += PACKET_BYTES) {
      const room = at === 0 ? firstRoom : ROOM;
      const size = Math.min(room, pes.length - taken);
      writeHeader(packets, at, pid, at === 0, this.#next(pid));
      writeAdaptation(packets, at, ROOM - size, at === 0 ? flags : NO_FLAGS);
      packets.set(size === pes.length ? pes : pes.subarray(taken, taken + size), at + PACKET_BYTES - size);
      taken += size;
    }
    return packets;
  }

  /**
   * Packets of one section, which starts in the first of them; the last is filled up behind it.
   *
   * @param section - table_id to CRC_32 inclusive.
   */
  section(pid: number, section: Uint8Array): Uint8Array {
    // The first byte is pointer_field: 0.
    const count = Math.ceil((1 + section.length) / ROOM);
    const payload = new Uint8Array(count * ROOM).fill(SECTION_STUFFING, 1 + section.length);
    payload.set(section, 1);
    const packets = new Uint8Array(count * PACKET_BYTES);
    for (let i = 0; i < count; i++) {
      writeHeader(packets, i * PACKET_BYTES, pid, i === 0, this.#next(pid));
      packets.set(payload.subarray(i * ROOM, (i + 1) * ROOM), i * PACKET_BYTES + PACKET_HEADER_BYTES);
    }
    return packets;
  }

  /** One packet without payload that carries a PCR between the units of a PID. Its counter stays. */
  pcr(pid: number, pcr: number): Uint8Array {
    const packet = new Uint8Array(PACKET_BYTES);
    writeHeader(packet, 0, pid, false, this.#counters.get(pid) ?? 0);
    writeAdaptation(packet, 0, ROOM, { pcr });
    return packet;
  }

  /** The counter of the next packet with payload: 1 first, so that a PCR packet before it may carry 0. */
  #next(pid: number): number {
    const counter = ((this.#counters.get(pid) ?? 0) + 1) & 0x0f;
    this.#counters.set(pid, counter);
    return counter;
  }
}

/** Bytes the flags need. */
function adaptationBytes({ pcr, randomAccess, discontinuity }: AdaptationFlags): number {
  if (pcr !== undefined) return ADAPTATION_FIXED_BYTES + PCR_BYTES;
  return randomAccess || discontinuity ? ADAPTATION_FIXED_BYTES : 0;
}

/** The header of the packet at `at`, which announces a payload and no adaptation field. */
function writeHeader(packets: Uint8Array, at: number, pid: number, unitStart: boolean, counter: number): void {
  packets[at] = SYNC_BYTE;
  packets[at + 1] = (unitStart ? 0x40 : 0) | (pid >> 8);
  packets[at + 2] = pid;
  packets[at + 3] = 0x10 | counter;
}

/** Fills `size` bytes after the header with an adaptation field and sets adaptation_field_control to match. */
function writeAdaptation(
  packets: Uint8Array,
  at: number,
  size: number,
  { pcr, randomAccess, discontinuity }: AdaptationFlags,
): void {
  if (size === 0) return;
  const payloadFlag = size === ROOM ? 0 : 0x10;
  packets[at + 3] = 0x20 | payloadFlag | (packets[at + 3]! & 0x0f);
  const field = at + PACKET_HEADER_BYTES;
  packets[field] = size - 1;
  if (size === 1) return;
  packets.fill(0xff, field + ADAPTATION_FIXED_BYTES, field + size);
  packets[field + 1] = (discontinuity ? 0x80 : 0) | (randomAccess ? 0x40 : 0) | (pcr === undefined ? 0 : 0x10);
  if (pcr !== undefined) packets.set(writePcr(pcr), field + ADAPTATION_FIXED_BYTES);
}
