import { PCR_UNITS_PER_SECOND, parsePcr } from "../mpegts/clock.ts";
import { PACKET_BYTES, PAT_PID } from "../mpegts/packet.ts";
import type { ProblemCode } from "../problem/problems.ts";
import { IntervalMonitor } from "./interval-monitor.ts";
import { type PcrFault, PcrMonitor } from "./pcr-monitor.ts";
import type { TransportError } from "./transport-error.ts";
import { TransportErrors } from "./transport-errors.ts";

/** Where a PCR lies in a packet that has one, and how long its adaptation field is at least. @spec Rec. ITU-T H.222.0 2.4.3.4 */
const PCR_OFFSET = 6;
const PCR_FIELD_BYTES = 7;

/** What the clock of the stream shows to be wrong. */
export type ClockFault = { readonly code: ProblemCode; readonly pid: number };

const NO_FAULTS: readonly ClockFault[] = [];

/**
 * Counts what goes wrong with the packets of a programme by the first and second priority of TR 101 290, each real event once, and
 * keeps it for the next unit of each stream that it concerns.
 *
 * Its clock is that of the stream, so that what it counts does not depend on when and in what pieces bytes arrive.
 */
export class TransportMonitor {
  readonly #errors = new TransportErrors();
  readonly #intervals = new IntervalMonitor();
  #streams: readonly number[] = [];
  #pmtPid: number | undefined;
  #pcrPid: number | undefined;
  #pcr = new PcrMonitor();
  /** What the last PCR seems to be; a loss that shows before the next explains it. */
  #suspicion: PcrFault | undefined;
  #lostSincePcr = false;
  /** Null packets came: the stream is filled up to a constant bit rate. */
  isStuffed = false;

  constructor() {
    this.#intervals.watch("pat-interval", PAT_PID);
  }

  /** Everything since the start, one entry for each kind and PID. */
  get totals(): readonly TransportError[] {
    return this.#errors.totals;
  }

  /** The longest of the newest intervals between PCRs, in milliseconds; undefined before there is one. */
  get pcrIntervalMs(): number | undefined {
    const { longestInterval } = this.#pcr;
    return longestInterval === 0 ? undefined : (longestInterval * 1000) / PCR_UNITS_PER_SECOND;
  }

  /** Something is to be told by a unit; asked of every packet. */
  get hasPending(): boolean {
    return this.#errors.hasPending;
  }

  /** What the next unit of a stream tells, once. */
  take(stream: number): readonly TransportError[] | undefined {
    return this.#errors.take(stream);
  }

  /** The PIDs of the streams that are carried. */
  listen(streams: readonly number[]): void {
    for (const pid of this.#streams) {
      if (streams.includes(pid)) continue;
      this.#errors.take(pid);
      this.#intervals.forget(pid);
    }
    for (const pid of streams) {
      this.#intervals.watch("pid-missing", pid);
      this.#intervals.watch("pts-repetition", pid);
    }
    this.#streams = streams;
  }

  /** The PIDs of the programme's own table and clock. */
  follow(pmtPid: number | undefined, pcrPid: number | undefined): void {
    if (pmtPid !== this.#pmtPid && this.#pmtPid !== undefined) this.#intervals.forget(this.#pmtPid);
    if (pmtPid !== undefined) this.#intervals.watch("pmt-interval", pmtPid);
    if (pcrPid !== this.#pcrPid) this.#pcr = new PcrMonitor();
    this.#pmtPid = pmtPid;
    this.#pcrPid = pcrPid;
  }

  /** A section of a table begins. */
  sectionBegins(pid: number): void {
    this.#intervals.came(pid === PAT_PID ? "pat-interval" : "pmt-interval", pid);
  }

  /** A PES packet begins: the payload lies in the bytes up to `end`. One too short to tell is taken for one with PTS. */
  pesBegins(pid: number, bytes: Uint8Array, payload: number, end: number): void {
    this.#intervals.pesBegins(pid, end - payload < 8 || (bytes[payload + 7]! & 0x80) !== 0);
  }

  /** Packets are lost, or useless. @param pid - Absent where that is not known. */
  lost(code: ProblemCode, pid?: number, packets?: number): void {
    this.#lostSincePcr = true;
    const isKnown = pid !== undefined && this.#intervals.isLate(pid);
    if (pid !== undefined) this.#intervals.lost(pid);
    // A stream that stayed out was told of then.
    if (isKnown) return;
    // A packet of a table comes again: it harms no stream.
    const isOfTable = pid !== undefined && !this.#streams.includes(pid);
    if (isOfTable) this.#errors.add(code, pid, packets, []);
    else this.report(code, pid, packets);
  }

  /** Something else is wrong. */
  report(code: ProblemCode, pid?: number, packets?: number): void {
    const isOfStream = pid !== undefined && this.#streams.includes(pid);
    this.#errors.add(code, pid, packets, isOfStream ? [pid] : this.#streams);
  }

  /**
   * A packet of the PCR's PID.
   *
   * @param packet - Its number in the stream.
   * @param announced - It says that the clock breaks.
   * @param heard - Streams of which something came since the last PCR; asked only where there is a PCR.
   * @returns What its PCR shows, counted already.
   */
  clock(
    bytes: Uint8Array,
    offset: number,
    packet: number,
    announced: boolean,
    heard: () => readonly number[],
  ): readonly ClockFault[] {
    const pid = this.#pcrPid;
    if (pid === undefined || !hasPcr(bytes, offset)) return NO_FAULTS;
    const faults: ClockFault[] = [];
    if (this.#suspicion !== undefined && !this.#lostSincePcr) faults.push({ code: this.#suspicion, pid });
    const pcr = parsePcr(bytes.subarray(offset + PCR_OFFSET, offset + PACKET_BYTES));
    const { time, fault, jumped } = this.#pcr.read(pcr, packet, this.#lostSincePcr, announced);
    const isAccountable = fault !== "pcr-accuracy" || this.isStuffed;
    this.#suspicion = isAccountable ? fault : undefined;
    this.#lostSincePcr = false;
    if (jumped) this.#intervals.restart();
    for (const stream of heard()) this.#intervals.came("pid-missing", stream);
    faults.push(...this.#intervals.tick(time));
    for (const { code, pid } of faults) this.report(code, pid);
    return faults;
  }
}

/** Whether a packet has an adaptation field with room for a PCR, and the flag for it. */
function hasPcr(bytes: Uint8Array, offset: number): boolean {
  const hasField = (bytes[offset + 3]! & 0x20) !== 0 && bytes[offset + 4]! >= PCR_FIELD_BYTES;
  return hasField && (bytes[offset + 5]! & 0x10) !== 0;
}
