import { PCR_UNITS_PER_TICK } from "../mpegts/clock.ts";
import { PACKET_BYTES, PAT_PID } from "../mpegts/packet.ts";
import { Packetizer } from "../mpegts/packetizer.ts";
import { writeProgramAssociation } from "../mpegts/program-association.ts";
import { writeProgramMap } from "../mpegts/program-map.ts";
import type { Ticks } from "../time/units.ts";
import { concatBytes } from "./concat-bytes.ts";
import type { LiveTrack } from "./live-track.ts";

/**
 * The step of the multiplexer: 20 ms. Each begins with a PCR, of which ISO/IEC 13818-1 2.7.2 wants one every 100 ms and
 * DVB (TR 101 154 4.1.5.3) one every 40 ms.
 */
const SLOT_TICKS = 1800;

/** PAT and PMT in every fourth slot: every 80 ms, where TR 101 154 4.1.7 wants them every 100 ms. */
const SLOTS_PER_TABLES = 4;

/** How long before its decoding time a unit is ready to be sent: room to spread a large picture over many slots. */
export const READY_TICKS = 36_000;

/** How long before its decoding time the last byte of a unit is sent, at the latest. */
const SAFETY_TICKS = 2 * SLOT_TICKS;

const PROGRAM_NUMBER = 1;
const PMT_PID = 0x1000;
/** PCRs have a PID of their own, so that they can go between the packets of any unit. */
const PCR_PID = 0x1001;

/** A unit of which packets are still to be sent. */
type Waiting = { readonly packets: Uint8Array; sent: number; readonly dts: Ticks };

/**
 * Joins live tracks to a transport stream with one programme.
 *
 * Packets are sent in decoding order at the lowest rate that gets every unit that is ready there in time; so a large picture does not
 * become a burst that overruns a receiver.
 */
export class ProgramMultiplexer {
  readonly #tracks: readonly LiveTrack[];
  readonly #packetizer = new Packetizer();
  readonly #tables: readonly { readonly pid: number; readonly section: Uint8Array }[];
  #queue: Waiting[] = [];
  #slot = 0;

  /** @param tracks - At least one; the first decides where the stream starts. */
  constructor(tracks: readonly LiveTrack[]) {
    this.#tracks = tracks;
    const common = { version: 0, currentNext: true, sectionNumber: 0, lastSectionNumber: 0 };
    const programs = [{ number: PROGRAM_NUMBER, pid: PMT_PID }];
    const streams = tracks.map(({ stream }) => stream);
    this.#tables = [
      { pid: PAT_PID, section: writeProgramAssociation({ ...common, transportStreamId: 1, programs }) },
      {
        pid: PMT_PID,
        section: writeProgramMap({ ...common, programNumber: PROGRAM_NUMBER, pcrPid: PCR_PID, streams }),
      },
    ];
  }

  /** When the next slot is sent, on the clock of the PCRs. */
  get time(): Ticks {
    return (this.#slot * SLOT_TICKS) as Ticks;
  }

  /** Goes to the first place at or after `time` where a receiver can begin. What was begun before is still sent. */
  start(time: Ticks): void {
    const [first, ...others] = this.#tracks;
    const entry = first!.start((time + READY_TICKS) as Ticks);
    for (const track of others) track.start(entry);
    // A slot with tables: nothing of a unit may come before a receiver knows what it is.
    const tables = Math.floor((this.#earliest().dts - READY_TICKS) / (SLOT_TICKS * SLOTS_PER_TABLES));
    this.#slot = tables * SLOTS_PER_TABLES;
  }

  /** The packets of the next slot. */
  next(): Uint8Array {
    const parts = [this.#packetizer.pcr(PCR_PID, this.time * PCR_UNITS_PER_TICK)];
    if (this.#slot % SLOTS_PER_TABLES === 0) {
      for (const { pid, section } of this.#tables) parts.push(this.#packetizer.section(pid, section));
    }
    this.#enqueueReady();
    this.#dequeue(this.#packetsToSend(), parts);
    this.#slot++;
    return concatBytes(parts);
  }

  /** The packets of all units that were begun. */
  finish(): Uint8Array {
    const rest = concatBytes(this.#queue.map(({ packets, sent }) => packets.subarray(sent)));
    this.#queue = [];
    return rest;
  }

  #earliest(): LiveTrack {
    return this.#tracks.reduce((earliest, track) => (track.dts < earliest.dts ? track : earliest));
  }

  #enqueueReady(): void {
    for (let track = this.#earliest(); track.dts - READY_TICKS <= this.time; track = this.#earliest()) {
      const { pes, dts, randomAccess } = track.next();
      this.#queue.push({ packets: this.#packetizer.pes(track.stream.pid, pes, { randomAccess }), sent: 0, dts });
    }
  }

  /** How many packets this slot must send at least, if later ones send as many, for no unit to be late. */
  #packetsToSend(): number {
    let waiting = 0;
    let needed = 0;
    for (const { packets, sent, dts } of this.#queue) {
      waiting += (packets.length - sent) / PACKET_BYTES;
      const slotsLeft = Math.max(1, Math.floor((dts - SAFETY_TICKS - this.time) / SLOT_TICKS));
      needed = Math.max(needed, Math.ceil(waiting / slotsLeft));
    }
    return needed;
  }

  #dequeue(count: number, parts: Uint8Array[]): void {
    let left = count * PACKET_BYTES;
    while (left > 0) {
      const unit = this.#queue[0]!;
      const taken = unit.packets.subarray(unit.sent, unit.sent + left);
      parts.push(taken);
      left -= taken.length;
      unit.sent += taken.length;
      if (unit.sent === unit.packets.length) this.#queue.shift();
    }
  }
}
