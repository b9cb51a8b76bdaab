import fc from "fast-check";
import { expect, test } from "vitest";
import { type StreamClock, TimeBase } from "../../src/timeline/time-base.ts";
import { ms, ticks } from "./units.ts";

const PICTURE = 3600;
const FRAME = 1920;
/** 2026-01-02T03:04:05Z. */
const EPOCH = 1_767_323_045 * 90_000;
const SECOND = 90_000;
const HOUR = 3600 * SECOND;

function stream(): StreamClock {
  return { base: undefined, moves: 0, last: ticks(0), end: ticks(0), arrival: undefined, arrived: ticks(0) };
}

/** An input whose first picture has the time `origin`. */
class Input {
  readonly video = stream();
  readonly audio = stream();
  readonly #base: TimeBase;

  constructor(origin: number) {
    this.#base = new TimeBase(ticks(origin), ticks(EPOCH));
  }

  /** Places a unit; returns its time since the first picture in ticks, and whether the clock jumped. */
  place(clock: StreamClock, time: number, arrival?: number): [time: number, jumped: boolean] {
    const step = clock === this.video ? PICTURE : FRAME;
    const at = ticks(time);
    const when = arrival === undefined ? undefined : ms(arrival);
    const run = this.#base.find(clock, at, when) ?? this.#base.begin(clock, at, at, when);
    const placed = this.#base.place(clock, run, at, at, step, when);
    return [placed.pts - EPOCH, placed.jumped];
  }

  /** Places so many units in a row from `time` on; returns the time of the last and how often the clock jumped. */
  run(clock: StreamClock, time: number, count: number, arrival?: number): [time: number, jumps: number] {
    const step = clock === this.video ? PICTURE : FRAME;
    let [last, jumps] = [Number.NaN, 0];
    for (let n = 0; n < count; n++) {
      const placed = this.place(clock, time + n * step, arrival === undefined ? undefined : arrival + (n * step) / 90);
      last = placed[0];
      if (placed[1]) jumps++;
    }
    return [last, jumps];
  }
}

test("times count from the first picture, of sound before it too", () => {
  const input = new Input(5 * SECOND);
  expect(input.place(input.video, 5 * SECOND)).toEqual([0, false]);
  expect(input.place(input.audio, 5 * SECOND - 700)).toEqual([-700, false]);
  expect(input.place(input.video, 5 * SECOND + PICTURE)).toEqual([PICTURE, false]);
});

test("presentation keeps its distance to decoding", () => {
  const base = new TimeBase(ticks(0), ticks(EPOCH));
  const clock = stream();
  const run = base.find(clock, ticks(-3600), undefined)!;
  const placed = base.place(clock, run, ticks(7200), ticks(-3600), PICTURE, undefined);
  expect(placed).toEqual({
    pts: EPOCH + 7200,
    dts: EPOCH - 3600,
    rebased: true,
    restarted: false,
    jumped: false,
    moved: 0,
  });
});

test("unwrapped times go on across wraps of 33 bits", () => {
  const input = new Input(2 ** 33 - 2 * PICTURE);
  expect(input.run(input.video, 2 ** 33 - 2 * PICTURE, 5)).toEqual([4 * PICTURE, 0]);
  expect(input.run(input.audio, 2 ** 33 - 2 * PICTURE, 8)).toEqual([7 * FRAME, 0]);
});

test.for<[name: string, to: number]>([
  ["an hour forward", 11 * HOUR],
  ["an hour back", 9 * HOUR],
  ["eleven seconds forward", 10 * HOUR + 13 * SECOND],
  ["one second back", 10 * HOUR + SECOND],
  ["to zero", 0],
])("after a jump %s both streams go on where they were, each at its own packet, and keep their distance", ([, to]) => {
  for (const first of ["video", "audio"] as const) {
    const second = first === "video" ? "audio" : "video";
    const input = new Input(10 * HOUR);
    input.run(input.video, 10 * HOUR, 50);
    input.run(input.audio, 10 * HOUR, 94);
    // Media has come to 2 s; the stream that jumps second still has 0.1 s of the old clock to send.
    const end = { video: 50 * PICTURE, audio: 94 * FRAME };
    const step = { video: PICTURE, audio: FRAME };
    expect(input.place(input[first], to)).toEqual([end[first], true]);
    const left = Math.floor(9000 / step[second]);
    expect(input.run(input[second], 10 * HOUR + end[second], left)).toEqual([
      end[second] + (left - 1) * step[second],
      0,
    ]);
    expect(input.place(input[second], to + 9000)).toEqual([end[first] + 9000, false]);
    expect(input.run(input[first], to + step[first], 3)).toEqual([end[first] + 3 * step[first], 0]);
  }
});

test.for([9.95, 9.97, 9.99])(
  "streams that see one jump as just more and just less than ten seconds stay together (%d s)",
  (by) => {
    const input = new Input(0);
    input.run(input.video, 0, 50);
    input.run(input.audio, 0, 93);
    const to = 2 * SECOND + by * SECOND;
    const [video] = input.place(input.video, to + PICTURE);
    const [audio] = input.place(input.audio, to);
    expect(video - audio).toBe(PICTURE);
  },
);

test.for([0.6, 1.5, 3, 8, 20])("a loop of %d s whose clock starts again each time always goes on", (seconds) => {
  const input = new Input(0);
  const pictures = Math.round(seconds * 25);
  for (let loop = 0; loop < 6; loop++) {
    let frames = 0;
    for (let n = 0; n < pictures; n++) {
      expect(input.place(input.video, n * PICTURE)).toEqual([(loop * pictures + n) * PICTURE, loop > 0 && n === 0]);
      for (; (frames + 1) * FRAME <= (n + 1) * PICTURE; frames++) {
        expect(input.place(input.audio, frames * FRAME)).toEqual([loop * pictures * PICTURE + frames * FRAME, false]);
      }
    }
  }
});

test("an older clock is found again where it goes on exactly", () => {
  const input = new Input(0);
  input.run(input.video, 0, 50);
  expect(input.place(input.video, HOUR)).toEqual([50 * PICTURE, true]);
  expect(input.place(input.video, 51 * PICTURE)).toEqual([51 * PICTURE, false]);
});

test("small steps back are mere disorder", () => {
  const input = new Input(0);
  input.run(input.video, 0, 50);
  expect(input.place(input.video, 49 * PICTURE - 44_000)).toEqual([49 * PICTURE - 44_000, false]);
  expect(input.place(input.video, 50 * PICTURE)).toEqual([50 * PICTURE, false]);
});

test("lost packets leave a hole of up to ten seconds", () => {
  const input = new Input(0);
  input.run(input.video, 0, 50);
  expect(input.place(input.video, 50 * PICTURE + 9 * SECOND)).toEqual([50 * PICTURE + 9 * SECOND, false]);
});

test("where nothing arrives for a while the clock of a live input may have gone on, in a file it jumped", () => {
  const live = new Input(0);
  live.run(live.video, 0, 50, 1000);
  expect(live.place(live.video, 32 * SECOND, 33_000)).toEqual([32 * SECOND, false]);
  const file = new Input(0);
  file.run(file.video, 0, 50);
  expect(file.place(file.video, 32 * SECOND)).toEqual([50 * PICTURE, true]);
});

test("a live source that starts again with another clock goes on after the silence", () => {
  const input = new Input(10 * HOUR);
  input.run(input.video, 10 * HOUR, 50, 0);
  input.run(input.audio, 10 * HOUR, 94, 0);
  // Last heard at 1.96 s; back at 9.96 s.
  expect(input.place(input.video, 700, 9960)).toEqual([50 * PICTURE + 8 * SECOND, true]);
  expect(input.place(input.audio, 700 + 1800, 9980)).toEqual([50 * PICTURE + 8 * SECOND + 1800, false]);
});

test("a short silence in which the clock steps back is no gap", () => {
  const input = new Input(10 * HOUR);
  input.run(input.video, 10 * HOUR, 250, 0);
  const [time, jumped] = input.place(input.video, 10 * HOUR + 7 * SECOND, 11_100);
  expect(jumped).toBe(true);
  expect(time).toBeGreaterThanOrEqual(250 * PICTURE);
});

test("the host's clock may step while timestamps go on", () => {
  const input = new Input(0);
  input.run(input.video, 0, 50, 1000);
  expect(input.place(input.video, 50 * PICTURE, 3_600_000)).toEqual([50 * PICTURE, false]);
});

test("streams whose clocks have nothing to do with each other each keep their own", () => {
  const input = new Input(0);
  input.run(input.video, 0, 50);
  expect(input.place(input.audio, 5 * HOUR)).toEqual([49 * PICTURE, true]);
  expect(input.run(input.video, 50 * PICTURE, 50)).toEqual([99 * PICTURE, 0]);
  expect(input.run(input.audio, 5 * HOUR + FRAME, 94)).toEqual([49 * PICTURE + 94 * FRAME, 0]);
});

test("whatever the timestamps, presentation never falls back by more than disorder explains, and stays an integer", () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.integer({ min: 0, max: 20 * SECOND }));
  const arrival = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), time, arrival), { maxLength: 60 }), (units) => {
      const input = new Input(0);
      const front = { video: 0, audio: Number.NEGATIVE_INFINITY };
      for (const [isVideo, at, when] of units) {
        const name = isVideo ? "video" : "audio";
        const [placed] = input.place(input[name], at, when);
        expect(Number.isSafeInteger(placed)).toBe(true);
        if (front[name] > 0) expect(placed).toBeGreaterThan(front[name] - 12 * SECOND);
        front[name] = Math.max(front[name], placed);
      }
    }),
    { numRuns: 500 },
  );
});

test("a picture that a silence left incomplete does not hide the silence from what follows", () => {
  const input = new Input(5 * SECOND);
  input.run(input.video, 5 * SECOND, 25, 0);
  input.run(input.audio, 5 * SECOND, 50, 0);
  // An encoder starts anew after a minute; its first packets complete the last two pictures of before.
  input.place(input.video, 6 * SECOND, 61_000);
  input.place(input.video, 6 * SECOND + PICTURE, 61_000);
  const [video] = input.run(input.video, SECOND, 1, 61_000);
  const [audio] = input.run(input.audio, SECOND, 1, 61_000);
  expect(video).toBeGreaterThan(60 * SECOND);
  expect(Math.abs(video - audio)).toBeLessThan(SECOND / 5);
});
