import { equalBytes } from "../bytes/equal-bytes.ts";
import { PAT_PID } from "../mpegts/packet.ts";
import { PAT_TABLE_ID, type ProgramAssociation, parseProgramAssociation } from "../mpegts/program-association.ts";
import { PMT_TABLE_ID, type ProgramMap, parseProgramMap } from "../mpegts/program-map.ts";
import { SectionAssembler } from "../mpegts/section-assembler.ts";
import { describeStream, languageOf } from "../mpegts/stream-type.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { problemEvent } from "../problem/problem.ts";
import type { DemuxEvent, ElementaryStream } from "./access-unit.ts";

/**
 * How many PAT repetitions to wait for the PMT of a programme that stands earlier in the PAT than one whose PMT is here
 * already. PATs come at least every 0.5 s (TR 101 290 1.3), so this is some seconds.
 */
const PATIENCE_IN_PATS = 10;

/** The largest PES programme: more streams than any contribution feed has; the rest is ignored. */
const MAX_STREAMS = 64;

/**
 * Reads PAT and PMTs and chooses the programme: the one asked for, else the first in the PAT that carries video, else
 * the first that carries audio.
 */
export class ProgramTables {
  readonly #wanted: number | undefined;
  readonly #assemblers = new Map<number, SectionAssembler>([[PAT_PID, new SectionAssembler()]]);
  readonly #maps = new Map<number, ProgramMap>();
  /** By PID: tables are repeated all the time, and mostly unchanged. */
  readonly #lastSections = new Map<number, Uint8Array>();
  /** By PID, to know a packet that is sent twice: the counter of tables says nothing, as some multiplexers never move it. */
  readonly #lastPayloads = new Map<number, Uint8Array>();
  /** Of the PAT under way, by section_number. */
  #sections: ReadonlyMap<number, ProgramAssociation> = new Map();
  #association: ProgramAssociation | undefined;
  #patsSeen = 0;
  #chosen: number | undefined;
  #announced = "";
  #reportedMissing = false;

  constructor(program: number | undefined) {
    this.#wanted = program;
  }

  /** A whole PAT has come. */
  get hasPat(): boolean {
    return this.#association !== undefined;
  }

  /** The PIDs that carry tables now. */
  get pids(): Iterable<number> {
    return this.#assemblers.keys();
  }

  /** The PID whose packets carry the chosen programme's clock. */
  get pcrPid(): number | undefined {
    return this.#chosen === undefined ? undefined : this.#maps.get(this.#chosen)?.pcrPid;
  }

  /** The PID of the chosen programme's PMT. */
  get pmtPid(): number | undefined {
    return this.#association?.programs.find(({ number }) => number === this.#chosen)?.pid;
  }

  /** Packets of a table's PID are missing: the section they belonged to is dropped. */
  gap(pid: number): void {
    this.#assemblers.get(pid)?.reset();
  }

  /** Takes the payload of one packet of a table's PID. */
  push(pid: number, payload: Uint8Array, unitStart: boolean): readonly DemuxEvent[] {
    const assembler = this.#assemblers.get(pid);
    if (assembler === undefined) return [];
    const before = this.#lastPayloads.get(pid);
    if (!unitStart && before !== undefined && equalBytes(before, payload)) return [];
    this.#lastPayloads.set(pid, payload.slice());
    try {
      return assembler.push(payload, unitStart).flatMap((section) => this.#section(pid, section));
    } catch (error) {
      return [malformed(error, pid)];
    }
  }

  /** The end of the input: no more tables will come, choose among those that did. */
  flush(): readonly DemuxEvent[] {
    const events = this.#choose(true);
    if (this.#announced === "" && this.#association !== undefined && !this.#reportedMissing) {
      return [...events, this.#missing()];
    }
    return events;
  }

  #section(pid: number, view: Uint8Array): readonly DemuxEvent[] {
    if (pid === PAT_PID && view[0] !== PAT_TABLE_ID) {
      return [problemEvent("section-malformed", { pid, detail: `table_id ${view[0]} on the PID of the PAT` })];
    }
    // Other tables may share the PID (H.222.0 2.4.4).
    if (view[0] !== (pid === PAT_PID ? PAT_TABLE_ID : PMT_TABLE_ID)) return [];
    const before = this.#lastSections.get(pid);
    if (this.#chosen !== undefined && before !== undefined && equalBytes(before, view)) return [];
    const section = view.slice();
    this.#lastSections.set(pid, section);
    try {
      if (pid === PAT_PID) return this.#takeAssociation(parseProgramAssociation(section));
      return this.#takeMap(pid, parseProgramMap(section));
    } catch (error) {
      return [malformed(error, pid)];
    }
  }

  #takeAssociation(section: ProgramAssociation): readonly DemuxEvent[] {
    if (!section.currentNext) return [];
    this.#patsSeen++;
    this.#sections = addSection(this.#sections, section);
    if (this.#sections.size <= section.lastSectionNumber) return [];
    this.#association = joinSections(this.#sections);
    const pids = new Set(this.#association.programs.map((program) => program.pid));
    for (const pid of this.#assemblers.keys()) {
      if (pid === PAT_PID || pids.has(pid)) continue;
      this.#assemblers.delete(pid);
      this.#lastSections.delete(pid);
    }
    for (const pid of pids) if (!this.#assemblers.has(pid)) this.#assemblers.set(pid, new SectionAssembler());
    for (const number of this.#maps.keys()) {
      if (!this.#association.programs.some((program) => program.number === number)) this.#maps.delete(number);
    }
    const events = [...this.#choose(false)];
    if (this.#announced === "" && !this.#reportedMissing && this.#patsSeen >= PATIENCE_IN_PATS)
      events.push(this.#missing());
    return events;
  }

  #takeMap(pid: number, map: ProgramMap): readonly DemuxEvent[] {
    const expected = this.#association?.programs.some(
      (entry) => entry.number === map.programNumber && entry.pid === pid,
    );
    if (!map.currentNext || !expected) return [];
    this.#maps.set(map.programNumber, map);
    return this.#choose(false);
  }

  #choose(final: boolean): readonly DemuxEvent[] {
    if (this.#association === undefined) return [];
    if (this.#chosen === undefined || !this.#association.programs.some((entry) => entry.number === this.#chosen)) {
      this.#chosen = this.#candidate(final || this.#patsSeen >= PATIENCE_IN_PATS);
    }
    const map = this.#chosen === undefined ? undefined : this.#maps.get(this.#chosen);
    return map === undefined ? [] : this.#announce(map);
  }

  #candidate(patienceEnded: boolean): number | undefined {
    const programs = this.#association?.programs ?? [];
    if (this.#wanted !== undefined) return programs.find((entry) => entry.number === this.#wanted)?.number;
    for (const { number } of programs) {
      const map = this.#maps.get(number);
      if (map === undefined && !patienceEnded) return undefined;
      if (map !== undefined && streamsOf(map).some((stream) => stream.kind === "video")) return number;
    }
    return programs.find(({ number }) => {
      const map = this.#maps.get(number);
      return map !== undefined && streamsOf(map).length > 0;
    })?.number;
  }

  #announce(map: ProgramMap): readonly DemuxEvent[] {
    const streams = streamsOf(map);
    const text = JSON.stringify([
      map.programNumber,
      map.streams.map((stream) => [stream.pid, stream.streamType]),
      streams,
    ]);
    if (text === this.#announced) return [];
    this.#announced = text;
    const unsupported = map.streams.filter((stream) => !streams.some((known) => known.pid === stream.pid));
    return [
      { kind: "program", number: map.programNumber, streams },
      ...unsupported.map((stream) =>
        problemEvent("stream-unsupported", {
          pid: stream.pid,
          detail: `stream_type 0x${stream.streamType.toString(16)}`,
        }),
      ),
    ];
  }

  #missing(): DemuxEvent {
    this.#reportedMissing = true;
    const numbers = this.#association?.programs.map((program) => program.number).join(", ");
    const detail = this.#wanted === undefined ? "no programme with video or audio" : `programme ${this.#wanted}`;
    return problemEvent("program-missing", { detail: `${detail}; the PAT lists ${numbers || "none"}` });
  }
}

/** A PAT may be spread over several sections, which apply once all of one version are there. */
function addSection(
  sections: ReadonlyMap<number, ProgramAssociation>,
  section: ProgramAssociation,
): ReadonlyMap<number, ProgramAssociation> {
  const { version, lastSectionNumber, sectionNumber } = section;
  const others = [...sections].filter(
    ([, old]) => old.version === version && old.lastSectionNumber === lastSectionNumber,
  );
  return new Map([...others, [sectionNumber, section]]);
}

function joinSections(sections: ReadonlyMap<number, ProgramAssociation>): ProgramAssociation {
  const inOrder = [...sections.values()].sort((a, b) => a.sectionNumber - b.sectionNumber);
  return { ...inOrder[0]!, programs: inOrder.flatMap(({ programs }) => programs) };
}

function streamsOf(map: ProgramMap): readonly ElementaryStream[] {
  const streams: ElementaryStream[] = [];
  for (const { pid, streamType, descriptors } of map.streams.slice(0, MAX_STREAMS)) {
    const description = describeStream(streamType, descriptors);
    if (description === undefined) continue;
    const language = languageOf(descriptors);
    streams.push({ pid, ...description, ...(language === undefined ? {} : { language }) });
  }
  return streams;
}

function malformed(error: unknown, pid: number): DemuxEvent {
  if (!(error instanceof MalformedError)) throw error;
  return problemEvent(error.code, { pid, detail: error.message });
}
