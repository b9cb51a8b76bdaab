import type { NalUnitRole } from "../annexb/nal-unit-role.ts";
import { firstNalUnit } from "../annexb/nal-units.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { problemEvent } from "../problem/problem.ts";
import { parseSeiMessages } from "../sei/message.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { DemuxEvent, PesPacket, StreamAssembler, VideoAccessUnit } from "./access-unit.ts";
import { BlockPool } from "./block-pool.ts";
import { H264Syntax } from "./h264-syntax.ts";
import { H265Syntax } from "./h265-syntax.ts";
import { NalStream } from "./nal-stream.ts";
import type { OpenUnit, Times } from "./open-unit.ts";
import { joinSamples, SampleMemory } from "./sample-memory.ts";
import type { VideoConfiguration } from "./track-configuration.ts";
import type { VideoSyntax } from "./video-syntax.ts";

/** The largest legal pictures (H.264 and H.265 level 6.2, intra, 4K) stay below this. */
const MAX_ACCESS_UNIT_BYTES = 16 << 20;

/** A picture of the highest level has at most 600 slices (H.265 table A.8); SEI and the like come on top. */
const MAX_NAL_UNITS = 2048;

/** What to step by where a picture has no time and the stream does not say its rate: 25 pictures a second. */
const FALLBACK_STEP = 3600;

const NOTHING: readonly DemuxEvent[] = [];

/**
 * Finds the access units in the byte stream of an H.264 or H.265 video.
 *
 * NAL units and access units may begin and end anywhere: delimiters are not needed, a picture may have many slices, a
 * PES packet may hold several pictures or a piece of one. A timestamp belongs to the first access unit that begins in
 * its PES packet (H.222.0 2.4.3.7). An access unit is complete when the next one begins; where a PES packet begins with a delimiter
 * that is with its first bytes.
 */
export class VideoAssembler implements StreamAssembler {
  readonly #pid: number;
  readonly #syntax: VideoSyntax;
  readonly #memory: SampleMemory;
  readonly #nalUnits = new NalStream(MAX_ACCESS_UNIT_BYTES, {
    nal: (nal) => this.#nal(nal),
    begins: (torn) => this.#beginPes(torn),
    tooLong: () => this.#swallow(this.#openUnit()),
  });
  #events: DemuxEvent[] = [];
  #open: OpenUnit | undefined;
  /** A complete first field: the second belongs to the same access unit of the output. */
  #firstField: OpenUnit | undefined;
  /** Timestamps of the PES packet pushed last. */
  #pesTimes: Times | undefined;
  /** Bytes were lost before it. */
  #gapBefore = false;
  /** The same, until the first access unit that begins in it takes them. */
  #times: Times | undefined;
  #last: (Times & { readonly step: number }) | undefined;

  /** @param pool - Where the memory of samples comes from. */
  constructor(pid: number, codec: "h264" | "h265", pool: BlockPool = new BlockPool()) {
    this.#pid = pid;
    this.#memory = new SampleMemory(pool);
    this.#syntax = codec === "h264" ? new H264Syntax() : new H265Syntax();
  }

  push(pes: PesPacket): readonly DemuxEvent[] {
    this.#pesTimes = pes.pts === undefined || pes.dts === undefined ? undefined : { pts: pes.pts, dts: pes.dts };
    this.#gapBefore = pes.gapBefore;
    this.#nalUnits.push(pes.payload, !pes.gapBefore);
    if (pes.truncated) this.#truncate();
    return this.#take();
  }

  /** A delimiter at the start of a PES packet ends the picture before, a whole picture sooner than its second NAL unit would. */
  begins(payload: Uint8Array): readonly DemuxEvent[] {
    const nal = firstNalUnit(payload);
    if (nal === undefined || this.#syntax.role(nal) !== "delimiter") return NOTHING;
    this.#nalUnits.end();
    if (this.#open?.hasPicture) this.#finish();
    return this.#take();
  }

  flush(): readonly DemuxEvent[] {
    this.#nalUnits.end();
    this.#finish();
    this.#emitFirstField();
    return this.#take();
  }

  #beginPes(torn: boolean): void {
    this.#times = this.#pesTimes;
    if (!this.#gapBefore || !this.#open?.hasPicture) return;
    this.#open.beforeGap = true;
    this.#open.damaged ||= torn;
  }

  /** The bytes end in the middle: a slice is kept as far as it came, anything else is useless. */
  #truncate(): void {
    const cut = this.#nalUnits.cut();
    if (cut !== undefined && cut.length > 0 && this.#syntax.role(cut) === "vcl") this.#nal(cut);
    if (this.#open !== undefined) this.#open.damaged = true;
  }

  #nal(nal: Uint8Array): void {
    try {
      this.#place(nal);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      if (error.code === "slice-malformed") this.#openUnit().damaged = true;
      if (error.code === "parameter-set-missing" && !this.#missParameterSets()) return;
      this.#events.push(problemEvent(error.code, { pid: this.#pid, detail: error.message }));
    }
  }

  /**
   * A slice refers to parameter sets that are not there: its picture keeps the time it came with from those after it.
   *
   * @returns false where that is known of the picture already.
   */
  #missParameterSets(): boolean {
    const isNew = this.#times !== undefined;
    if (this.#open?.hasPicture && !isNew) {
      this.#open.damaged = true;
      return true;
    }
    if (this.#open?.undecodable && !isNew) return false;
    if (this.#open?.hasPicture) this.#finish();
    if (this.#open?.undecodable) this.#forget();
    this.#openUnit().undecodable = true;
    return true;
  }

  #place(nal: Uint8Array): void {
    const role = this.#syntax.role(nal);
    if (role === "filler") return;
    const verdict = role === "vcl" ? this.#syntax.compare(nal) : undefined;
    if (verdict === "second-field") this.#reopenFirstField();
    const starts = verdict === undefined ? this.#syntax.startsAccessUnit(nal) : verdict === "new-picture";
    if (starts && this.#open?.hasPicture) this.#finish();
    else if (starts && this.#isHopeless(role)) this.#forget();
    switch (role) {
      case "vcl":
        this.#syntax.enter();
        this.#addSlice(nal, verdict === "same-picture");
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
        this.#addSei(nal);
        break;
      default:
        if (starts || this.#open !== undefined) this.#add(nal);
    }
  }

  /** What came without a picture, its slices being lost or undecodable, must not lend its time to the next picture. */
  #isHopeless(role: NalUnitRole): boolean {
    if (this.#open?.undecodable) return true;
    return this.#times !== undefined && (role === "delimiter" || this.#open?.damaged === true);
  }

  #openUnit(): OpenUnit {
    if (this.#open === undefined) {
      this.#open = { times: this.#times, sei: [], nalUnits: 0, damaged: false, disposable: true, hasPicture: false };
      this.#times = undefined;
    }
    return this.#open;
  }

  #addSlice(nal: Uint8Array, continues: boolean): void {
    const unit = this.#add(nal);
    unit.hasPicture = true;
    if (continues && unit.beforeGap) unit.damaged = true;
  }

  #addSei(nal: Uint8Array): void {
    const unit = this.#add(nal);
    // The NAL unit lies in memory of the PES packet, which is used again; messages are read when their segment is.
    if (!unit.tooLarge) unit.sei.push(...parseSeiMessages(this.#syntax.seiRbsp(nal.slice())));
  }

  #add(nal: Uint8Array): OpenUnit {
    const unit = this.#openUnit();
    if (unit.tooLarge) return unit;
    if (this.#memory.length + nal.length > MAX_ACCESS_UNIT_BYTES || unit.nalUnits >= MAX_NAL_UNITS) {
      this.#swallow(unit);
      return unit;
    }
    this.#memory.append(nal);
    unit.nalUnits++;
    return unit;
  }

  /** Nothing of the unit is kept; it stays open, so that what is still to come of it does not make another. */
  #swallow(unit: OpenUnit): void {
    unit.tooLarge = true;
    unit.damaged = true;
    this.#memory.drop();
    this.#events.push(problemEvent("access-unit-too-large", { pid: this.#pid }));
  }

  #forget(): void {
    this.#open = undefined;
    this.#memory.drop();
  }

  #finish(): void {
    const unit = this.#open;
    if (unit === undefined || !unit.hasPicture || unit.tooLarge) {
      this.#forget();
      return;
    }
    this.#emitFirstField();
    const configuration = this.#syntax.configuration();
    if (configuration === undefined) {
      this.#forget();
      this.#events.push(problemEvent("parameter-set-missing", { pid: this.#pid }));
      return;
    }
    this.#open = undefined;
    const sample = this.#memory.take();
    unit.sample = unit.sample === undefined ? sample : joinSamples(unit.sample, sample);
    unit.configuration ??= configuration;
    unit.disposable &&= this.#syntax.isDisposable();
    const randomAccess = this.#syntax.randomAccess(unit.sei);
    if (randomAccess !== undefined) unit.randomAccess ??= randomAccess;
    if (this.#syntax.awaitsSecondField()) this.#firstField = unit;
    else this.#emit(unit, unit.configuration, unit.sample);
  }

  #emitFirstField(): void {
    const unit = this.#firstField;
    this.#firstField = undefined;
    if (unit?.configuration && unit.sample) this.#emit(unit, unit.configuration, unit.sample);
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
      if (second.tooLarge) first.tooLarge = true;
    }
    this.#open = first;
  }

  #emit(unit: OpenUnit, configuration: VideoConfiguration, sample: Uint8Array): void {
    const rate = configuration.declaredPictureRate;
    const step = rate === undefined ? FALLBACK_STEP : Math.round((TICKS_PER_SECOND * rate.den) / rate.num);
    const times = unit.times ?? this.#derivedTimes(step);
    if (times === undefined) return;
    if (unit.damaged) this.#events.push(problemEvent("access-unit-damaged", { pid: this.#pid }));
    const access: VideoAccessUnit = {
      kind: "video",
      pid: this.#pid,
      ...times,
      sample,
      configuration,
      sei: unit.sei,
      damaged: unit.damaged,
      disposable: unit.disposable,
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
