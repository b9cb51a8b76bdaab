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
    for (let i = 0; i < count; i++) {
      const packet = packets.subarray(i * PACKET_BYTES, (i + 1) * PACKET_BYTES);
      const payload = pes.subarray(taken, taken + (i === 0 ? firstRoom : ROOM));
      writeHeader(packet, pid, i === 0, this.#next(pid));
      writeAdaptation(packet, ROOM - payload.length, i === 0 ? flags : {});
      packet.set(payload, PACKET_BYTES - payload.length);
      taken += payload.length;
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
      const packet = packets.subarray(i * PACKET_BYTES, (i + 1) * PACKET_BYTES);
      writeHeader(packet, pid, i === 0, this.#next(pid));
      packet.set(payload.subarray(i * ROOM, (i + 1) * ROOM), PACKET_HEADER_BYTES);
    }
    return packets;
  }

  /** One packet without payload that carries a PCR between the units of a PID. Its counter stays. */
  pcr(pid: number, pcr: number): Uint8Array {
    const packet = new Uint8Array(PACKET_BYTES);
    writeHeader(packet, pid, false, this.#counters.get(pid) ?? 0);
    writeAdaptation(packet, ROOM, { pcr });
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

/** A header that announces a payload and no adaptation field. */
function writeHeader(packet: Uint8Array, pid: number, unitStart: boolean, counter: number): void {
  packet[0] = SYNC_BYTE;
  packet[1] = (unitStart ? 0x40 : 0) | (pid >> 8);
  packet[2] = pid & 0xff;
  packet[3] = 0x10 | counter;
}

/** Fills `size` bytes after the header with an adaptation field and sets adaptation_field_control to match. */
function writeAdaptation(
  packet: Uint8Array,
  size: number,
  { pcr, randomAccess, discontinuity }: AdaptationFlags,
): void {
  if (size === 0) return;
  const payloadFlag = size === ROOM ? 0 : 0x10;
  packet[3] = 0x20 | payloadFlag | (packet[3]! & 0x0f);
  packet[PACKET_HEADER_BYTES] = size - 1;
  if (size === 1) return;
  packet.fill(0xff, PACKET_HEADER_BYTES + ADAPTATION_FIXED_BYTES, PACKET_HEADER_BYTES + size);
  packet[PACKET_HEADER_BYTES + 1] =
    (discontinuity ? 0x80 : 0) | (randomAccess ? 0x40 : 0) | (pcr === undefined ? 0 : 0x10);
  if (pcr !== undefined) packet.set(writePcr(pcr), PACKET_HEADER_BYTES + ADAPTATION_FIXED_BYTES);
}
