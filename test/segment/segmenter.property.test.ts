import fc from "fast-check";
import { expect, test } from "vitest";
import type { SegmenterEvent } from "../../src/segment/segment-event.ts";
import type { MediaTime } from "../../src/time/units.ts";
import type { TimedUnit, TimelineEvent } from "../../src/timeline/timed-unit.ts";
import { picture, VIDEO } from "../timeline/units.ts";
import {
  audio,
  type CutSegment,
  cut,
  interleave,
  newSegmenter,
  P25,
  P30,
  P50,
  type Sequence,
  segments,
  video,
} from "./tracks.ts";

const IDS = ["v1", "v2", "v3", "a1", "a2"] as const;

/** A closed GOP of any length with up to two B pictures between the others. */
function reordered(gop: number, between: number): readonly number[] {
  const order = [0];
  for (let n = 1; n < gop; n += between + 1) {
    const reference = Math.min(n + between, gop - 1);
    order.push(reference);
    for (let b = n; b < reference; b++) order.push(b);
  }
  return order;
}

type Damage = {
  readonly lost: readonly (readonly [from: number, length: number])[];
  readonly plain: readonly number[];
};

/** 12 s of one to three renditions and up to two sounds. */
type Scene = {
  readonly rate: typeof P25;
  readonly gop: number;
  readonly from: number;
  readonly between: number;
  readonly damage: readonly Damage[];
  readonly sounds: readonly (readonly [sampleRate: number, samples: number])[];
  /** In milliseconds; the shortest are shorter than the holes. */
  readonly segment: number;
  /** After so many pictures all encoders start again with an I-frame, with the same parameters or others. */
  readonly restart: { readonly after: number; readonly isOther: boolean } | undefined;
};

const sounds = fc.constantFrom<[number, number]>([48_000, 1024], [44_100, 1024], [48_000, 1536], [16_000, 1024]);

const restarts = fc.record({ after: fc.integer({ min: 60, max: 200 }), isOther: fc.boolean() });

function scenes(damage: fc.Arbitrary<Damage>, restart: fc.Arbitrary<Scene["restart"]>): fc.Arbitrary<Scene> {
  return fc.record({
    restart,
    rate: fc.constantFrom(P25, P30, P50),
    gop: fc.integer({ min: 10, max: 120 }),
    from: fc.integer({ min: 0, max: 1000 }),
    between: fc.integer({ min: 0, max: 2 }),
    damage: fc.array(damage, { minLength: 1, maxLength: 3 }),
    sounds: fc.array(sounds, { maxLength: 2 }),
    segment: fc.constantFrom(480, 1000, 2000),
  });
}

const whole = fc.constant<Damage>({ lost: [], plain: [] });
const damaged: fc.Arbitrary<Damage> = fc.record({
  lost: fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 15 })), { maxLength: 2 }),
  plain: fc.array(fc.nat(12), { maxLength: 3 }),
});

const OTHER = { ...VIDEO, width: 640 };

function sequencesOf({ rate, gop, from, between, damage, sounds, restart }: Scene): readonly Sequence[] {
  const to = from + Math.ceil((12 * rate.num) / rate.den);
  const order = reordered(gop, between);
  const restartAt = restart === undefined ? to : from + restart.after;
  const rendition = (id: string, { lost, plain }: Damage): Sequence => {
    const options = (start: number, isOther: boolean) => ({
      rate,
      gop,
      order,
      configuration: () => (isOther ? OTHER : VIDEO),
      lost: (index: number) => lost.some(([at, length]) => index >= from + at && index < from + at + length),
      plain: (index: number) => index > start && plain.includes((index - start) / gop),
    });
    const before = video(id, from, restartAt, options(from, false));
    const after = video(id, restartAt, to, options(restartAt, restart?.isOther ?? false));
    return { track: before.track, units: [...before.units, ...after.units] };
  };
  return [
    ...damage.map((own, n) => rendition(`v${n + 1}`, own)),
    ...sounds.map(([sampleRate, samples], n) => {
      const start = (from * rate.den) / rate.num;
      return audio(`a${n + 1}`, start + 0.013 * n, start + 12, { sampleRate, samples });
    }),
  ];
}

/** With the holes of two losses on top, no more than the others wait for. */
const delays = fc.record(Object.fromEntries(IDS.map((id) => [id, fc.double({ min: 0, max: 1.5, noNaN: true })])));

/** What was cut, track by track: what a listener to one track can tell. */
function byTrack(events: readonly SegmenterEvent[]): Readonly<Record<string, readonly CutSegment[]>> {
  const tracks: Record<string, CutSegment[]> = {};
  for (const segment of segments(events)) {
    tracks[segment.track] ??= [];
    tracks[segment.track]!.push(segment);
  }
  return tracks;
}

/** The same in short lines, sorted by track and number. */
function outlines(events: readonly SegmenterEvent[]): readonly string[] {
  const at = (unit: TimedUnit) => (unit.kind === "picture" ? unit.index : unit.time);
  return Object.values(byTrack(events))
    .flat()
    .map(({ track, number, start, end, independent, units }) =>
      [track, number, start, end, independent, units.map(at)].join(" "),
    )
    .sort();
}

const outline = (all: readonly CutSegment[]) => all.map(({ number, start, end }) => ({ number, start, end }));
const targetOf = (events: readonly SegmenterEvent[]) =>
  events.flatMap((event) => (event.kind === "grid" ? [event.grid.targetDuration] : []))[0]!;

test("whatever the damage, tracks are cut the same however their units are interleaved", () => {
  fc.assert(
    fc.property(scenes(damaged, fc.option(restarts, { nil: undefined })), delays, (scene, delays) => {
      const sequences = sequencesOf(scene);
      expect(outlines(cut(interleave(sequences, delays), scene.segment))).toEqual(
        outlines(cut(interleave(sequences), scene.segment)),
      );
    }),
    { numRuns: 150 },
  );
});

test("renditions with aligned GOPs are cut alike, and every unit after the start is in one segment", () => {
  fc.assert(
    fc.property(scenes(whole, fc.constant(undefined)), delays, (scene, delays) => {
      const sequences = sequencesOf(scene);
      const events = cut(interleave(sequences, delays), scene.segment);
      const tracks = byTrack(events);
      for (const { track, units } of sequences) {
        const own = tracks[track.id]!;
        if (track.kind === "video") expect(outline(own)).toEqual(outline(tracks["v1"]!));
        expect(own.flatMap((segment) => segment.units)).toEqual(
          units.slice(-own.reduce((sum, { units }) => sum + units.length, 0)),
        );
        if (track.kind === "video") expect(own.flatMap((segment) => segment.units)).toHaveLength(units.length);
        for (const [n, segment] of own.entries()) {
          expect(segment.independent).toBe(true);
          expect(segment.start).toBe(Math.min(...segment.units.map(({ time }) => time)));
          if (n > 0) expect([segment.number, segment.start]).toEqual([own[n - 1]!.number + 1, own[n - 1]!.end]);
        }
      }
    }),
    { numRuns: 150 },
  );
});

/** What holds for any input at all. */
function expectSound(events: readonly SegmenterEvent[], timescales: ReadonlyMap<string, number>): void {
  const target = targetOf(events);
  for (const [id, own] of Object.entries(byTrack(events))) {
    for (const [n, { number, start, end, units }] of own.entries()) {
      const seconds = (end - start) / timescales.get(id)!;
      expect(Math.round(seconds), `${id} ${number}: ${seconds} s`).toBeLessThanOrEqual(target);
      expect(units.length).toBeLessThanOrEqual(Math.max(0, end - start));
      if (n > 0) expect(number).toBeGreaterThan(own[n - 1]!.number);
    }
  }
}

test("whatever the damage, numbers rise, no segment is longer than the target duration, and none goes on in another's time", () => {
  fc.assert(
    fc.property(scenes(damaged, fc.option(restarts, { nil: undefined })), delays, (scene, delays) => {
      const sequences = sequencesOf(scene);
      const events = cut(interleave(sequences, delays), scene.segment);
      expectSound(events, new Map(sequences.map(({ track }) => [track.id, track.timescale])));
      for (const own of Object.values(byTrack(events))) {
        for (const [n, { start }] of own.entries()) {
          if (n > 0) expect(start).toBeGreaterThanOrEqual(own[n - 1]!.end);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test("any times at all are cut into segments that hold together", () => {
  const unit = fc.record({
    id: fc.constantFrom("v1", "v2", "a1"),
    step: fc.oneof(fc.integer({ min: -3, max: 8 }), fc.integer({ min: -200, max: 400 })),
    cutPoint: fc.option(fc.constantFrom("idr", "open", "idr-with-leading", "recovery-point"), { nil: undefined }),
  });
  const tracks = [video("v1", 0, 0), video("v2", 0, 0), audio("a1", 0, 0)].map(({ track }) => track);
  fc.assert(
    fc.property(fc.array(unit, { minLength: 50, maxLength: 400 }), (units) => {
      const at = new Map<string, number>();
      const segmenter = newSegmenter(500);
      const events: SegmenterEvent[] = tracks.flatMap((track) => segmenter.push({ kind: "track", track }));
      for (const { id, step, cutPoint } of units) {
        const index = Math.max(0, (at.get(id) ?? 1000) + step);
        at.set(id, index);
        const time = (index * (id === "a1" ? 1920 : 3600)) as MediaTime;
        const access = cutPoint === undefined ? {} : { randomAccess: cutPoint };
        const timed: TimedUnit =
          id === "a1"
            ? { ...audio("a1", 0, 0.01).units[0]!, time }
            : {
                kind: "picture",
                trackId: id,
                index,
                time,
                decodeTime: time,
                timecode: "none",
                unit: picture(time, access),
              };
        events.push(...segmenter.push({ kind: "unit", unit: timed } as TimelineEvent));
      }
      events.push(...segmenter.flush());
      if (events.some(({ kind }) => kind === "grid")) {
        expectSound(events, new Map(tracks.map(({ id, timescale }) => [id, timescale])));
      }
    }),
    { numRuns: 300 },
  );
});
