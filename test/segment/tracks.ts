import type { RandomAccess } from "../../src/demux/access-unit.ts";
import type { AudioConfiguration, VideoConfiguration } from "../../src/demux/track-configuration.ts";
import type { SegmenterEvent } from "../../src/segment/segment-event.ts";
import { Segmenter, type SegmenterOptions } from "../../src/segment/segmenter.ts";
import type { Rational } from "../../src/time/rational.ts";
import type { MediaTime } from "../../src/time/units.ts";
import { PictureClock } from "../../src/timeline/picture-clock.ts";
import type { TimedTrack, TimedUnit, TimelineEvent } from "../../src/timeline/timed-unit.ts";
import { AUDIO, frame, ms, picture, VIDEO } from "../timeline/units.ts";

export const P25: Rational = { num: 25, den: 1 };
export const P24: Rational = { num: 24_000, den: 1001 };
export const P50: Rational = { num: 50, den: 1 };
export const P30: Rational = { num: 30_000, den: 1001 };
export const P59: Rational = { num: 60_000, den: 1001 };
/** The grid of a channel of sound. */
export const MILLIS: Rational = { num: 1000, den: 1 };

/** Units of one track in decoding order; the track comes first. */
export type Sequence = { readonly track: TimedTrack; readonly units: readonly TimedUnit[] };

type VideoOptions = {
  readonly rate?: Rational;
  /** Pictures from one cut point to the next; the first lies at `from`. */
  readonly gop?: number;
  readonly access?: RandomAccess;
  /** Indices without a picture. */
  readonly lost?: (index: number) => boolean;
  /** Indices whose picture is no cut point though the GOP says so. */
  readonly plain?: (index: number) => boolean;
  /** Pictures of a GOP in decoding order, relative to its cut point; else in order of presentation. */
  readonly order?: readonly number[];
  readonly configuration?: (index: number) => VideoConfiguration;
};

/** Pictures `from` up to `to` of a rendition; indices count since the epoch. */
export function video(id: string, from: number, to: number, options: VideoOptions = {}): Sequence {
  const { rate = P25, gop = 50, access = "idr", lost, plain, order, configuration = () => VIDEO } = options;
  const clock = new PictureClock(rate, true);
  const track: TimedTrack = {
    id,
    kind: "video",
    timescale: clock.timescale,
    rate,
    regular: true,
    unitDuration: clock.duration,
  };
  const indices: number[] = [];
  for (let cut = from; cut < to; cut += gop) {
    for (let n = 0; n < gop; n++) indices.push(cut + (order?.[n] ?? n));
  }
  const units = indices.flatMap((index, n): TimedUnit[] => {
    if (index >= to || lost?.(index)) return [];
    const isCut = (index - from) % gop === 0 && !plain?.(index);
    const unit = picture(index, { configuration: configuration(index), ...(isCut ? { randomAccess: access } : {}) });
    const time = (index * clock.duration) as MediaTime;
    const decodeTime = ((from + n) * clock.duration) as MediaTime;
    return [{ kind: "picture", trackId: id, index, time, decodeTime, timecode: "none", unit }];
  });
  return { track, units };
}

type AudioOptions = {
  readonly sampleRate?: number;
  readonly samples?: number;
  readonly lost?: (time: number) => boolean;
  readonly configuration?: AudioConfiguration;
};

/** Frames from `from` up to `to` seconds. */
export function audio(id: string, from: number, to: number, options: AudioOptions = {}): Sequence {
  const { sampleRate = 48_000, samples = 1024, lost, configuration = AUDIO } = options;
  const track: TimedTrack = { id, kind: "audio", timescale: sampleRate, regular: true, unitDuration: samples };
  const units: TimedUnit[] = [];
  for (let time = Math.round(from * sampleRate); time < to * sampleRate; time += samples) {
    if (!lost?.(time / sampleRate))
      units.push({
        kind: "frame",
        trackId: id,
        time: time as MediaTime,
        timecode: "none",
        unit: frame(time, { configuration }),
      });
  }
  return { track, units };
}

/** When a unit is sent, in seconds: by decoding time, `delays` seconds later for a track. */
function sentAt({ track }: Sequence, unit: TimedUnit, delay: number): number {
  return (unit.kind === "picture" ? unit.decodeTime : unit.time) / track.timescale + delay;
}

/** The tracks' events as an input sends them: all tracks first, then units by decoding time. */
export function interleave(
  sequences: readonly Sequence[],
  delays: Readonly<Record<string, number>> = {},
): readonly TimelineEvent[] {
  const units = sequences.flatMap((sequence) => {
    let latest = Number.NEGATIVE_INFINITY;
    return sequence.units.map((unit) => {
      latest = Math.max(latest, sentAt(sequence, unit, delays[sequence.track.id] ?? 0));
      return { unit, at: latest };
    });
  });
  units.sort((a, b) => a.at - b.at);
  return [
    ...sequences.map(({ track }): TimelineEvent => ({ kind: "track", track })),
    ...units.map(({ unit }): TimelineEvent => ({ kind: "unit", unit })),
  ];
}

/** A segmenter for whole recordings, unless told otherwise. */
export function newSegmenter(segmentMs = 2000, options: Partial<SegmenterOptions> = {}): Segmenter {
  return new Segmenter({ segmentDuration: ms(segmentMs), joinsLive: false, numberOffset: 0, inputs: 0, ...options });
}

/** Runs everything through a segmenter, to the end. */
export function cut(
  events: readonly TimelineEvent[],
  segmentMs = 2000,
  options: Partial<SegmenterOptions> = {},
): readonly SegmenterEvent[] {
  const segmenter = newSegmenter(segmentMs, options);
  return [...events.flatMap((event) => segmenter.push(event)), ...segmenter.flush()];
}

/** What was said as lines; units that follow each other are one line: pictures by index, frames by time. */
export function lines(events: readonly SegmenterEvent[]): readonly string[] {
  const said: string[] = [];
  let run: { readonly id: string; readonly from: number; to: number } | undefined;
  const end = () => {
    if (run !== undefined) said.push(`${run.id}   ${run.from}..${run.to}`);
    run = undefined;
  };
  for (const event of events) {
    if (event.kind === "unit") {
      const { unit } = event;
      const at = unit.kind === "picture" ? unit.index : unit.time;
      if (run?.id !== unit.trackId) {
        end();
        run = { id: unit.trackId, from: at, to: at };
      }
      run!.to = at;
      continue;
    }
    end();
    said.push(line(event));
  }
  end();
  return said;
}

function line(event: Exclude<SegmenterEvent, { kind: "unit" }>): string {
  switch (event.kind) {
    case "grid": {
      const { rate, pictures, targetDuration } = event.grid;
      return `grid ${rate.num}/${rate.den} x ${pictures}, target ${targetDuration}`;
    }
    case "segment-start":
      return `${event.trackId} ( ${event.number} at ${event.start}${event.independent ? "" : " dependent"}`;
    case "segment-end":
      return `${event.trackId} ) ${event.end}`;
    case "problem":
      return `! ${event.problem.code}${event.problem.detail === undefined ? "" : ` ${event.problem.detail}`}`;
  }
}

/** The lines of one track. */
export function linesOf(events: readonly SegmenterEvent[], id: string): readonly string[] {
  return lines(
    events.filter((event) =>
      event.kind === "unit" ? event.unit.trackId === id : "trackId" in event && event.trackId === id,
    ),
  );
}

/** A segment as it was cut. */
export type CutSegment = {
  readonly track: string;
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly independent: boolean;
  readonly units: readonly TimedUnit[];
};

/**
 * Gathers segments from events.
 *
 * @throws Error - where events contradict each other: a unit outside a segment, a segment in another, one left open.
 */
export function segments(events: readonly SegmenterEvent[]): readonly CutSegment[] {
  const done: CutSegment[] = [];
  const open = new Map<string, Omit<CutSegment, "end" | "units"> & { units: TimedUnit[] }>();
  for (const event of events) {
    if (event.kind === "segment-start") {
      if (open.has(event.trackId)) throw new Error(`${event.trackId}: ${event.number} starts inside another`);
      const { trackId: track, number, start, independent } = event;
      open.set(track, { track, number, start, independent, units: [] });
    } else if (event.kind === "unit") {
      const segment = open.get(event.unit.trackId);
      if (segment === undefined) throw new Error(`${event.unit.trackId}: a unit outside every segment`);
      segment.units.push(event.unit);
    } else if (event.kind === "segment-end") {
      const segment = open.get(event.trackId);
      if (segment === undefined) throw new Error(`${event.trackId}: an end without a start`);
      open.delete(event.trackId);
      done.push({ ...segment, end: event.end });
    }
  }
  if (open.size > 0) throw new Error(`${[...open.keys()]}: left open`);
  return done;
}

/** Segments of one track as `number: start..end` with the count of units. */
export function table(events: readonly SegmenterEvent[], id: string): readonly string[] {
  return segments(events)
    .filter(({ track }) => track === id)
    .map(
      ({ number, start, end, units, independent }) =>
        `${number}: ${start}..${end} (${units.length})${independent ? "" : " dependent"}`,
    );
}

export function problemsOf(events: readonly SegmenterEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === "problem" ? [event.problem.code] : []));
}
