import { describe, expect, test } from "vitest";
import type { AccessUnit, DemuxEvent, ElementaryStream } from "../../src/demux/access-unit.ts";
import type { Rational } from "../../src/time/rational.ts";
import { ChannelAnchor } from "../../src/timeline/channel-anchor.ts";
import { InputTimeline } from "../../src/timeline/input-timeline.ts";
import { StreamNames } from "../../src/timeline/stream-names.ts";
import type { TimedPicture, TimelineEvent } from "../../src/timeline/timed-unit.ts";
import { AUDIO, accessUnit, at, brief, frame, ms, picture, VIDEO } from "./units.ts";

const SECOND = 90_000;
const P25: Rational = { num: 25, den: 1 };
const P50: Rational = { num: 50, den: 1 };
const P59: Rational = { num: 60_000, den: 1001 };
/** 2026-01-02T03:04:05Z, a whole second. */
const START = 1_767_323_045_000;

const videoStream: ElementaryStream = { pid: 256, kind: "video", codec: "h264" };
const audioStream: ElementaryStream = { pid: 257, kind: "audio", codec: "aac" };
const program = (...streams: ElementaryStream[]): DemuxEvent => ({ kind: "program", number: 1, streams });

/** @param start - As configured; "arrival": none is. */
function timeline(start: number | "arrival" = START) {
  const anchor = new ChannelAnchor({ inputs: 1, ...(start === "arrival" ? {} : { start: ms(start) }) });
  const names = new StreamNames(1);
  return new InputTimeline(anchor, 0, (stream, ordinal) => names.identify(0, stream, ordinal));
}

/** Pushes everything as a file is read. */
function run(input: InputTimeline, events: readonly DemuxEvent[], flush = true): readonly TimelineEvent[] {
  const said = events.flatMap((event) => input.push(event));
  return flush ? [...said, ...input.flush()] : said;
}

/** Pictures of a rate in decoding order, an IDR every `gop`. */
function pictures(count: number, rate: Rational, options: { origin?: number; gop?: number; pid?: number } = {}) {
  const { origin = SECOND, gop = 50, pid = 256 } = options;
  return Array.from({ length: count }, (_, n) =>
    picture(at(n, rate, origin), { pid, ...(n % gop === 0 ? { randomAccess: "idr" as const } : {}) }),
  );
}

const frames = (count: number, origin = SECOND) => Array.from({ length: count }, (_, n) => frame(origin + n * 1920));

/** As a multiplexer sends them: by decoding time. */
function multiplex(...tracks: (readonly AccessUnit[])[]): readonly DemuxEvent[] {
  const time = (unit: AccessUnit) => (unit.kind === "video" ? unit.dts : unit.pts);
  return tracks
    .flat()
    .sort((a, b) => time(a) - time(b))
    .map(accessUnit);
}

const ofTrack = (events: readonly TimelineEvent[], id: string) =>
  events.filter((event) =>
    event.kind === "unit" ? event.unit.trackId === id : event.kind === "track" && event.track.id === id,
  );

const timedPictures = (events: readonly TimelineEvent[], id = "v1") =>
  events.flatMap((event) =>
    event.kind === "unit" && event.unit.kind === "picture" && event.unit.trackId === id
      ? [event.unit as TimedPicture]
      : [],
  );

const problemsOf = (events: readonly TimelineEvent[]) =>
  events.flatMap((event) => (event.kind === "problem" ? [event.problem.code] : []));

describe("before the input has epoch time", () => {
  test("nothing is said until the picture rate is known, then everything in order", () => {
    const input = timeline(0);
    const events = [program(videoStream, audioStream), ...multiplex(pictures(16, P25), frames(30))];
    const said = events.map((event) => input.push(event));
    const silent = said.findIndex((some) => some.length > 0);
    expect(events[silent]).toEqual(accessUnit(picture(SECOND + 15 * 3600)));
    expect(brief(said[silent]![0]!)).toBe("track v1 25/1 3600/90000");
    const briefs = said.flat().map(brief);
    expect(briefs.filter((line) => line.startsWith("v1"))).toEqual(
      Array.from({ length: 16 }, (_, n) => `v1 #${n} ${n * 3600}`),
    );
    expect(briefs.filter((line) => line.includes("a1"))).toEqual([
      "track a1 1024/48000",
      ...Array.from({ length: 30 }, (_, n) => `a1 ${n * 1024}`),
    ]);
  });

  test("the first picture that can be decoded is at the start, those before it are dropped", () => {
    const late = pictures(60, P25).map((unit, n) =>
      n < 10 ? picture(unit.pts) : n === 10 ? { ...unit, randomAccess: "idr" as const } : unit,
    );
    const said = timedPictures(run(timeline(), [program(videoStream), ...late.map(accessUnit)]));
    expect(said).toHaveLength(50);
    expect(said[0]!.time).toBe(START * 90);
  });

  test("sound keeps its distance to the pictures", () => {
    const said = run(timeline(1000), [
      program(videoStream, audioStream),
      ...multiplex(pictures(20, P25), frames(30, SECOND - 900)),
    ]);
    expect(ofTrack(said, "v1").slice(0, 2).map(brief)).toEqual(["track v1 25/1 3600/90000", "v1 #25 90000"]);
    expect(ofTrack(said, "a1").slice(0, 2).map(brief)).toEqual(["track a1 1024/48000", `a1 ${48_000 - 480}`]);
  });

  test("arrival is moved to the nearest picture", () => {
    const input = timeline("arrival");
    const said = [program(videoStream), ...pictures(16, P25).map(accessUnit)].flatMap((event, n) =>
      input.push(event, ms(START + 17 + n * 40)),
    );
    // The first picture came with the second event.
    expect(timedPictures(said)[0]!.time).toBe((START + 40) * 90);
  });

  test("an announced video that never comes is waited for 12 s, then there is sound", () => {
    const input = timeline();
    const events = frames(700).map(accessUnit);
    input.push(program(videoStream, audioStream));
    const counts = events.map((event) => input.push(event).length);
    const first = counts.findIndex((count) => count > 0);
    expect((first * 1920) / SECOND).toBeCloseTo(12, 1);
    expect(counts.reduce((a, b) => a + b)).toBe(701);
  });

  test("video that comes later has its rate found and its place beside the sound", () => {
    const later = [...pictures(40, P50, { origin: 16 * SECOND })];
    const said = run(timeline(), [program(videoStream, audioStream), ...multiplex(frames(800), later)]);
    expect(ofTrack(said, "v1").slice(0, 1).map(brief)).toEqual(["track v1 50/1 1800/90000"]);
    const [first, second] = timedPictures(said);
    expect([first!.time, second!.time]).toEqual([START * 90 + 15 * SECOND, START * 90 + 15 * SECOND + 1800]);
  });

  test("a programme without video starts with its first frame", () => {
    const said = run(timeline(1000), [program(audioStream), ...frames(3).map(accessUnit)]);
    expect(said.map(brief)).toEqual(["track a1 1024/48000", "a1 48000", "a1 49024", "a1 50048"]);
  });

  test("few pictures have to do at the end of the input", () => {
    const said = run(timeline(), [program(videoStream), ...pictures(3, P50).map(accessUnit)]);
    expect(ofTrack(said, "v1").map(brief)[0]).toBe("track v1 50/1 1800/90000");
    expect(timedPictures(said)).toHaveLength(3);
  });

  test("one picture has the declared rate", () => {
    const configuration = { ...VIDEO, declaredPictureRate: P59 };
    const only = picture(SECOND, { randomAccess: "idr", configuration });
    const said = run(timeline(), [program(videoStream), accessUnit(only)]);
    expect(brief(said[0]!)).toBe("track v1 60000/1001 1001/60000");
  });

  test("what is held is bounded in bytes", () => {
    const input = timeline();
    input.push(program(videoStream, { ...videoStream, pid: 300 }));
    // The first video stays silent; timestamps of the second stand still.
    const sample = new Uint8Array(4 << 20);
    let held = 0;
    while (input.push(accessUnit(picture(SECOND, { pid: 300, randomAccess: "idr", sample }))).length === 0) held++;
    expect(held).toBeLessThan(70);
  });
});

describe("the picture rate", () => {
  test.for<[declared: Rational, nominal: string]>([
    [{ num: 30_000, den: 1001 }, "30000/1001 3003/90000 irregular"],
    [{ num: 1, den: 4_294_967_295 }, "25/1 3600/90000 irregular"],
    [{ num: 4_294_967_295, den: 2 }, "25/1 3600/90000 irregular"],
  ])(
    "of an irregular stream is nominal: the declared one if it is one of television's (%o)",
    ([declaredPictureRate, nominal]) => {
      const configuration = { ...VIDEO, declaredPictureRate };
      const times = [
        0, 3000, 7000, 9000, 14_000, 16_000, 21_500, 23_000, 27_000, 29_900, 33_000, 40_000, 42_000, 47_000, 49_000,
        52_000,
      ];
      const units = times.map((time, n) =>
        picture(SECOND + time, { configuration, ...(n === 0 ? { randomAccess: "idr" } : {}) }),
      );
      const said = run(timeline(), [program(videoStream), ...units.map(accessUnit)]);
      expect(said.slice(0, 2).map(brief)).toEqual([`track v1 ${nominal}`, "problem picture-rate-unknown"]);
      const origin = timedPictures(said)[0]!.time;
      expect(timedPictures(said).map(({ time }) => time - origin)).toEqual(times);
    },
  );

  test("of a codec that comes in the middle is found from its own pictures", () => {
    const other: ElementaryStream = { pid: 300, kind: "video", codec: "h265" };
    const configuration = { ...VIDEO, codec: "h265" as const };
    const second = pictures(40, P50, { origin: 5 * SECOND, pid: 300 }).map((unit) => ({ ...unit, configuration }));
    const said = run(timeline(), [
      program(videoStream),
      ...pictures(100, P25).map(accessUnit),
      program(other),
      ...second.map(accessUnit),
    ]);
    const tracks = said.filter((event) => event.kind === "track").map(brief);
    expect(tracks).toEqual(["track v1 25/1 3600/90000", "track v1 50/1 1800/90000"]);
    const after = timedPictures(said).slice(100);
    expect(after.map(({ time }) => time - START * 90)).toEqual(after.map((_, n) => 4 * SECOND + n * 1800));
  });

  test("of two renditions at 50 and 25 puts the pictures they share at one time, whenever they arrive", () => {
    for (let offset = 0; offset < 100; offset += 7) {
      const input = timeline("arrival");
      const slow = { ...videoStream, pid: 300 };
      const events = [
        program(videoStream, slow),
        ...multiplex(pictures(60, P50), pictures(30, P25, { pid: 300, gop: 25 })),
      ];
      const said = events.flatMap((event) => input.push(event, ms(START + offset)));
      const [fast, other] = [timedPictures(said, "v1"), timedPictures(said, "v2")];
      expect(other[0]!.time).toBe(fast[0]!.time);
      expect(other[0]!.index * 2).toBe(fast[0]!.index);
    }
  });
});

describe("a clock that jumps", () => {
  test("goes on where it was, is reported once, and sound keeps its distance", () => {
    const jump = 5 * 3600 * SECOND;
    const said = run(timeline(0), [
      program(videoStream, audioStream),
      ...multiplex(pictures(50, P25), frames(94)),
      ...multiplex(pictures(50, P25, { origin: jump }), frames(94, jump)),
    ]);
    expect(problemsOf(said).filter((code) => code === "timestamp-jump")).toHaveLength(1);
    expect(timedPictures(said).map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  test("is no problem where the stream says so itself", () => {
    const said = run(timeline(), [
      program(videoStream),
      ...pictures(50, P25).map(accessUnit),
      { kind: "discontinuity" },
      ...pictures(50, P25, { origin: 7 }).map(accessUnit),
    ]);
    expect(problemsOf(said)).toEqual([]);
    expect(timedPictures(said)).toHaveLength(100);
  });

  test("by no whole number of pictures never puts two pictures at one time", () => {
    // Sound jumps first and decides; the pictures then lie anywhere between those of the grid: here about half way.
    for (let off = 2640; off < 2690; off++) {
      const jump = 5 * 3600 * SECOND;
      const said = run(timeline(0), [
        program(videoStream, audioStream),
        ...multiplex(pictures(20, P59), frames(16)),
        ...frames(2, jump - 400).map(accessUnit),
        ...pictures(20, P59, { origin: jump + off }).map(accessUnit),
      ]);
      const after = timedPictures(said).slice(20);
      expect(after.map(({ index }) => index - after[0]!.index)).toEqual(after.map((_, n) => n));
    }
  });

  test.for([1, 9, 3600])("is not what one wrong timestamp means (%d s off)", (seconds) => {
    const wrong = pictures(100, P25).map((unit, n) =>
      n === 50 ? picture(unit.pts + seconds * SECOND, { randomAccess: "idr" }) : unit,
    );
    const said = run(timeline(0), [program(videoStream, audioStream), ...wrong.map(accessUnit)]);
    expect(problemsOf(said)).toEqual(["timestamp-wrong"]);
    expect(timedPictures(said).map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  test("is not what one wrong presentation time means", () => {
    const wrong = pictures(100, P25).map((unit, n) =>
      n === 50 ? picture(unit.pts + 10 * 3600 * SECOND, { dts: unit.dts, randomAccess: "idr" }) : unit,
    );
    const input = timeline(0);
    const said = run(input, [program(videoStream), ...wrong.map(accessUnit)]);
    expect(problemsOf(said)).toEqual(["timestamp-wrong"]);
    expect(input.reached).toBe(99 * 3600);
  });
});

describe("decoding times", () => {
  test("that lie between two pictures rise evenly all the same", () => {
    const between = pictures(40, P25).map((unit) => picture(unit.pts, { dts: unit.pts - 1801, randomAccess: "idr" }));
    const said = timedPictures(run(timeline(0), [program(videoStream), ...between.map(accessUnit)]));
    expect(said.map(({ decodeTime }) => decodeTime - said[0]!.decodeTime)).toEqual(said.map((_, n) => n * 3600));
  });

  test("that a stream with reordered pictures does not have are moved to rise", () => {
    const order = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11, 15, 13, 14];
    const units = order.map((n) => picture(at(n, P25, SECOND), n === 0 ? { randomAccess: "idr" } : {}));
    const said = timedPictures(run(timeline(0), [program(videoStream), ...units.map(accessUnit)]));
    expect(said.map(({ index }) => index)).toEqual(order);
    for (const [n, { decodeTime }] of said.entries()) {
      if (n > 0) expect(decodeTime).toBeGreaterThan(said[n - 1]!.decodeTime);
    }
  });

  test("that stand still for ever cannot fill memory, and go on when the clock does", () => {
    const input = timeline(0);
    const moving = pictures(50, P25);
    const said = run(input, [
      program(videoStream),
      ...moving.map(accessUnit),
      ...new Array(10_000).fill(accessUnit(moving.at(-1)!)),
      accessUnit(picture(moving.at(-1)!.pts + 3600)),
    ]);
    expect(timedPictures(said)).toHaveLength(50 + 64 + 1);
    expect(new Set(problemsOf(said))).toEqual(new Set(["timestamp-order"]));
  });
});

describe("sound", () => {
  test("whose sample rate changes is a new track at the same place", () => {
    const other = { ...AUDIO, sampleRate: 44_100 };
    const said = run(timeline(1000), [
      program(audioStream),
      ...frames(2).map(accessUnit),
      accessUnit(frame(SECOND + 3840, { configuration: other })),
    ]);
    expect(said.map(brief).slice(3)).toEqual([
      "track a1 1024/44100",
      `a1 ${Math.round(44_100 + (3840 * 44_100) / 90_000)}`,
    ]);
  });
});

describe("a programme that changes", () => {
  test("keeps a stream that moves to another PID, and drops one that is gone", () => {
    const moved = pictures(20, P25, { origin: 3 * SECOND, pid: 400 });
    const said = run(timeline(0), [
      program(videoStream, audioStream),
      ...multiplex(pictures(50, P25), frames(90)),
      program({ ...videoStream, pid: 400 }),
      ...moved.map(accessUnit),
      accessUnit(frame(3 * SECOND)),
    ]);
    expect(said.filter((event) => event.kind === "track").map(brief)).toEqual([
      "track v1 25/1 3600/90000",
      "track a1 1024/48000",
    ]);
    expect(timedPictures(said).map(({ index }) => index)).toEqual(Array.from({ length: 70 }, (_, n) => n));
    expect(ofTrack(said, "a1")).toHaveLength(91);
  });

  test("passes problems on and takes no notice of streams that were never announced", () => {
    const input = timeline();
    const problem: DemuxEvent = { kind: "problem", problem: { code: "continuity", count: 1 } };
    expect(input.push(problem)).toEqual([problem]);
    expect(run(input, [program(audioStream), ...pictures(40, P25).map(accessUnit)])).toEqual([]);
  });
});
