import type { TrackConfiguration } from "../demux/track-configuration.ts";
import { type Problem, type ProblemEvent, problemEvent } from "../problem/problem.ts";
import { Decodability, type PictureState } from "../quality/decodability.ts";
import type { QualityOptions } from "../quality/quality-options.ts";
import { SegmentQuality } from "../quality/segment-quality.ts";
import { type PartPlan, partLengths } from "../segment/part-plan.ts";
import type { Following, SegmentEvent } from "../segment/segment-event.ts";
import type { InitSegment, Part, Segment } from "../store/segment.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimecodeSource } from "../timeline/timecode-options.ts";
import type { TimedTrack, TimedUnit } from "../timeline/timed-unit.ts";
import { DamageGuard, type DamageHandling } from "./damage-guard.ts";
import type { FragmentSegment, SegmentBytes } from "./fragment.ts";
import { type MadePart, PartBuilder } from "./part-builder.ts";
import { SegmentBuilder } from "./segment-builder.ts";
import { buildTrackInit } from "./track-init.ts";

/** What packaging a track yields. */
export type PackageEvent =
  /** In low latency, of a segment that comes when it is whole; `expectedEnd`: where that should end. */
  | { readonly kind: "part"; readonly part: Part; readonly expectedEnd: MediaTime }
  | { readonly kind: "segment"; readonly segment: Segment }
  | ProblemEvent;

const NOTHING: readonly PackageEvent[] = [];

type OpenSegment = {
  readonly number: number;
  readonly start: MediaTime;
  readonly independent: boolean;
  readonly timecode: TimecodeSource;
  /** Where it should end, and when the next may begin at the earliest. */
  readonly expectedEnd: MediaTime;
  readonly nextFrom: MediaTime;
  readonly builder: SegmentBuilder | PartBuilder;
  /** Those made of it so far; empty but for low latency. */
  readonly parts: MadePart[];
  readonly quality: SegmentQuality;
  /** Known with its first unit. */
  init: InitSegment | undefined;
  /** Decoding times of its first unit and its newest. */
  firstDecode: number;
  lastDecode: number;
};

/** Turns the cut units of one track into published segments with their quality records. */
export class TrackPackager {
  #track: TimedTrack;
  readonly #options: QualityOptions;
  readonly #decodability = new Decodability();
  /** Absent: pictures are published as they came. */
  #guard: DamageGuard | undefined;
  #init: InitSegment | undefined;
  /** What the init segment was last found to fit. */
  #configuration: TrackConfiguration | undefined;
  #open: OpenSegment | undefined;
  #parts: PartPlan | undefined;

  constructor(track: TimedTrack, options: QualityOptions, damaged: DamageHandling = "hide") {
    this.#track = track;
    this.#options = options;
    this.#guard = damaged === "hide" ? new DamageGuard(track.timescale) : undefined;
  }

  push(event: SegmentEvent): readonly PackageEvent[] {
    switch (event.kind) {
      case "problem":
        return [event];
      case "segment-start":
        this.#open = {
          number: event.number,
          start: event.start,
          independent: event.independent,
          timecode: event.timecode,
          expectedEnd: event.expectedEnd,
          nextFrom: event.nextFrom,
          builder: this.#builderOf(event, event.expectedEnd),
          parts: [],
          quality: new SegmentQuality(this.#options),
          init: undefined,
          firstDecode: 0,
          lastDecode: 0,
        };
        return [];
      case "unit":
        return this.#add(event.unit);
      case "segment-end":
        return this.#finish(event.end, event.followedBy);
    }
  }

  /** From the next segment on they are published in parts. */
  divide(plan: PartPlan): void {
    this.#parts = plan;
  }

  /** The track goes on with another clock. */
  retune(track: TimedTrack): void {
    this.#track = track;
    this.#configuration = undefined;
    this.#guard &&= new DamageGuard(track.timescale);
  }

  #add(unit: TimedUnit): readonly PackageEvent[] {
    const state = unit.kind === "picture" ? this.#decodability.judge(unit, this.#track.unitDuration) : "whole";
    const open = this.#open;
    if (open === undefined) return NOTHING;
    open.lastDecode = unit.kind === "picture" ? unit.decodeTime : unit.time;
    if (open.init === undefined) open.firstDecode = open.lastDecode;
    if (open.builder instanceof PartBuilder && !open.builder.accepts(unit)) {
      this.#decodability.miss();
      return [problemEvent("picture-unplaced", { pid: unit.unit.pid, detail: this.#track.id })];
    }
    open.init ??= this.#initFor(unit.unit.configuration);
    const problems = open.quality.add(unit, state);
    const made = this.#build(open, unit, state);
    if (problems.length === 0 && made.length === 0) return NOTHING;
    return [
      ...this.#partEvents(open, open.init, made),
      ...problems.map((problem) => eventOf({ pid: unit.unit.pid, ...problem })),
    ];
  }

  #build({ builder }: OpenSegment, unit: TimedUnit, state: PictureState): readonly MadePart[] {
    if (unit.kind === "frame" || this.#guard === undefined) return builder.push(unit);
    const guarded = this.#guard.take(unit, state, this.#decodability.isBroken);
    return guarded.kind === "picture" ? builder.push(unit) : builder.leaveOut(unit, guarded.standIn);
  }

  #builderOf(segment: FragmentSegment, expectedEnd: MediaTime): SegmentBuilder | PartBuilder {
    if (this.#parts === undefined) return new SegmentBuilder(segment);
    const { timescale, kind, regular, unitDuration } = this.#track;
    const lengths = partLengths(this.#parts, this.#track);
    const isRegular = kind === "audio" || regular;
    return new PartBuilder(segment, {
      timescale,
      kind,
      ...lengths,
      unit: unitDuration,
      regular: isRegular,
      expectedEnd,
    });
  }

  #partEvents(open: OpenSegment, init: InitSegment, made: readonly MadePart[]): readonly PackageEvent[] {
    open.parts.push(...made);
    const { number, expectedEnd } = open;
    return made.map((part) => ({ kind: "part", part: { number, init, ...part }, expectedEnd }));
  }

  #finish(end: MediaTime, followedBy: Following): readonly PackageEvent[] {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.init === undefined || end <= open.start) return NOTHING;
    const { number, start, independent, timecode, nextFrom, init, builder } = open;
    const isFollowed = followedBy === "segment";
    const isLast = followedBy === "nothing";
    const { kind, regular, unitDuration } = this.#track;
    // Where nothing follows, pictures that were to be presented before the last may still have been to come.
    const span = isFollowed ? end - start : Math.min(end - start, open.lastDecode - open.firstDecode + unitDuration);
    const { record, problems } = open.quality.finish({
      kind,
      independent,
      ...(regular && { expected: Math.round(span / unitDuration) }),
    });
    const shape = { number, start, init, timecode, quality: record };
    if (builder instanceof SegmentBuilder) {
      const bytes = builder.finish(end, init.timescale, isLast);
      if (bytes === undefined) return problems.map(eventOf);
      return [{ kind: "segment", segment: { ...shape, duration: end - start, ...bytes } }, ...problems.map(eventOf)];
    }
    // Where pictures are missing, decoding may have come further than presentation, and parts are published.
    const reached = isFollowed ? end : (Math.max(end, builder.reached) as MediaTime);
    const last = this.#partEvents(open, init, builder.finish(reached, isLast));
    // Players lay one duration after the other, and compare tracks by the sums: what is lost up to where the next may begin is the segment's.
    const until = followedBy === "hole" ? (Math.max(reached, nextFrom) as MediaTime) : reached;
    const bytes = joined(open.parts);
    if (bytes.size === 0) return [...last, ...problems.map(eventOf)];
    const segment = { ...shape, duration: until - start, ...bytes };
    return [...last, { kind: "segment", segment }, ...problems.map(eventOf)];
  }

  #initFor(configuration: TrackConfiguration): InitSegment {
    if (this.#init !== undefined && this.#configuration === configuration) return this.#init;
    this.#configuration = configuration;
    const { timescale, language } = this.#track;
    const init = buildTrackInit(configuration, timescale, language);
    // The same parameter sets again, after an encoder's restart, are no change.
    if (this.#init === undefined || init.id !== this.#init.id) this.#init = init;
    return this.#init;
  }
}

function joined(parts: readonly MadePart[]): SegmentBytes {
  return { body: parts.flatMap(({ body }) => body), size: parts.reduce((sum, { size }) => sum + size, 0) };
}

function eventOf({ code, ...fields }: Problem): ProblemEvent {
  return problemEvent(code, fields);
}
