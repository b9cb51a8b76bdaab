import { breaksClock, NULL_PID, PACKET_BYTES, PACKET_HEADER_BYTES, PID_COUNT } from "../mpegts/packet.ts";
import { type Problem, problemEvent } from "../problem/problem.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { DemuxEvent, ElementaryStream } from "./access-unit.ts";
import { BlockPool } from "./block-pool.ts";
import { PacketFramer, type PacketSink } from "./packet-framer.ts";
import { PesAssembler, type ProgramReference } from "./pes-assembler.ts";
import { assemblerFor, newPid, type PidState } from "./pid-state.ts";
import { ProgramTables } from "./program-tables.ts";
import type { TransportError } from "./transport-error.ts";
import { TransportMonitor } from "./transport-monitor.ts";

/** TR 101 290 5.2.1, indicator 1.6: sound and pictures that are absent for 5 s are in error. */
const SILENCE_TICKS = 5 * TICKS_PER_SECOND;

/** Without a PAT in so many packets there is none: 0.5 s (TR 101 290 1.3) at 50 Mb/s. */
const PACKETS_WITHOUT_PAT = 16_384;

/** Which programme to take. */
export type DemuxerOptions = {
  /** Its program_number; absent: the first in the PAT that carries video, else the first that carries audio. */
  readonly program?: number;
  /** Where the memory of samples comes from and can be given back to. */
  readonly pool?: BlockPool;
};

/**
 * Turns the bytes of a transport stream, cut anywhere, into the access units of one programme.
 *
 * @spec Rec. ITU-T H.222.0 2.4.3
 */
export class TransportDemuxer implements PacketSink {
  readonly #framer: PacketFramer = new PacketFramer(this);
  readonly #tables: ProgramTables;
  readonly #pool: BlockPool;
  readonly #pids: (PidState | undefined)[] = new Array<PidState | undefined>(PID_COUNT).fill(undefined);
  readonly #monitor = new TransportMonitor();
  #streamPids: readonly number[] = [];
  #pcrPid: number | undefined;
  #packets = 0;
  /** How many packets may have come when there still is no PAT. */
  #patDue = PACKETS_WITHOUT_PAT;
  #reference: ProgramReference = { time: undefined };
  /** Streams of the programme that have sent nothing yet, and the programme's time when the last was announced. */
  #awaited: PidState[] = [];
  #awaitedSince: Ticks | undefined;
  #events: DemuxEvent[] = [];

  constructor(options: DemuxerOptions = {}) {
    this.#tables = new ProgramTables(options.program);
    this.#pool = options.pool ?? new BlockPool();
    this.#listenToTables();
  }

  /** @param bytes - Copied as far as they are needed later. */
  push(bytes: Uint8Array): readonly DemuxEvent[] {
    this.#framer.push(bytes);
    return this.#take();
  }

  /** The end of the input: what is held back comes out. */
  flush(): readonly DemuxEvent[] {
    this.#framer.flush();
    this.#apply(this.#tables.flush());
    const from = this.#events.length;
    for (const state of this.#pids) state?.pes?.flush(this.#events);
    this.#tell(from);
    this.#reportSilent(0);
    return this.#take();
  }

  /** What the transport did since the start, one entry for each kind and PID. */
  get transport(): readonly TransportError[] {
    return this.#monitor.totals;
  }

  /** The longest of the newest intervals between PCRs, where it is known. */
  get pcrIntervalMs(): number | undefined {
    return this.#monitor.pcrIntervalMs;
  }

  framingProblem(problem: Problem): void {
    this.#events.push({ kind: "problem", problem });
    // Nobody can know what was to come.
    if (problem.code !== "packet-cut-off") this.#monitor.lost(problem.code);
  }

  packet(bytes: Uint8Array, offset: number): void {
    const second = bytes[offset + 1]!;
    const pid = ((second & 0x1f) << 8) | bytes[offset + 2]!;
    const state = this.#pids[pid];
    this.#packets++;
    if (state === undefined) {
      if (pid === this.#pcrPid) this.#readClock(bytes, offset);
      else if (pid === NULL_PID) this.#monitor.isStuffed = true;
      if (this.#packets > this.#patDue) this.#missPat();
      return;
    }
    const fourth = bytes[offset + 3]!;
    // Nine packets of ten carry on a PES packet and hold nothing but payload.
    const isPlain = (second & 0xc0) === 0 && (fourth & 0xf0) === 0x10;
    if (isPlain && state.pes !== undefined && state.continuity.isNext(fourth & 0x0f)) {
      state.heard = true;
      const from = this.#events.length;
      state.pes.push(bytes, offset + PACKET_HEADER_BYTES, offset + PACKET_BYTES, false, this.#events);
      if (this.#monitor.hasPending) this.#tell(from);
      return;
    }
    this.#read(bytes, offset, pid, state);
  }

  #missPat(): void {
    this.#patDue = this.#tables.hasPat ? Number.POSITIVE_INFINITY : this.#packets + PACKETS_WITHOUT_PAT;
    if (!this.#tables.hasPat) this.#events.push(problemEvent("program-missing", { detail: "there is no PAT" }));
  }

  /** Any packet of a PID that is listened to. */
  #read(bytes: Uint8Array, offset: number, pid: number, state: PidState): void {
    const second = bytes[offset + 1]!;
    if ((second & 0x80) !== 0) {
      state.continuity.unreadable();
      this.#damage(state, pid, "transport-error", 1);
      return;
    }
    const fourth = bytes[offset + 3]!;
    let payload = offset + 4;
    let discontinuity = false;
    if ((fourth & 0x20) !== 0) {
      const length = bytes[payload]!;
      payload += 1 + length;
      if (payload > offset + PACKET_BYTES) {
        state.continuity.unreadable();
        this.#damage(state, pid, "adaptation-field-malformed", 1);
        return;
      }
      discontinuity = breaksClock(bytes, offset);
    }
    const hasPayload = (fourth & 0x10) !== 0;
    const { continuity } = state;
    const verdict = continuity.next(fourth & 0x0f, hasPayload, discontinuity);
    if (pid === this.#pcrPid && (verdict !== "repeated" || !hasPayload)) this.#readClock(bytes, offset);
    if (!hasPayload) return;
    const end = offset + PACKET_BYTES;
    if (verdict === "repeated") {
      if (continuity.mayBeDuplicate && state.pes?.endsWith(bytes, payload, end)) return;
      continuity.lost = 15;
    }
    if (verdict !== "expected") this.#damage(state, pid, "continuity", continuity.lost);
    if ((fourth & 0xc0) !== 0) {
      this.#damage(state, pid, "scrambled", 1);
      return;
    }
    const unitStart = (second & 0x40) !== 0;
    if (state.pes !== undefined) {
      state.heard = true;
      if (unitStart) this.#monitor.pesBegins(pid, bytes, payload, end);
      const from = this.#events.length;
      state.pes.push(bytes, payload, end, unitStart, this.#events);
      if (this.#monitor.hasPending) this.#tell(from);
    } else {
      if (unitStart) this.#monitor.sectionBegins(pid);
      this.#apply(this.#tables.push(pid, bytes.subarray(payload, end), unitStart));
    }
  }

  /** A packet of the PCR's PID: it may tell the time, and by that what is late. */
  #readClock(bytes: Uint8Array, offset: number): void {
    const isAnnounced = breaksClock(bytes, offset);
    if (isAnnounced) this.#events.push({ kind: "discontinuity" });
    const faults = this.#monitor.clock(bytes, offset, this.#packets, isAnnounced, () => this.#takeHeard());
    for (const { code, pid } of faults) {
      this.#events.push(problemEvent(code, { pid }));
      if (code !== "pid-missing") continue;
      // Whatever comes next does not belong to what was before.
      const { continuity, pes } = this.#pids[pid]!;
      continuity.restart();
      pes?.gap(this.#events);
    }
  }

  /** Streams of which something came since this was asked. */
  #takeHeard(): readonly number[] {
    return this.#streamPids.filter((pid) => {
      const state = this.#pids[pid]!;
      const { heard } = state;
      state.received ||= heard;
      state.heard = false;
      return heard;
    });
  }

  /** Lets the units among the newest events tell what the transport did before them. */
  #tell(from: number): void {
    for (let i = from; i < this.#events.length; i++) {
      const event = this.#events[i]!;
      if (event.kind !== "access-unit") continue;
      const transport = this.#monitor.take(event.unit.pid);
      if (transport !== undefined) this.#events[i] = { kind: "access-unit", unit: { ...event.unit, transport } };
    }
  }

  #damage(
    state: PidState,
    pid: number,
    code: "transport-error" | "adaptation-field-malformed" | "continuity" | "scrambled",
    count: number,
  ): void {
    this.#events.push(problemEvent(code, { pid, count }));
    const from = this.#events.length;
    state.pes?.gap(this.#events);
    if (state.pes === undefined) this.#tables.gap(pid);
    if (this.#monitor.hasPending) this.#tell(from);
    // What came out now was whole before: it is the unit that is begun, or the next, that lost something.
    this.#monitor.lost(code, pid, code === "continuity" ? count : undefined);
  }

  #apply(events: readonly DemuxEvent[]): void {
    for (const event of events) {
      if (event.kind === "program") this.#listenToStreams(event.streams);
      this.#events.push(event);
      if (event.kind !== "problem") continue;
      const { code, pid } = event.problem;
      if (code === "section-crc" || code === "section-malformed") this.#monitor.report(code, pid);
    }
    this.#pcrPid = this.#tables.pcrPid;
    this.#monitor.follow(this.#tables.pmtPid, this.#pcrPid);
    this.#listenToTables();
    this.#reportSilent(SILENCE_TICKS);
  }

  /** Reports, once, streams that sent nothing since the programme was announced, when others have come so far. */
  #reportSilent(patience: number): void {
    const { time } = this.#reference;
    if (this.#awaited.length === 0) return;
    this.#awaited = this.#awaited.filter((state) => !state.received && !state.heard);
    if (patience > 0 && time === undefined) return;
    this.#awaitedSince ??= time;
    if (patience > 0 && Math.abs((time ?? 0) - (this.#awaitedSince ?? 0)) < patience) return;
    for (const { stream } of this.#awaited) {
      if (stream !== undefined) this.#events.push(problemEvent("track-silent", { pid: stream.pid }));
    }
    this.#awaited = [];
  }

  #listenToTables(): void {
    for (const pid of this.#tables.pids) {
      const state = this.#pids[pid];
      if (state === undefined || state.pes !== undefined) this.#pids[pid] = newPid(undefined, undefined);
    }
  }

  #listenToStreams(streams: readonly ElementaryStream[]): void {
    for (const [pid, state] of this.#pids.entries()) {
      if (state?.stream === undefined) continue;
      const kept = streams.some((stream) => stream.pid === pid && stream.codec === state.stream?.codec);
      if (kept) continue;
      state.pes?.flush(this.#events);
      this.#pids[pid] = undefined;
    }
    for (const stream of streams) {
      if (this.#pids[stream.pid]?.stream !== undefined) continue;
      const pes = new PesAssembler(
        stream.pid,
        assemblerFor(stream, this.#pool),
        this.#reference,
        stream.kind === "audio",
      );
      const state = newPid(pes, stream);
      this.#pids[stream.pid] = state;
      this.#awaited.push(state);
      this.#awaitedSince = undefined;
    }
    this.#streamPids = streams.map(({ pid }) => pid);
    this.#monitor.listen(this.#streamPids);
  }

  #take(): readonly DemuxEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
