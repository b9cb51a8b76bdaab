import type { TrackConfiguration } from "../demux/track-configuration.ts";
import { type ProblemEvent, problemEvent } from "../problem/problem.ts";
import { readPictureScores } from "../quality/picture-scores.ts";
import { SegmentPooling } from "../quality/segment-pooling.ts";
import type { SegmentEvent } from "../segment/segment-event.ts";
import type { MqaUuid } from "../sei/mqa-uuid.ts";
import type { InitSegment, Segment } from "../store/segment.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimecodeSource } from "../timeline/timecode-options.ts";
import type { TimedTrack, TimedUnit } from "../timeline/timed-unit.ts";
import { SegmentBuilder } from "./segment-builder.ts";
import { buildTrackInit } from "./track-init.ts";

/** What packaging a track yields. */
export type PackageEvent = { readonly kind: "segment"; readonly segment: Segment } | ProblemEvent;

const NOTHING: readonly PackageEvent[] = [];

type OpenSegment = {
  readonly number: number;
  readonly start: MediaTime;
  readonly independent: boolean;
  readonly timecode: TimecodeSource;
  readonly builder: SegmentBuilder;
  readonly pooling: SegmentPooling;
  /** Known with its first unit. */
  init: InitSegment | undefined;
};

/** Turns the cut units of one track into published segments with their quality records. */
export class TrackPackager {
  #track: TimedTrack;
  readonly #uuids: readonly MqaUuid[];
  #init: InitSegment | undefined;
  /** What the init segment was last found to fit. */
  #configuration: TrackConfiguration | undefined;
  #open: OpenSegment | undefined;

  constructor(track: TimedTrack, uuids: readonly MqaUuid[]) {
    this.#track = track;
    this.#uuids = uuids;
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
          builder: new SegmentBuilder(event.number, event.start, event.timecode),
          pooling: new SegmentPooling(),
          init: undefined,
        };
        return [];
      case "unit":
        return this.#add(event.unit);
      case "segment-end":
        return this.#finish(event.end);
    }
  }

  /** The track goes on with another clock. */
  retune(track: TimedTrack): void {
    this.#track = track;
    this.#configuration = undefined;
  }

  #add(unit: TimedUnit): readonly PackageEvent[] {
    const open = this.#open;
    if (open === undefined) return [];
    open.init ??= this.#initFor(unit.unit.configuration);
    open.builder.push(unit);
    if (unit.kind === "frame") {
      open.pooling.add(undefined, false);
      return NOTHING;
    }
    const { scores, problems } = readPictureScores(unit.unit.sei, this.#uuids);
    open.pooling.add(scores, unit.unit.damaged);
    if (problems.length === 0) return NOTHING;
    return problems.map(({ code, ...fields }) => problemEvent(code, { pid: unit.unit.pid, ...fields }));
  }

  #finish(end: MediaTime): readonly PackageEvent[] {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.init === undefined || end <= open.start) return NOTHING;
    const segment: Segment = {
      number: open.number,
      start: open.start,
      duration: end - open.start,
      init: open.init,
      timecode: open.timecode,
      ...open.builder.finish(end, open.init.timescale),
      quality: open.pooling.record(open.independent),
    };
    return [{ kind: "segment", segment }];
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
