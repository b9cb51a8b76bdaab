import { PACKET_BYTES } from "../mpegts/packet.ts";
import type { Ticks } from "../time/units.ts";
import { BitErrors, withFlippedBits } from "./bit-errors.ts";
import { concatBytes } from "./concat-bytes.ts";
import { DamageCounter, type DamageCounts } from "./damage-counts.ts";
import { inSpan, type Span } from "./fault-span.ts";
import { LossChain } from "./loss-chain.ts";
import { DRY, type RainSettings, type RainUnit, rainUnits } from "./rain-settings.ts";
import { type Random, seededRandom } from "./seeded-random.ts";

/** A time in which more is lost: of one PID, or of everything. Epoch time. */
export type Shower = Span<Ticks> & { readonly loss: number; readonly pid?: number };

/** How it rains on a link. */
export type RainOptions = {
  /** Absent: it is dry but for showers. */
  readonly settings?: RainSettings;
  /** 32 bits; absent: 1. */
  readonly seed?: number;
  /** The number of the link, 1 for the first: links with the same seed have rain of their own. */
  readonly link?: number;
  /** Absent: packets. */
  readonly unit?: RainUnit;
  readonly showers?: readonly Shower[];
};

/** One packet on its way. */
type Passing = { readonly pid: number; readonly bytes: Uint8Array; readonly flippedBits: number };

/** Each purpose has a random generator of its own, so that what is lost does not depend on what else happens. */
const PURPOSES = { loss: 0, reorder: 1, duplicate: 2, bitErrors: 3, shower: 4 } as const;

/** adaptation_field_control says that there is a payload. @spec ISO/IEC 13818-1 table 2-5 */
const HAS_PAYLOAD = 0x10;

/**
 * A link that loses, doubles, swaps and falsifies packets, the same ones each time: what happens to a packet depends on the
 * options and on its place in the stream, not on how the stream is cut into calls.
 *
 * Bits are flipped before packets are doubled, so that duplicates are equal.
 */
export class Rain {
  readonly #unitPackets: number;
  readonly #loss: LossChain;
  readonly #reorder: Random;
  readonly #duplicate: Random;
  readonly #bitErrors: BitErrors;
  readonly #counter = new DamageCounter();
  #showers: readonly (Shower & { readonly chain: LossChain })[];
  #settings: RainSettings;
  #time = 0 as Ticks;
  /** What is not a whole unit yet. */
  #rest: Uint8Array = new Uint8Array(0);
  /** What waits for being overtaken. */
  #held: readonly Passing[] = [];

  constructor({ settings = DRY, seed = 1, link = 1, unit = "packet", showers = [] }: RainOptions = {}) {
    this.#settings = settings;
    this.#unitPackets = rainUnits[unit];
    const seeded = (purpose: number): Random => seededRandom(seed, link, purpose);
    this.#loss = new LossChain(seeded(PURPOSES.loss));
    this.#reorder = seeded(PURPOSES.reorder);
    this.#duplicate = seeded(PURPOSES.duplicate);
    this.#bitErrors = new BitErrors(seeded(PURPOSES.bitErrors));
    this.#showers = showers.map((shower, i) => ({
      ...shower,
      chain: new LossChain(seeded(PURPOSES.shower + i)),
    }));
  }

  /** What is on beside showers. */
  get settings(): RainSettings {
    return this.#settings;
  }

  /** The showers that are on. */
  get showers(): readonly Shower[] {
    return this.#showers.filter((shower) => inSpan(shower, this.#time));
  }

  /** What was done so far, by PID. */
  get counts(): ReadonlyMap<number, DamageCounts> {
    return this.#counter.byPid;
  }

  /** From the next packet on it rains like this. */
  change(settings: RainSettings): void {
    this.#settings = settings;
  }

  /** Ends all that is on; showers that are still to come will come. */
  end(): void {
    this.#settings = DRY;
    this.#showers = this.#showers.filter((shower) => !inSpan(shower, this.#time));
  }

  /**
   * What comes out of the link.
   *
   * @param packets - Whole packets; not written to, by nobody afterwards.
   * @param time - When they are sent, for showers; absent: as before.
   */
  pass(packets: Uint8Array, time: Ticks = this.#time): Uint8Array {
    this.#time = time;
    const bytes = this.#rest.length === 0 ? packets : concatBytes([this.#rest, packets]);
    const unitBytes = this.#unitPackets * PACKET_BYTES;
    const whole = bytes.length - (bytes.length % unitBytes);
    this.#rest = bytes.subarray(whole);
    const passed: Uint8Array[] = [];
    for (let at = 0; at < whole; at += unitBytes) passed.push(...this.#passUnit(bytes.subarray(at, at + unitBytes)));
    return concatBytes(passed);
  }

  /** What is still in the link when nothing more is sent. */
  flush(): Uint8Array {
    const last = this.#rest.length === 0 ? [] : this.#passUnit(this.#rest);
    this.#rest = new Uint8Array(0);
    const held = this.#held.map(({ bytes }) => bytes);
    this.#held = [];
    return concatBytes([...last, ...held]);
  }

  #passUnit(unit: Uint8Array): readonly Uint8Array[] {
    const { reorder, duplicate } = this.#settings;
    const packets = this.#flip(unit);
    let passed = this.#lose(packets);
    if (passed.length === 0) return [];
    for (const { pid, flippedBits } of passed) {
      if (flippedBits === 0) continue;
      this.#counter.add(pid, "flipped");
      this.#counter.add(pid, "flippedBits", flippedBits);
    }
    if (duplicate > 0 && this.#mayDuplicate(unit) && this.#duplicate() < duplicate) {
      for (const { pid } of passed) this.#counter.add(pid, "duplicated");
      passed = [...passed, ...passed];
    }
    if (this.#held.length > 0) {
      for (const { pid } of this.#held) this.#counter.add(pid, "reordered");
      passed = [...passed, ...this.#held];
      this.#held = [];
      // A unit that overtakes is not held itself: for a share of all units that of the others is larger.
    } else if (reorder > 0 && this.#reorder() < reorder / (1 - reorder)) {
      this.#held = passed;
      return [];
    }
    return passed.map(({ bytes }) => bytes);
  }

  #flip(unit: Uint8Array): readonly Passing[] {
    const packets: Passing[] = [];
    for (let at = 0; at < unit.length; at += PACKET_BYTES) {
      const bytes = unit.subarray(at, at + PACKET_BYTES);
      const pid = ((bytes[1]! & 0x1f) << 8) | bytes[2]!;
      const bits = this.#bitErrors.next(PACKET_BYTES * 8, this.#settings.bitErrors);
      packets.push({ pid, bytes: bits.length === 0 ? bytes : withFlippedBits(bytes, bits), flippedBits: bits.length });
      this.#counter.add(pid, "packets");
    }
    return packets;
  }

  #lose(packets: readonly Passing[]): readonly Passing[] {
    const { loss, burst } = this.#settings;
    const isAllLost = this.#loss.next(loss, burst);
    const showers = this.#showers.filter(
      (shower) =>
        inSpan(shower, this.#time) &&
        (shower.pid === undefined || packets.some(({ pid }) => pid === shower.pid)) &&
        shower.chain.next(shower.loss, burst),
    );
    if (!isAllLost && showers.length === 0) return packets;
    return packets.filter((packet) => {
      const isLost = isAllLost || showers.some(({ pid }) => pid === undefined || pid === packet.pid);
      if (isLost) this.#counter.add(packet.pid, "lost");
      return !isLost;
    });
  }

  /** A packet without payload has no continuity_counter of its own, and no duplicates. @spec ISO/IEC 13818-1 2.4.3.3 */
  #mayDuplicate(unit: Uint8Array): boolean {
    return this.#unitPackets > 1 || (unit[3]! & HAS_PAYLOAD) !== 0;
  }
}
