import { PCR_UNITS_PER_TICK, wrap33 } from "../mpegts/clock.ts";
import { PACKET_BYTES } from "../mpegts/packet.ts";
import { Packetizer } from "../mpegts/packetizer.ts";
import type { Ticks } from "../time/units.ts";
import { concatBytes } from "./concat-bytes.ts";
import type { LiveTrack } from "./live-track.ts";
import { programTables } from "./program-tables.ts";

/**
 * The usual step of the multiplexer: 20 ms. Each begins with a PCR, of which ISO/IEC 13818-1 2.7.2 wants one every 100 ms
 * and DVB (TR 101 154 4.1.5.3) one every 40 ms.
 */
const SLOT_TICKS = 1800;

/** PAT and PMT in every fourth slot: every 80 ms, where TR 101 154 4.1.7 wants them every 100 ms. */
const SLOTS_PER_TABLES = 4;

/** How long before its decoding time a unit is ready to be sent: room to spread a large picture over many slots. */
export const READY_TICKS = 36_000;

/** How many slots before its decoding time the last byte of a unit is sent, at the latest. */
const SAFETY_SLOTS = 2;

/** PCRs have a PID of their own, so that they can go between the packets of any unit. */
const PCR_PID = 0x1001;

/** How the clock of a multiplex runs. */
export type MultiplexClock = {
  /** PTS of the epoch. */
  readonly ptsOrigin: number;
  /** Step of the multiplexer, at most {@link READY_TICKS}; absent: 20 ms, as broadcasting asks. */
  readonly slotTicks?: number;
};

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
  readonly #tables: ReturnType<typeof programTables>;
  readonly #ptsOrigin: number;
  readonly #slotTicks: number;
  #queue: Waiting[] = [];
  #slot = 0;

  /** @param tracks - At least one; the first decides where the stream starts. */
  constructor(tracks: readonly LiveTrack[], { ptsOrigin, slotTicks = SLOT_TICKS }: MultiplexClock) {
    this.#tracks = tracks;
    this.#ptsOrigin = ptsOrigin;
    this.#slotTicks = slotTicks;
    this.#tables = programTables(
      tracks.map(({ stream }) => stream),
      PCR_PID,
    );
  }

  /** When the next slot is sent, since the epoch. */
  get time(): Ticks {
    return (this.#slot * this.#slotTicks) as Ticks;
  }

  /**
   * Goes to the first place where a receiver can begin and nothing need be sent before `time`. What was begun before is
   * still sent.
   */
  start(time: Ticks): void {
    const [first, ...others] = this.#tracks;
    const tablesTicks = this.#slotTicks * SLOTS_PER_TABLES;
    let from = time;
    do {
      const entry = first!.start((from + READY_TICKS) as Ticks);
      for (const track of others) track.start(entry);
      // A slot with tables: nothing of a unit may come before a receiver knows what it is.
      this.#slot = Math.floor((this.#earliest().dts - READY_TICKS) / tablesTicks) * SLOTS_PER_TABLES;
      from = (entry - READY_TICKS + 1) as Ticks;
    } while (this.time < time);
  }

  /** The packets of the next slot. */
  next(): Uint8Array {
    const clock = wrap33((this.time + this.#ptsOrigin) as Ticks);
    const parts = [this.#packetizer.pcr(PCR_PID, clock * PCR_UNITS_PER_TICK)];
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
    let earliest = this.#tracks[0]!;
    for (const track of this.#tracks) if (track.dts < earliest.dts) earliest = track;
    return earliest;
  }

  #enqueueReady(): void {
    const until = this.time + READY_TICKS;
    for (let track = this.#earliest(); track.dts <= until; track = this.#earliest()) {
      const unit = track.next();
      if (unit === undefined) continue;
      const { pes, dts, randomAccess } = unit;
      this.#queue.push({ packets: this.#packetizer.pes(track.stream.pid, pes, { randomAccess }), sent: 0, dts });
    }
  }

  /** How many packets this slot must send at least, if later ones send as many, for no unit to be late. */
  #packetsToSend(): number {
    const time = this.time;
    let waiting = 0;
    let needed = 0;
    for (const { packets, sent, dts } of this.#queue) {
      waiting += (packets.length - sent) / PACKET_BYTES;
      const slotsLeft = Math.max(1, Math.floor((dts - time) / this.#slotTicks) - SAFETY_SLOTS);
      needed = Math.max(needed, Math.ceil(waiting / slotsLeft));
    }
    return needed;
  }

  #dequeue(count: number, parts: Uint8Array[]): void {
    let left = count * PACKET_BYTES;
    let whole = 0;
    while (left > 0) {
      const unit = this.#queue[whole]!;
      const taken = unit.packets.subarray(unit.sent, unit.sent + left);
      parts.push(taken);
      left -= taken.length;
      unit.sent += taken.length;
      if (unit.sent === unit.packets.length) whole++;
    }
    this.#queue.splice(0, whole);
  }
}
