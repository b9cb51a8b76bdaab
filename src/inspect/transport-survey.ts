import { equalBytes } from "../bytes/equal-bytes.ts";
import { PacketFramer, type PacketSink } from "../demux/packet-framer.ts";
import { NULL_PID, PACKET_BYTES, PACKET_HEADER_BYTES, PAT_PID, PID_COUNT } from "../mpegts/packet.ts";
import { parseProgramAssociation } from "../mpegts/program-association.ts";
import { type ProgramMap, type ProgramStream, parseProgramMap } from "../mpegts/program-map.ts";
import { SectionAssembler } from "../mpegts/section-assembler.ts";
import { describeStream, languageOf } from "../mpegts/stream-type.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import type { ContainerReport, ProgramReport, StreamReport } from "./report.ts";
import { streamTypeName } from "./stream-type-name.ts";

/** A multiplex of a whole satellite transponder has a tenth of that. */
const MAX_PROGRAMS = 512;

/** Distances between packets that are one packet's, and not several. */
const STRIDES: ReadonlySet<number> = new Set([PACKET_BYTES, PACKET_BYTES + 4, PACKET_BYTES + 16]);

/**
 * Counts packets and reads the tables of all programmes, where the demuxer looks at one. What is wrong with packets
 * and tables the demuxer reports.
 */
export class TransportSurvey implements PacketSink {
  readonly #framer: PacketFramer = new PacketFramer(this);
  readonly #packets = new Float64Array(PID_COUNT);
  readonly #assemblers = new Map<number, SectionAssembler>([[PAT_PID, new SectionAssembler()]]);
  /** By PID: tables are repeated all the time. */
  readonly #lastSections = new Map<number, Uint8Array>();
  /** PIDs of the PMTs by programme number. */
  readonly #programs = new Map<number, number>();
  readonly #maps = new Map<number, ProgramMap>();
  #version: number | undefined;
  #bytes = 0;
  #stride: number | undefined;
  #before: { readonly bytes: Uint8Array; readonly offset: number } | undefined;

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#framer.push(bytes);
    // The caller's memory is not held on to.
    this.#before = undefined;
  }

  flush(): void {
    this.#framer.flush();
  }

  framingProblem(): void {}

  packet(bytes: Uint8Array, offset: number): void {
    this.#measureStride(bytes, offset);
    const second = bytes[offset + 1]!;
    const fourth = bytes[offset + 3]!;
    const pid = ((second & 0x1f) << 8) | bytes[offset + 2]!;
    this.#packets[pid]!++;
    const assembler = this.#assemblers.get(pid);
    const readable = (second & 0x80) === 0 && (fourth & 0xd0) === 0x10;
    if (assembler === undefined || !readable) return;
    const adaptation = (fourth & 0x20) === 0 ? 0 : 1 + bytes[offset + PACKET_HEADER_BYTES]!;
    const payload = bytes.subarray(offset + PACKET_HEADER_BYTES + adaptation, offset + PACKET_BYTES);
    try {
      for (const section of assembler.push(payload, (second & 0x40) !== 0)) this.#section(pid, section);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }

  /** What is known of the container but for time. */
  container(): Pick<ContainerReport, "bytes" | "packets" | "nullPackets" | "packetBytes"> {
    return {
      bytes: this.#bytes,
      packets: this.#packets.reduce((sum, count) => sum + count, 0),
      nullPackets: this.#packets[NULL_PID]!,
      ...(this.#stride !== undefined && { packetBytes: this.#stride }),
    };
  }

  /** @param chosen - The programme that is demultiplexed. */
  programs(chosen: number | undefined): readonly ProgramReport[] {
    return [...this.#programs]
      .sort(([a], [b]) => a - b)
      .map(([number, pmtPid]) => {
        const map = this.#maps.get(number);
        return {
          number,
          chosen: number === chosen,
          pmtPid,
          ...(map !== undefined && map.pcrPid !== NULL_PID && { pcrPid: map.pcrPid }),
          ...(map !== undefined && { streams: map.streams.map((stream) => this.#stream(stream)) }),
        };
      });
  }

  #measureStride(bytes: Uint8Array, offset: number): void {
    const distance = this.#before?.bytes === bytes ? offset - this.#before.offset : 0;
    if (STRIDES.has(distance)) this.#stride = distance;
    this.#before = { bytes, offset };
  }

  #section(pid: number, section: Uint8Array): void {
    const last = this.#lastSections.get(pid);
    if (last !== undefined && equalBytes(last, section)) return;
    this.#lastSections.set(pid, section);
    if (pid === PAT_PID) this.#takeAssociation(section);
    else this.#takeMap(pid, section);
  }

  #takeAssociation(section: Uint8Array): void {
    const { currentNext, version, programs } = parseProgramAssociation(section);
    if (!currentNext) return;
    if (version !== this.#version) this.#programs.clear();
    this.#version = version;
    for (const { number, pid } of programs) {
      if (this.#programs.size < MAX_PROGRAMS || this.#programs.has(number)) this.#programs.set(number, pid);
    }
    const pids = new Set([PAT_PID, ...this.#programs.values()]);
    for (const pid of this.#assemblers.keys()) {
      if (pids.has(pid)) continue;
      this.#assemblers.delete(pid);
      this.#lastSections.delete(pid);
    }
    for (const pid of pids) if (!this.#assemblers.has(pid)) this.#assemblers.set(pid, new SectionAssembler());
    for (const number of this.#maps.keys()) if (!this.#programs.has(number)) this.#maps.delete(number);
  }

  #takeMap(pid: number, section: Uint8Array): void {
    const map = parseProgramMap(section);
    if (map.currentNext && this.#programs.get(map.programNumber) === pid) this.#maps.set(map.programNumber, map);
  }

  #stream({ pid, streamType, descriptors }: ProgramStream): StreamReport {
    const codec = describeStream(streamType, descriptors)?.codec;
    const language = languageOf(descriptors);
    return {
      pid,
      streamType,
      name: streamTypeName(streamType, descriptors),
      ...(codec !== undefined && { codec }),
      ...(language !== undefined && { language }),
      packets: this.#packets[pid]!,
    };
  }
}
