import { type NalSplit, splitByteStream } from "../annexb/nal-units.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { problemEvent } from "../problem/problem.ts";
import { parseSeiMessages, type SeiMessage } from "../sei/message.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { DemuxEvent, PesPacket, RandomAccess, StreamAssembler, VideoAccessUnit } from "./access-unit.ts";
import { H264Syntax } from "./h264-syntax.ts";
import { H265Syntax } from "./h265-syntax.ts";
import { joinSamples, SampleMemory, type VideoSample } from "./sample-memory.ts";
import type { VideoConfiguration } from "./track-configuration.ts";
import type { VideoSyntax } from "./video-syntax.ts";

/** The largest legal pictures (H.264 and H.265 level 6.2, intra, 4K) stay below this. */
const MAX_ACCESS_UNIT_BYTES = 16 << 20;

/** A picture of the highest level has at most 600 slices (H.265 table A.8); SEI and the like come on top. */
const MAX_NAL_UNITS = 2048;

/** 00 00 01. */
const START_CODE_BYTES = 3;

/** What to step by where a picture has no time and the stream does not say its rate: 25 pictures a second. */
const FALLBACK_STEP = 3600;

type Times = { readonly pts: Ticks; readonly dts: Ticks };

/** The access unit being gathered. */
type OpenUnit = {
  readonly times: Times | undefined;
  readonly sei: SeiMessage[];
  nalUnits: number;
  damaged: boolean;
  hasPicture: boolean;
  /** Its bytes: once its picture is complete, or those of a first field. */
  sample?: VideoSample;
  /** Once its picture is complete. */
  configuration?: VideoConfiguration;
  randomAccess?: RandomAccess;
};

/**
 * Finds the access units in the byte stream of an H.264 or H.265 video.
 *
 * NAL units and access units may begin and end anywhere: delimiters are not needed, a picture may have many slices, a
 * PES packet may hold several pictures or a piece of one. A timestamp belongs to the first access unit that begins in
 * its PES packet (H.222.0 2.4.3.7). An access unit is complete when the next one begins.
 */
export class VideoAssembler implements StreamAssembler {
  readonly #pid: number;
  readonly #syntax: VideoSyntax;
  readonly #memory = new SampleMemory();
  #events: DemuxEvent[] = [];
  /** The last NAL unit of the PES packet before, with any zeros after it: it may go on in the next. */
  #tail: Uint8Array | undefined;
  /** The tail lies at the start of memory of its own that it may grow into. */
  #tailGrows = false;
  #open: OpenUnit | undefined;
  /** A complete first field: the second belongs to the same access unit of the output. */
  #firstField: OpenUnit | undefined;
  /** Timestamps of the current PES packet until an access unit takes them. */
  #times: Times | undefined;
  #last: (Times & { readonly step: number }) | undefined;

  constructor(pid: number, codec: "h264" | "h265") {
    this.#pid = pid;
    this.#syntax = codec === "h264" ? new H264Syntax() : new H265Syntax();
  }

  push(pes: PesPacket): readonly DemuxEvent[] {
    const split = splitByteStream(pes.payload);
    if (this.#tail !== undefined && !pes.gapBefore && split.head > 0) {
      this.#continueTail(pes);
    } else {
      this.#endTail();
      this.#takeTimes(pes);
      this.#splitNalUnits(pes.payload, split);
    }
    if (pes.truncated) this.#truncate();
    return this.#take();
  }

  flush(): readonly DemuxEvent[] {
    this.#endTail();
    this.#finish();
    this.#emitFirstField();
    return this.#take();
  }

  /** The NAL unit of the PES packet before goes on, or a start code lies across the seam. */
  #continueTail(pes: PesPacket): void {
    const before = this.#tail?.length ?? 0;
    const joined = this.#appendToTail(pes.payload);
    const from = Math.max(0, before - 2);
    const split = splitByteStream(joined, from);
    if (split.tail < 0) {
      this.#tail = joined;
      this.#limitTail();
      return;
    }
    this.#tail = joined.subarray(0, from + split.head);
    this.#endTail();
    this.#takeTimes(pes);
    this.#splitNalUnits(joined, split);
  }

  #takeTimes({ pts, dts }: PesPacket): void {
    this.#times = pts === undefined || dts === undefined ? undefined : { pts, dts };
  }

  #splitNalUnits(bytes: Uint8Array, split: NalSplit): void {
    if (split.tail < 0) return;
    const start = split.tail + START_CODE_BYTES;
    for (const nal of split.nalUnits) {
      if (nal.byteOffset - bytes.byteOffset < start) this.#nal(nal);
    }
    this.#tail = bytes.subarray(start);
    this.#tailGrows = false;
  }

  /** Memory doubles as a NAL unit goes on and on, so that many tiny PES packets cannot make it copied each time. */
  #appendToTail(payload: Uint8Array): Uint8Array {
    const tail = this.#tail ?? new Uint8Array(0);
    const length = tail.length + payload.length;
    let { buffer } = tail;
    if (!this.#tailGrows || length > buffer.byteLength) {
      const grown = new Uint8Array(length * 2);
      grown.set(tail);
      buffer = grown.buffer;
      this.#tailGrows = true;
    }
    const joined = new Uint8Array(buffer, 0, length);
    joined.set(payload, tail.length);
    return joined;
  }

  #limitTail(): void {
    if (this.#tail !== undefined && this.#tail.length > MAX_ACCESS_UNIT_BYTES) {
      this.#tail = undefined;
      this.#drop("access-unit-too-large");
    }
  }

  #endTail(): void {
    const tail = this.#tail;
    if (tail === undefined) return;
    this.#tail = undefined;
    let end = tail.length;
    while (end > 0 && tail[end - 1] === 0) end--;
    if (end > 0) this.#nal(tail.subarray(0, end));
  }

  /** The bytes end in the middle: a slice is kept as far as it came, anything else is useless. */
  #truncate(): void {
    const tail = this.#tail;
    this.#tail = undefined;
    if (tail !== undefined && tail.length > 0 && this.#syntax.role(tail) === "vcl") this.#nal(tail);
    if (this.#open !== undefined) this.#open.damaged = true;
  }

  #nal(nal: Uint8Array): void {
    try {
      this.#place(nal);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#events.push(problemEvent(error.code, { pid: this.#pid, detail: error.message }));
      if (error.code === "slice-malformed" && this.#open !== undefined) this.#open.damaged = true;
    }
  }

  #place(nal: Uint8Array): void {
    const role = this.#syntax.role(nal);
    if (role === "filler") return;
    const verdict = role === "vcl" ? this.#syntax.compare(nal) : undefined;
    if (verdict === "second-field") this.#reopenFirstField();
    const starts = verdict === undefined ? this.#syntax.startsAccessUnit(nal) : verdict === "new-picture";
    if (starts && this.#open?.hasPicture) this.#finish();
    // What came without a picture, its slices being lost or undecodable, must not lend its time to the next picture.
    else if (starts && role !== "vcl" && this.#times !== undefined) this.#forget();
    switch (role) {
      case "vcl":
        this.#syntax.enter();
        this.#add(nal).hasPicture = true;
        break;
      case "delimiter":
        this.#openUnit();
        break;
      case "parameter-set":
        this.#openUnit();
        this.#syntax.parameterSet(nal);
        break;
      case "sei":
      case "suffix-sei":
        // The NAL unit lies in memory of the PES packet, which is used again; messages are read when their segment is.
        this.#add(nal).sei.push(...parseSeiMessages(this.#syntax.seiRbsp(nal.slice())));
        break;
      default:
        if (starts || this.#open !== undefined) this.#add(nal);
    }
  }

  #openUnit(): OpenUnit {
    if (this.#open === undefined) {
      this.#open = { times: this.#times, sei: [], nalUnits: 0, damaged: false, hasPicture: false };
      this.#times = undefined;
    }
    return this.#open;
  }

  #add(nal: Uint8Array): OpenUnit {
    const unit = this.#openUnit();
    if (this.#memory.length + nal.length > MAX_ACCESS_UNIT_BYTES || unit.nalUnits >= MAX_NAL_UNITS) {
      this.#drop("access-unit-too-large");
      return this.#openUnit();
    }
    this.#memory.append(nal);
    unit.nalUnits++;
    return unit;
  }

  #drop(code: "access-unit-too-large" | "parameter-set-missing"): void {
    this.#forget();
    this.#events.push(problemEvent(code, { pid: this.#pid }));
  }

  #forget(): void {
    this.#open = undefined;
    this.#memory.drop();
  }

  #finish(): void {
    const unit = this.#open;
    if (unit === undefined || !unit.hasPicture) {
      this.#forget();
      return;
    }
    this.#emitFirstField();
    const configuration = this.#syntax.configuration();
    if (configuration === undefined) {
      this.#drop("parameter-set-missing");
      return;
    }
    this.#open = undefined;
    const sample = this.#memory.take();
    unit.sample = unit.sample === undefined ? sample : joinSamples(unit.sample, sample);
    unit.configuration ??= configuration;
    const randomAccess = this.#syntax.randomAccess(unit.sei);
    if (randomAccess !== undefined) unit.randomAccess ??= randomAccess;
    if (this.#syntax.awaitsSecondField()) this.#firstField = unit;
    else this.#emit(unit, unit.configuration, unit.sample);
  }

  #emitFirstField(): void {
    const unit = this.#firstField;
    this.#firstField = undefined;
    if (unit?.configuration !== undefined && unit.sample !== undefined) {
      this.#emit(unit, unit.configuration, unit.sample);
    }
  }

  #reopenFirstField(): void {
    const first = this.#firstField;
    const second = this.#open;
    if (first === undefined || second?.hasPicture) return;
    this.#firstField = undefined;
    if (second !== undefined) {
      first.nalUnits += second.nalUnits;
      first.sei.push(...second.sei);
      first.damaged ||= second.damaged;
    }
    this.#open = first;
  }

  #emit(unit: OpenUnit, configuration: VideoConfiguration, sample: VideoSample): void {
    const rate = configuration.declaredPictureRate;
    const step = rate === undefined ? FALLBACK_STEP : Math.round((TICKS_PER_SECOND * rate.den) / rate.num);
    const times = unit.times ?? this.#derivedTimes(step);
    if (times === undefined) return;
    if (unit.damaged) this.#events.push(problemEvent("access-unit-damaged", { pid: this.#pid }));
    const access: VideoAccessUnit = {
      kind: "video",
      pid: this.#pid,
      pts: times.pts,
      dts: times.dts,
      sample: sample.bytes,
      nalUnits: sample.nalUnits,
      configuration,
      sei: unit.sei,
      damaged: unit.damaged,
      ...(unit.randomAccess === undefined ? {} : { randomAccess: unit.randomAccess }),
    };
    this.#last = { pts: times.pts, dts: times.dts, step: this.#last === undefined ? 0 : times.dts - this.#last.dts };
    this.#events.push({ kind: "access-unit", unit: access });
  }

  /** A picture without a time of its own follows the one before it by one picture; the first of all cannot be placed. */
  #derivedTimes(declaredStep: number): Times | undefined {
    this.#events.push(problemEvent("timestamp-missing", { pid: this.#pid }));
    const last = this.#last;
    if (last === undefined) return undefined;
    const step = last.step > 0 ? last.step : declaredStep;
    return { pts: (last.pts + step) as Ticks, dts: (last.dts + step) as Ticks };
  }

  #take(): readonly DemuxEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
