import { describe, expect, test } from "vitest";
import { FixedOffset } from "../../src/time/local-time.ts";
import {
  captured,
  encode,
  newAnchor,
  P25,
  P29,
  P50,
  P59,
  pictureAt,
  Receiver,
  type Stretch,
} from "./timecoded-encoder.ts";
import { ms } from "./units.ts";

const NOON = pictureAt("2026-01-02T12:00:00Z");
/** Where the pictures of a stretch are, by what the receiver says of them, less where they are. */
const errors = (receiver: Receiver, stretch: Stretch): readonly number[] => [
  ...new Set(receiver.pictures.map(({ index }, n) => index - stretch.from - n)),
];

/** Two packagers that begin at different pictures place those that both have alike. */
function expectAlike(one: Receiver, other: Receiver, from: number): void {
  const first = one.pictures.find(({ index }) => index === from)!;
  // Sound may begin some frames after the pictures.
  const seconds = first.time / (first.time === from * 1001 ? 60_000 : 90_000) + 1;
  const placed = (receiver: Receiver) => [
    ...receiver.pictures.filter(({ index }) => index >= from).map(({ index, time, unit }) => [index, time, unit.pts]),
    ...receiver.frames.filter(({ time }) => time >= seconds * 48_000).map(({ time, unit }) => [time, unit.pts]),
  ];
  expect(placed(other).length).toBeGreaterThan(0);
  expect(placed(other)).toEqual(placed(one));
}

describe("a stream with timecodes", () => {
  test.for([P25, P29, P50, P59, { num: 24, den: 1 }, { num: 30, den: 1 }, { num: 60, den: 1 }])(
    "at %o is where they say, wherever it is joined",
    (rate) => {
      const from = Math.ceil(pictureAt("2026-01-02T12:00:00Z", rate) / 50) * 50;
      const stretch = { rate, from, to: from + 400, origin: 12_345_678, sound: true };
      const whole = new Receiver().take(encode(stretch));
      expect(errors(whole, stretch)).toEqual([0]);
      expect(whole.status).toMatchObject({ state: "locked", source: "smpte", errorPictures: 0 });
      expect(whole.problems).toEqual([]);
      for (const joined of [1, 49, 51, 120]) {
        const part = new Receiver().take(encode({ ...stretch, from: from + joined }));
        expectAlike(whole, part, part.pictures[0]!.index);
      }
    },
  );

  test("that has them on I-frames alone waits for the second, and is then the same", () => {
    const stretch = { from: NOON, to: NOON + 400, label: (index: number) => (index % 50 === 0 ? index : undefined) };
    const receiver = new Receiver();
    const sent = encode(stretch);
    receiver.take(sent.slice(0, 50));
    expect(receiver.events).toEqual([]);
    receiver.take(sent.slice(50));
    expect(errors(receiver, stretch)).toEqual([0]);
    expect(receiver.states).toEqual(["waiting", "locked"]);
  });

  test("whose PTS are rounded to milliseconds has its sound at the same samples wherever it is joined", () => {
    const round = (sent: ReturnType<typeof encode>) =>
      sent.map((one) => {
        if (one.event.kind !== "access-unit") return one;
        const { unit } = one.event;
        const pts = (Math.round(unit.pts / 90) * 90) as typeof unit.pts;
        return { ...one, event: { ...one.event, unit: { ...unit, pts, ...(unit.kind === "video" && { dts: pts }) } } };
      }) as ReturnType<typeof encode>;
    const stretch = { rate: P59, from: NOON * 2, to: NOON * 2 + 1000, gop: 60, sound: true };
    const whole = new Receiver().take(round(encode(stretch)));
    const part = new Receiver().take(round(encode({ ...stretch, from: stretch.from + 170 })));
    expectAlike(whole, part, part.pictures[0]!.index + 120);
  });

  test("locks by MISB where it has both, and says so", () => {
    const stretch = { from: NOON, to: NOON + 100, misb: (index: number) => captured(index + 7, P25) };
    const receiver = new Receiver().take(encode(stretch));
    expect(errors(receiver, stretch)).toEqual([7]);
    expect(receiver.status.source).toBe("misb");
    const smpte = new Receiver({ source: "smpte" }).take(encode(stretch));
    expect(errors(smpte, stretch)).toEqual([0]);
  });

  test("locks by MISB at 23.976, where SMPTE timecodes are no time of day", () => {
    const rate = { num: 24_000, den: 1001 };
    const from = Math.ceil(pictureAt("2026-01-02T12:00:00Z", rate) / 50) * 50;
    const stretch = { rate, from, to: from + 100 };
    const without = new Receiver().take(encode(stretch));
    expect(without.status).toMatchObject({ state: "unlocked", source: "none" });
    expect(without.status.reason).toMatch(/no time of day/);
    const misb = new Receiver().take(encode({ ...stretch, misb: (index) => captured(index, rate, 3000) }));
    expect(errors(misb, stretch)).toEqual([0]);
  });

  test("in local time is where it belongs", () => {
    const stretch = { from: NOON, to: NOON + 100, label: (index: number) => index + 7200 * 25 };
    const receiver = new Receiver({ localTime: new FixedOffset(ms(7_200_000)) }).take(encode(stretch));
    expect(errors(receiver, stretch)).toEqual([0]);
    // Without the setting it is two hours off this machine's clock.
    expect(new Receiver().take(encode(stretch)).status.reason).toBe(
      "the timecodes are 7199 s off this machine's clock",
    );
  });
});

describe("midnight", () => {
  test.for([P25, P29, P50, P59])("at %o is an ordinary moment, joined before or after it", (rate) => {
    const midnight = pictureAt("2026-01-03T00:00:00Z", rate);
    const from = Math.floor((midnight - 300) / 50) * 50;
    const stretch = { rate, from, to: from + 900, sound: true };
    const whole = new Receiver().take(encode(stretch));
    expect(errors(whole, stretch)).toEqual([0]);
    expect(whole.problems).toEqual([]);
    expect(whole.states).toEqual(["waiting", "locked"]);
    for (const joined of [260, 299, 301, 340]) {
      const part = new Receiver().take(encode({ ...stretch, from: from + joined }));
      expectAlike(whole, part, part.pictures[0]!.index);
    }
  });

  test("of a drop-frame counter that nobody sets is a step of three pictures, on every packager at the same picture", () => {
    const midnight = pictureAt("2026-01-03T00:00:00Z", P29);
    const from = Math.floor((midnight - 600) / 60) * 60;
    // Its day has two or three labels less than a day has pictures: it is early, and stays so.
    const stretch = {
      rate: P29,
      from,
      to: from + 1800,
      gop: 60,
      label: (index: number) => (index < midnight - 3 ? index : index + 3),
    };
    const whole = new Receiver().take(encode(stretch));
    expect(whole.problems).toEqual(["timecode-jump +3 pictures"]);
    const part = new Receiver().take(encode({ ...stretch, from: from + 660 }));
    expectAlike(whole, part, part.pictures[0]!.index);
  });
});

describe("a timecode that", () => {
  const stretch = { from: NOON, to: NOON + 1000, sound: true };
  const faulty = (label: (n: number, index: number) => number | undefined) =>
    new Receiver().take(encode({ ...stretch, label: (index) => label(index - NOON, index) }));

  test.for<[name: string, label: (n: number, index: number) => number | undefined]>([
    ["stops", (n, index) => (n < 310 ? index : undefined)],
    ["freezes", (n, index) => (n < 310 ? index : NOON + 310)],
    ["is all over the place", (n, index) => (n < 310 ? index : index + ((n * 7919) % 1000))],
  ])("%s lets time run on", ([, label]) => {
    const receiver = faulty(label);
    expect(errors(receiver, stretch)).toEqual([0]);
    expect(receiver.states).toEqual(["waiting", "locked", "holdover"]);
    expect(receiver.status.source).toBe("smpte");
    expect(receiver.problems).toEqual([]);
  });

  test("stops and is there again is locked to again", () => {
    const receiver = faulty((n, index) => (n < 310 || n > 610 ? index : undefined));
    expect(errors(receiver, stretch)).toEqual([0]);
    expect(receiver.states).toEqual(["waiting", "locked", "holdover", "locked"]);
    expect(receiver.problems).toEqual([]);
  });

  test.for([1, 5, 15])("is wrong for %d pictures changes nothing", (count) => {
    const receiver = faulty((n, index) => (n >= 350 && n < 350 + count ? index + 1000 : index));
    expect(errors(receiver, stretch)).toEqual([0]);
    expect(receiver.problems).toEqual([]);
  });

  test.for([1, 7, 50, 2000])("jumps ahead by %d pictures is followed from the next I-frame on", (pictures) => {
    const receiver = faulty((n, index) => (n < 310 ? index : index + pictures));
    const indices = receiver.pictures.map(({ index }) => index - NOON);
    expect(indices).toEqual([
      ...Array.from({ length: 350 }, (_, n) => n),
      ...Array.from({ length: 650 }, (_, n) => 350 + n + pictures),
    ]);
    expect(receiver.problems.filter((problem) => !problem.startsWith("audio"))).toEqual([
      `timecode-jump +${pictures} pictures`,
    ]);
    expect(receiver.states).toEqual(["waiting", "locked"]);
    // Sound moves at the first frame at or after that picture.
    const moved = receiver.frames.find(({ unit }) => unit.pts >= (NOON + 350) * 3600)!;
    expect(moved.time * 15 - moved.unit.pts * 8).toBe(pictures * 3600 * 8);
  });

  test.for([1, 2])("jumps back by %d pictures is followed: at the cut they overlap", (pictures) => {
    const receiver = faulty((n, index) => (n < 310 ? index : index - pictures));
    const indices = receiver.pictures.map(({ index }) => index - NOON);
    expect(indices.slice(345, 355)).toEqual(Array.from({ length: 10 }, (_, n) => 345 + n - (n < 5 ? 0 : pictures)));
    expect(indices).toHaveLength(1000);
  });

  test.for([10, 250])("jumps back by %d pictures publishes nothing twice", (pictures) => {
    const receiver = faulty((n, index) => (n < 310 ? index : index - pictures));
    const indices = receiver.pictures.map(({ index }) => index - NOON);
    for (const [n, index] of indices.entries()) if (n > 0) expect(index).toBeGreaterThan(indices[n - 1]!);
    const resumed = receiver.pictures.find(({ unit }) => unit.pts >= (NOON + 350) * 3600)!;
    expect(resumed.unit.randomAccess).toBe("idr");
    expect(resumed.index - NOON).toBe(Math.ceil((350 - 2 + pictures) / 50) * 50 - pictures);
    expect(receiver.problemsOf(256).filter((code) => code === "repeated").length).toBe(
      resumed.index + pictures - NOON - 350,
    );
  });

  test("jumps further from the host's clock than allowed is not followed", () => {
    const receiver = faulty((n, index) => (n < 310 ? index : index + 200 * 25));
    expect(errors(receiver, stretch)).toEqual([0]);
    expect(receiver.states).toEqual(["waiting", "locked", "holdover"]);
    expect(receiver.status.reason).toBe("the timecodes are 199 s off this machine's clock");
  });

  test("jumps is followed at the same picture by a packager that began after it", () => {
    for (const from of [300, 312, 330, 340, 352, 420]) {
      const label = (index: number) => (index - NOON < 310 ? index : index + 77);
      const whole = new Receiver().take(encode({ ...stretch, label }));
      const part = new Receiver().take(encode({ ...stretch, from: NOON + from, label }));
      expectAlike(whole, part, part.pictures[0]!.index);
    }
  });

  test("wobbles by a picture does not make the clock wobble", () => {
    const receiver = faulty((n, index) => (n < 100 ? index : index - (((n * 7919) >> 3) & 1)));
    expect(errors(receiver, stretch)).toEqual([0]);
    expect(receiver.status.state).toBe("holdover");
    expect(receiver.status.reason).toMatch(/the timecodes do not/);
  });
});

describe("the host's clock", () => {
  test("may be set while the stream runs: nothing moves", () => {
    const stretch = { from: NOON, to: NOON + 600 };
    const sent = encode(stretch);
    const receiver = new Receiver().take(sent.slice(0, 300)).take(sent.slice(300), 3_600_000);
    expect(errors(receiver, stretch)).toEqual([0]);
    expect(receiver.states).toEqual(["waiting", "locked"]);
  });

  test("may be off by up to the limit when the stream is joined, by a day's change too", () => {
    const midnight = pictureAt("2026-01-03T00:00:00Z");
    for (const error of [-119_000, -60_000, 0, 60_000, 118_000]) {
      for (const from of [midnight - 100, midnight + 100]) {
        const receiver = new Receiver().take(encode({ from, to: from + 100 }), error);
        expect(errors(receiver, { from, to: 0 })).toEqual([0]);
      }
    }
    expect(new Receiver().take(encode({ from: NOON, to: NOON + 100 }), 130_000).status.state).toBe("unlocked");
  });

  test("is compared with the stream's, in parts per million", () => {
    const sent = encode({ from: NOON, to: NOON + 25 * 300, gop: 250 });
    const start = sent[0]!.arrival;
    const drifting = sent.map(({ event, arrival }, n) => ({
      event,
      // The network adds up to 40 ms to most.
      arrival: ms(Math.round(start + (arrival - start) * (1 - 50e-6)) + ((n * 7919) % 40)),
    }));
    expect(new Receiver().take(drifting).status.driftPpm).toBeCloseTo(50, -1);
    expect(new Receiver().take(sent).status.driftPpm).toBeCloseTo(0, 0);
  });
});

describe("an encoder that starts again", () => {
  test.for([3, 7, 12, 16, 40])("after %d pictures of a file has its sound with its pictures", (pictures) => {
    const sent = [
      ...encode({ from: NOON, to: NOON + pictures, sound: true }),
      ...encode({ from: NOON + 50, to: NOON + 200, sound: true, origin: 900_000_000 }),
    ].sort((a, b) => a.arrival - b.arrival);
    const receiver = new Receiver().takeFile(sent);
    const origins = (units: readonly { readonly unit: { readonly pts: number } }[], epoch: (n: number) => number) =>
      new Set(units.slice(-100).map(({ unit }, n) => unit.pts - epoch(units.length - Math.min(100, units.length) + n)));
    const video = origins(receiver.pictures, (n) => receiver.pictures[n]!.time);
    const sound = origins(receiver.frames, (n) => (receiver.frames[n]!.time * 15) / 8);
    expect(video.size).toBe(1);
    expect(sound).toEqual(video);
  });

  const before = { from: NOON, to: NOON + 130, sound: true };

  test.for<[name: string, origin: number, from: number]>([
    ["with a later clock", 3_600 * 90_000, 180],
    ["with an earlier clock", -3_600 * 90_000, 180],
    ["with a clock five seconds back", -5 * 90_000, 180],
    ["with a clock three seconds ahead", 3 * 90_000, 180],
    ["with the same clock, after a pause", 0, 330],
    ["at once", 77 * 90_000, 130],
    ["after two minutes", 12_345_678, 3130],
  ])("%s goes on where its timecodes say", ([, origin, from]) => {
    const after = { ...before, from: NOON + from, to: NOON + from + 300, origin, gop: 1 };
    const starts = encode({ ...after, to: after.from + 1 });
    const rest = encode({ ...after, from: after.from + 1, gop: 50 });
    const receiver = new Receiver().take(encode(before)).take(starts).take(rest);
    const indices = receiver.pictures.map(({ index }) => index - NOON);
    expect(indices).toEqual([
      ...Array.from({ length: 130 }, (_, n) => n),
      ...Array.from({ length: 300 }, (_, n) => from + n),
    ]);
    // Sound is where the pictures are.
    for (const { time, unit } of receiver.frames.slice(300)) expect(time * 15).toBe((unit.pts - origin) * 8);
    expect(receiver.status.state).toBe("locked");
    expect(receiver.problems.filter((problem) => !problem.startsWith("audio-gap"))).toEqual([]);
  });

  test("with another picture rate is a track with that rate", () => {
    const after = { ...before, rate: P50, from: 2 * (NOON + 200), to: 2 * (NOON + 200) + 200, origin: 555_555 };
    const receiver = new Receiver().take(encode(before)).take(encode(after));
    const tracks = receiver.events.flatMap((event) => (event.kind === "track" ? [event.track] : []));
    expect(tracks.map(({ id, rate }) => [id, rate])).toEqual([
      ["v1", P25],
      ["a1", undefined],
      ["v1", P50],
    ]);
    expect(receiver.pictures.slice(130).map(({ index }) => index)).toEqual(
      Array.from({ length: 200 }, (_, n) => after.from + n),
    );
  });

  test("with another picture rate and the same clock is found at its second I-frame", () => {
    const from = 2 * (NOON + 130);
    const after = { ...before, rate: P50, from, to: from + 400, gop: 100 };
    const starts = encode({ ...after, to: from + 1, gop: 1 });
    const receiver = new Receiver()
      .take(encode(before))
      .take(starts)
      .take(encode({ ...after, from: from + 1 }));
    const tracks = receiver.events.flatMap((event) =>
      event.kind === "track" ? [`${event.track.id} ${event.track.rate?.num}`] : [],
    );
    expect(tracks).toEqual(["v1 25", "a1 undefined", "v1 50"]);
    const found = receiver.pictures.filter(({ unit }) => unit.pts >= (NOON + 150) * 3600);
    expect(found.map(({ index }) => index)).toEqual(Array.from({ length: 360 }, (_, n) => from + 40 + n));
  });

  test("without timecodes goes on by arrival, and is locked again when they are back", () => {
    const stretch = { ...before, from: NOON + 200, to: NOON + 600, origin: 7_777_777 };
    const label = (index: number) => (index < NOON + 310 ? undefined : index);
    const receiver = new Receiver().take(encode(before)).take(encode({ ...stretch, label }));
    expect(receiver.states).toEqual(["waiting", "locked", "unlocked", "locked"]);
    const last = receiver.pictures.at(-1)!;
    expect(last.index).toBe(NOON + 599);
  });
});

describe("a stream without timecodes", () => {
  const none = { from: NOON, to: NOON + 500, label: () => undefined };

  test("goes by arrival, and says so", () => {
    const receiver = new Receiver().take(encode(none));
    expect(receiver.states).toEqual(["waiting", "unlocked"]);
    expect(receiver.status).toMatchObject({ source: "none", reason: "no timecode comes" });
    expect(receiver.pictures[0]!.time).toBe(Math.round((NOON * 40 + 700) / 40) * 3600);
  });

  test("is waited for as long as is said", () => {
    const waiting = (wait: number) => new Receiver({ wait: ms(wait) }).take(encode(none));
    expect(waiting(Number.POSITIVE_INFINITY).events).toEqual([]);
    expect(waiting(Number.POSITIVE_INFINITY).states).toEqual(["waiting"]);
    const ten = waiting(10_000);
    expect(ten.states).toEqual(["waiting", "unlocked"]);
    // What came in the meantime is not kept for longer than a GOP.
    expect(ten.pictures).toHaveLength(250);
  });

  test("is locked from the first I-frame on before which there are some", () => {
    const late = { ...none, label: (index: number) => (index < NOON + 120 ? undefined : index) };
    const waited = new Receiver({ wait: ms(60_000) }).take(encode(late));
    expect(waited.states).toEqual(["waiting", "locked"]);
    expect(waited.pictures[0]!.index).toBe(NOON + 100);
    const unlocked = new Receiver().take(encode(late));
    expect(unlocked.states).toEqual(["waiting", "unlocked", "locked"]);
    expect(unlocked.pictures.at(-1)!.index).toBe(NOON + 499);
    expectAlike(waited, unlocked, NOON + 300);
  });

  test.for([0, Number.POSITIVE_INFINITY])(
    "takes its time from another input of the same encoder, however long timecodes are waited for: %d",
    (wait) => {
      const anchor = newAnchor({ wait: ms(wait) }, 2);
      const [one, other] = [new Receiver({}, anchor, 0), new Receiver({}, anchor, 1)];
      const [labelled, bare] = [encode({ from: NOON + 20, to: NOON + 400 }), encode({ ...none, sound: true })];
      for (let n = 0; n < bare.length; n++) {
        other.take(bare.slice(n, n + 1));
        const now = bare[n]!.arrival;
        one.take(labelled.filter(({ arrival }) => arrival > (bare[n - 1]?.arrival ?? 0) && arrival <= now));
      }
      expect(one.status.state).toBe("locked");
      expect(other.status).toMatchObject({ state: "locked", source: "smpte", reason: "by the clock of another input" });
      const places = new Set(
        other.pictures.filter(({ index }) => index > NOON + 100).map(({ time, unit }) => time - unit.pts),
      );
      expect([...places]).toEqual([0]);
    },
  );

  test("and has sound alone goes with the clock of another input, and with its jumps", () => {
    const anchor = newAnchor({}, 2);
    const pictures = new Receiver({}, anchor, 0);
    const sound = new Receiver({}, anchor, 1, ["audio"]);
    const label = (index: number) => (index - NOON < 310 ? index : index + 7);
    const sent = encode({ from: NOON, to: NOON + 600, label, sound: true });
    for (const one of sent) {
      const isSound = one.event.kind === "access-unit" && one.event.unit.kind === "audio";
      (isSound ? sound : pictures).take([one]);
    }
    expect(sound.status).toMatchObject({ state: "locked", source: "smpte", reason: "by the clock of another input" });
    const off = (frame: (typeof sound.frames)[number]) => (frame.time * 15 - frame.unit.pts * 8) / (3600 * 8);
    const before = sound.frames.filter(({ unit }) => unit.pts < (NOON + 350) * 3600).map(off);
    // The pictures tell at the I-frame: what comes a moment before it may be sooner.
    const after = sound.frames.filter(({ unit }) => unit.pts >= (NOON + 352) * 3600).map(off);
    expect([new Set(before), new Set(after)]).toEqual([new Set([0]), new Set([7])]);
  });
});
