import { describe, expect, test } from "vitest";
import type { SegmenterEvent } from "../../src/segment/segment-event.ts";
import type { MediaTime } from "../../src/time/units.ts";
import type { TimedUnit, TimelineEvent } from "../../src/timeline/timed-unit.ts";
import { AUDIO, VIDEO } from "../timeline/units.ts";
import {
  audio,
  cut,
  interleave,
  lines,
  linesOf,
  newSegmenter,
  P25,
  P30,
  P50,
  problemsOf,
  segments,
  table,
  video,
} from "./tracks.ts";

/** Decoding order of a GOP of 50 with two B pictures between the others, the last ones before the next cut point. */
const CLOSED = [0, ...Array.from({ length: 16 }, (_, n) => [n * 3 + 3, n * 3 + 1, n * 3 + 2]).flat(), 49];
/** The same for a GOP whose first picture is decoded before two that are shown before it. */
const OPEN = [0, -2, -1, ...Array.from({ length: 15 }, (_, n) => [n * 3 + 3, n * 3 + 1, n * 3 + 2]).flat(), 46, 47];

describe("one rendition", () => {
  test("is cut at its I-frames, its sound at the first frame at or after", () => {
    const events = cut(interleave([video("v1", 0, 150), audio("a1", 0, 6)]));
    expect(lines(events.slice(0, 1))).toEqual(["grid 25/1 x 50, target 2"]);
    expect(linesOf(events, "v1")).toEqual([
      "v1 ( 0 at 0",
      "v1   0..49",
      "v1 ) 180000",
      "v1 ( 1 at 180000",
      "v1   50..99",
      "v1 ) 360000",
      "v1 ( 2 at 360000",
      "v1   100..149",
      "v1 ) 540000",
    ]);
    expect(linesOf(events, "a1")).toEqual([
      "a1 ( 0 at 0",
      "a1   0..95232",
      "a1 ) 96256",
      "a1 ( 1 at 96256",
      "a1   96256..191488",
      "a1 ) 192512",
      "a1 ( 2 at 192512",
      "a1   192512..287744",
      "a1 ) 288768",
    ]);
    expect(problemsOf(events)).toEqual([]);
  });

  test("says everything in order, as soon as it is known", () => {
    const segmenter = newSegmenter(2000);
    const said = interleave([video("v1", 0, 101)]).map((event) => lines(segmenter.push(event)));
    expect(
      said.flatMap((some, n) => (some.length > 0 ? [[n, ...some]] : [])).filter(([n]) => n === 51 || n === 101),
    ).toEqual([
      // The second I-frame: the GOP is known, the first segment goes out and ends.
      [51, "grid 25/1 x 50, target 2", "v1 ( 0 at 0", "v1   0..49", "v1 ) 180000", "v1 ( 1 at 180000", "v1   50..50"],
      // Until the line is reached the three pictures before it may yet be the next segment's.
      [101, "v1   97..99", "v1 ) 360000", "v1 ( 2 at 360000", "v1   100..100"],
    ]);
    expect(lines(segmenter.flush())).toEqual(["v1 ) 363600"]);
  });

  test("that does not start on a line starts at its first I-frame, in that cell", () => {
    expect(table(cut(interleave([video("v1", 20, 170)])), "v1")).toEqual([
      "0: 72000..252000 (50)",
      "1: 252000..432000 (50)",
      "2: 432000..612000 (50)",
    ]);
  });

  test("with GOPs that divide no segment has segments of one GOP or two", () => {
    const events = cut(interleave([video("v1", 0, 336, { gop: 48 })]));
    expect(lines(events)[0]).toMatch(/grid-irregular/);
    expect(lines(events)[1]).toBe("grid 25/1 x 50, target 4");
    expect(table(events, "v1")).toEqual([
      "0: 0..172800 (48)",
      "1: 172800..518400 (96)",
      "2: 518400..691200 (48)",
      "3: 691200..864000 (48)",
      "4: 864000..1036800 (48)",
      "5: 1036800..1209600 (48)",
    ]);
  });

  test("with GOPs longer than a segment lengthens the grid to the next multiple", () => {
    const events = cut(interleave([video("v1", 0, 500, { gop: 125 })]));
    expect(lines(events).slice(0, 2)).toEqual([
      "! grid-lengthened I-frames every 5 s, segments of 2 s asked for",
      "grid 25/1 x 150, target 10",
    ]);
    expect(table(events, "v1")).toEqual([
      "0: 0..900000 (250)",
      "1: 900000..1350000 (125)",
      "2: 1350000..1800000 (125)",
    ]);
  });

  test.for([
    [125, 1000, ["grid-irregular"]],
    [48, 2000, ["grid-irregular"]],
    [50, 0, []],
  ] as const)(
    "live and with timecodes keeps the grid that was asked for, with GOPs of %d too",
    ([gop, from, problems]) => {
      const sequence = video("v1", from, from + 500, { gop });
      const units = sequence.units.map((unit) => ({ ...unit, timecode: "smpte" as const }));
      const events = cut(interleave([{ ...sequence, units }]), 2000, { joinsLive: true });
      expect(lines(events)).toContain("grid 25/1 x 50, target 2");
      expect(problemsOf(events).filter((code) => code.startsWith("grid"))).toEqual(problems);
      const numbers = table(events, "v1").map((line) => Number(line.split(":")[0]));
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, n) => numbers[0]! + n));
    },
  );

  test("with a GOP too long to wait for is cut on the lines, and says that such segments depend on others", () => {
    const events = cut(interleave([video("v1", 0, 400, { gop: 375 })]));
    expect(lines(events).find((line) => line.startsWith("grid"))).toBe("grid 25/1 x 50, target 2");
    expect(table(events, "v1").slice(0, 3)).toEqual([
      "0: 0..180000 (50)",
      "1: 180000..360000 (50) dependent",
      "2: 360000..540000 (50) dependent",
    ]);
    expect(problemsOf(events).filter((code) => code === "cut-point-missing").length).toBe(7);
  });

  test("without any I-frame never starts", () => {
    const events = cut(interleave([video("v1", 0, 400, { plain: () => true }), audio("a1", 0, 16)]));
    expect(table(events, "v1")).toEqual([]);
    expect(table(events, "a1")[0]).toBe("0: 0..96256 (94)");
    expect(problemsOf(events)).toContain("cut-point-missing");
  });

  test("whose I-frames all lie in one picture has no GOP of nothing", () => {
    const sequence = video("v1", 0, 150, { gop: 1 });
    const one = { ...sequence, units: sequence.units.map((unit, n) => ({ ...unit, index: n >> 1 }) as typeof unit) };
    expect(lines(cut(interleave([one])))).toContain("grid 25/1 x 50, target 2");
  });

  test("at 29.97 has segments of 60 pictures", () => {
    const first = 60 * 883_000_000;
    const events = cut(interleave([video("v1", first, first + 180, { rate: P30, gop: 30 })]));
    expect(table(events, "v1")).toEqual(
      [0, 1, 2].map((n) => `${883_000_000 + n}: ${(first + n * 60) * 3003}..${(first + n * 60 + 60) * 3003} (60)`),
    );
  });

  test("cut at a CRA starts with the pictures shown before it; at the very start those cannot be decoded and are dropped", () => {
    for (const access of ["open", "recovery-point"] as const) {
      const events = cut(interleave([video("v1", 50, 200, { access, order: OPEN })]));
      expect(table(events, "v1")).toEqual([
        "1: 180000..352800 (48)",
        "2: 352800..532800 (50)",
        "3: 532800..712800 (50)",
      ]);
    }
  });

  test("cut at an IDR with leading pictures keeps them from the start", () => {
    const events = cut(interleave([video("v1", 50, 200, { access: "idr-with-leading", order: OPEN })]));
    expect(table(events, "v1")).toEqual(["1: 172800..352800 (50)", "2: 352800..532800 (50)", "3: 532800..712800 (50)"]);
  });

  test("of reordered pictures without an I-frame where one should be starts with the earliest it holds", () => {
    const events = cut(interleave([video("v1", 0, 200, { order: CLOSED, plain: (index) => index === 100 })]));
    // The cut lies on the line, at picture 100, which is decoded before no other: as with an I-frame.
    expect(table(events, "v1")).toEqual([
      "0: 0..180000 (50)",
      "1: 180000..360000 (50)",
      "2: 360000..540000 (50) dependent",
      "3: 540000..720000 (50)",
    ]);
    const shifted = cut(
      interleave([
        video("v1", 0, 201, {
          order: CLOSED,
          plain: (index) => index === 100,
          lost: (index) => index === 100 || index === 102,
        }),
      ]),
    );
    for (const { start, units } of segments(shifted)) {
      expect(start).toBe(Math.min(...units.map(({ time }) => time)));
    }
  });
});

describe("a ladder", () => {
  const ladder = (options = {}) => ["v1", "v2", "v3"].map((id) => video(id, 0, 200, options));

  test("with aligned I-frames is cut alike", () => {
    const events = cut(interleave(ladder(), { v2: 0.3, v3: 1.1 }));
    for (const id of ["v1", "v2", "v3"]) expect(table(events, id)).toEqual(table(events, "v1"));
    expect(table(events, "v1")).toHaveLength(4);
    expect(problemsOf(events)).toEqual([]);
  });

  test("is cut at the first I-frame after the line that all have", () => {
    const events = cut(
      interleave([video("v1", 0, 200, { gop: 10 }), video("v2", 0, 200, { gop: 25, plain: (index) => index === 50 })]),
    );
    expect(table(events, "v1").slice(0, 2)).toEqual(["0: 0..180000 (50)", "1: 180000..360000 (50)"]);
    expect(problemsOf(events)).toEqual(["cut-point-missing-in-rendition"]);
    const shared = cut(
      interleave([video("v1", 0, 200, { gop: 5 }), video("v2", 0, 200, { gop: 5, plain: (index) => index === 50 })]),
    );
    expect(table(shared, "v1").slice(0, 2)).toEqual(["0: 0..198000 (55)", "1: 198000..360000 (45)"]);
    expect(table(shared, "v2")).toEqual(table(shared, "v1"));
    expect(problemsOf(shared)).toEqual([]);
  });

  test("of which one misses an I-frame is cut there all the same, and that segment depends on others", () => {
    const events = cut(interleave([video("v1", 0, 200), video("v2", 0, 200, { plain: (index) => index === 100 })]));
    expect(table(events, "v2")).toEqual([
      "0: 0..180000 (50)",
      "1: 180000..360000 (50)",
      "2: 360000..540000 (50) dependent",
      "3: 540000..720000 (50)",
    ]);
    expect(table(events, "v1").map((line) => line.replace(" dependent", ""))).toEqual(
      table(events, "v2").map((line) => line.replace(" dependent", "")),
    );
    expect(events.filter((event) => event.kind === "problem").map((event) => event.problem)).toEqual([
      { code: "cut-point-missing-in-rendition", count: 1, detail: "v2" },
    ]);
  });

  test("of which one falls silent goes on without it after 3 s, and with it again from the next boundary", () => {
    const events = cut(
      interleave([video("v1", 0, 500), video("v2", 0, 500, { lost: (index) => index >= 130 && index < 330 })]),
    );
    expect(problemsOf(events)).toEqual(["rendition-late"]);
    expect(table(events, "v1")).toHaveLength(10);
    expect(table(events, "v2")).toEqual([
      "0: 0..180000 (50)",
      "1: 180000..360000 (50)",
      "2: 360000..468000 (30)",
      "7: 1260000..1440000 (50)",
      "8: 1440000..1620000 (50)",
      "9: 1620000..1800000 (50)",
    ]);
  });

  test("of which one dies goes on", () => {
    const events = cut(interleave([video("v1", 0, 500), video("v2", 0, 120)]));
    expect(table(events, "v1")).toHaveLength(10);
    expect(table(events, "v2").at(-1)).toBe("2: 360000..432000 (20)");
  });

  test("that one joins later takes it in from the next shared boundary", () => {
    const [v1, v2] = [video("v1", 0, 400), video("v2", 210, 400, { gop: 10 })];
    const late = interleave([v1, v2]);
    const joins = late.findIndex((event) => event.kind === "unit" && event.unit.trackId === "v2");
    const track: TimelineEvent = { kind: "track", track: v2.track };
    const events = cut([
      ...late.slice(0, joins).filter((event) => event.kind !== "track" || event.track.id !== "v2"),
      track,
      ...late.slice(joins),
    ]);
    expect(table(events, "v2")).toEqual([
      "5: 900000..1080000 (50)",
      "6: 1080000..1260000 (50)",
      "7: 1260000..1440000 (50)",
    ]);
    expect(table(events, "v1")).toHaveLength(8);
    expect(problemsOf(events)).toEqual([]);
  });

  test("of 50 and 25 pictures a second is cut alike, whichever came first", () => {
    for (const [first, second] of [
      [P50, P25],
      [P25, P50],
    ] as const) {
      const of = (id: string, rate: typeof P25) => video(id, 0, rate.num * 8, { rate, gop: rate.num * 2 });
      const events = cut(interleave([of("v1", first), of("v2", second)], { v2: 0.5 }));
      const starts = (id: string) => table(events, id).map((line) => line.replace(/ .\d+.$/, ""));
      expect(starts("v1")).toEqual(["0: 0..180000", "1: 180000..360000", "2: 360000..540000", "3: 540000..720000"]);
      expect(starts("v2")).toEqual(starts("v1"));
    }
  });
});

describe("holes", () => {
  test("inside a cell leave one segment that lasts as long as the others", () => {
    const events = cut(interleave([video("v1", 0, 200, { lost: (index) => index > 60 && index < 90 })]));
    expect(table(events, "v1")).toEqual([
      "0: 0..180000 (50)",
      "1: 180000..360000 (21)",
      "2: 360000..540000 (50)",
      "3: 540000..720000 (50)",
    ]);
  });

  test("across whole cells end the segment before them, and numbers skip", () => {
    const events = cut(interleave([video("v1", 0, 400, { lost: (index) => index >= 70 && index < 250 })]));
    expect(table(events, "v1")).toEqual([
      "0: 0..180000 (50)",
      "1: 180000..252000 (20)",
      "5: 900000..1080000 (50)",
      "6: 1080000..1260000 (50)",
      "7: 1260000..1440000 (50)",
    ]);
  });

  test("that begin on a line make no segment of the pictures just before it", () => {
    const events = cut(interleave([video("v1", 0, 600, { gop: 10, lost: (index) => index >= 150 && index < 410 })]));
    expect(table(events, "v1").slice(1, 4)).toEqual([
      "1: 180000..360000 (50)",
      "2: 360000..540000 (50)",
      "8: 1476000..1620000 (40)",
    ]);
  });

  test("after which the next I-frame is long in coming do not make a segment longer than the target duration", () => {
    const events = cut(interleave([video("v1", 0, 350, { gop: 25, lost: (index) => index >= 70 && index < 205 })]));
    expect(table(events, "v1")).toEqual([
      "0: 0..180000 (50)",
      "1: 180000..252000 (20)",
      // Pictures 205 to 224 need what was lost.
      "4: 810000..900000 (25)",
      "5: 900000..1080000 (50)",
      "6: 1080000..1260000 (50)",
    ]);
    expect(problemsOf(events)).toEqual(["picture-unplaced"]);
  });

  test("after which no I-frame comes for half a minute end nothing for good: the encoder refreshes gradually", () => {
    const lost = (index: number): boolean => index >= 70 && index < 125;
    const events = cut(interleave([video("v1", 0, 1500, { gop: 2000, lost })]));
    const segments = table(events, "v1");
    expect(segments.slice(0, 2)).toEqual(["0: 0..180000 (50)", "1: 180000..252000 (20) dependent"]);
    expect(segments[2]).toMatch(/^16: .* dependent$/);
    expect(segments.length).toBeGreaterThan(12);
  });

  test("there are none where pictures are presented long after they are decoded, and a cut is forced", () => {
    // Each P picture comes before the four or seven B pictures that are shown before it.
    for (const between of [4, 7]) {
      const order = Array.from({ length: 1 + 60 * (between + 1) }, (_, n) => {
        if (n === 0) return 0;
        const place = (n - 1) % (between + 1);
        return place === 0 ? n + between : n - 1;
      });
      const events = cut(interleave([video("v1", 0, order.length, { gop: order.length, order })]));
      const numbers = table(events, "v1").map((line) => Number.parseInt(line, 10));
      expect(numbers.length).toBeGreaterThan(5);
      expect(numbers).toEqual(numbers.map((_, i) => i));
    }
  });

  test("in one rendition across a boundary end its segment where its pictures do, and it is back with the next I-frame on a line", () => {
    const events = cut(
      interleave([video("v1", 0, 400), video("v2", 0, 400, { lost: (index) => index >= 70 && index < 125 })]),
    );
    expect(table(events, "v1")).toHaveLength(8);
    expect(table(events, "v2").slice(1, 4)).toEqual([
      "1: 180000..252000 (20)",
      "3: 540000..720000 (50)",
      "4: 720000..900000 (50)",
    ]);
  });

  test("in one rendition just over a boundary let it go on late, depending on others", () => {
    const events = cut(
      interleave([video("v1", 0, 300), video("v2", 0, 300, { lost: (index) => index >= 98 && index < 103 })]),
    );
    expect(table(events, "v2").slice(1, 4)).toEqual([
      "1: 180000..370800 (48)",
      "2: 370800..540000 (47) dependent",
      "3: 540000..720000 (50)",
    ]);
  });

  test("in the sound alone do the same", () => {
    const events = cut(
      interleave([video("v1", 0, 300), audio("a1", 0, 12, { lost: (time) => time > 2.5 && time < 4.9 })]),
    );
    const kept = segments(events).filter(({ track }) => track === "a1");
    expect(kept.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(kept[1]).toMatchObject({ start: 96_256, end: 120_832 });
    // Its first frame after the hole lies in the middle of the cell.
    expect(kept[2]!.start / 48_000).toBeCloseTo(4.9, 1);
  });

  test("that all tracks share make none of them late", () => {
    const lost = (index: number) => index >= 115 && index < 215;
    const events = cut(
      interleave([
        video("v1", 0, 400, { lost }),
        video("v2", 0, 400, { lost }),
        audio("a1", 0, 16, { lost: (time) => lost(time * 25) }),
      ]),
      6000,
    );
    expect(problemsOf(events)).not.toContain("rendition-late");
    expect(table(events, "v2")).toEqual(table(events, "v1"));
  });
});

describe("tracks that arrive apart", () => {
  test.for([-2.5, -1, 1, 2.5])("sound %d s after the pictures is cut as if it came with them", (delay) => {
    const sequences = [video("v1", 0, 400), audio("a1", 0, 16)];
    const together = cut(interleave(sequences));
    const apart = cut(interleave(sequences, { [delay < 0 ? "v1" : "a1"]: Math.abs(delay) }));
    for (const id of ["v1", "a1"]) expect(table(apart, id)).toEqual(table(together, id));
    expect(problemsOf(apart)).toEqual([]);
  });

  test.for([4, 8, 30])("a rendition that lags by more than the wait, %d s, is cut where the others were", (delay) => {
    const sequences = [video("v1", 0, 1000), video("v2", 0, 1000), audio("a1", 0, 40)];
    const events = cut(interleave(sequences, { v2: delay, a1: delay }));
    expect(problemsOf(events)).toEqual(["rendition-late", "rendition-late"]);
    expect(table(events, "v2")).toEqual(table(events, "v1"));
    expect(table(events, "a1")).toEqual(table(cut(interleave(sequences)), "a1"));
  });
});

describe("renditions whose times disagree", () => {
  /** Pictures of v2 from its third GOP on have times that are so many pictures later. */
  function ahead(pictures: number): readonly TimelineEvent[] {
    const length = 1000;
    const shifted = video("v2", 0, 100).units.concat(video("v2", 100 + pictures, length + pictures).units);
    const events = interleave([video("v1", 0, length), video("v2", 0, length), video("v3", 0, length)]);
    let n = 0;
    return events.map((event) =>
      event.kind === "unit" && event.unit.trackId === "v2" ? { kind: "unit", unit: shifted[n++]! } : event,
    );
  }
  const whole = table(cut(interleave([video("v1", 0, 1000)])), "v1");
  const numbersOf = (events: readonly SegmenterEvent[], id: string) =>
    segments(events).flatMap(({ track, number }) => (track === id ? [number] : []));

  test.for([50, 250, 263, 5000])("one that leaps ahead by %d pictures leaves the others as they are", (pictures) => {
    const events = cut(ahead(pictures), 2000, { joinsLive: true });
    for (const id of ["v1", "v3"]) expect(table(events, id)).toEqual(whole.slice(1));
    expect(problemsOf(events)).not.toContain("rendition-late");
    const isAhead = problemsOf(events).includes("rendition-ahead");
    expect(isAhead).toBe(pictures > 50);
  });

  test("one that leaps ahead by whole segments waits, and is cut where the others come to it", () => {
    const events = cut(ahead(250), 2000, { joinsLive: true });
    expect(numbersOf(events, "v2").slice(0, 4)).toEqual([1, 7, 8, 9]);
  });

  test("one that leaps ahead by anything else is left out", () => {
    const events = cut(ahead(263), 2000, { joinsLive: true });
    expect(numbersOf(events, "v2").filter((number) => number < 20)).toEqual([1]);
  });

  test("what waits for the others is bounded", () => {
    const segmenter = newSegmenter(2000, { joinsLive: true });
    const said = ahead(50_000).flatMap((event) => segmenter.push(event));
    for (let n = 1000; n < 6000; n++) {
      for (const id of ["v1", "v2", "v3"]) {
        const index = id === "v2" ? n + 50_000 : n;
        said.push(
          ...segmenter.push({
            kind: "unit",
            unit: video(id, index, index + 1, { plain: () => n % 50 !== 0 }).units[0]!,
          }),
        );
      }
    }
    const dropped = said.flatMap((event) =>
      event.kind === "problem" && event.problem.code === "rendition-ahead" ? [event.problem.detail] : [],
    );
    expect(dropped).toEqual(["v2, by 2000 s", "v2, too much to wait", "v2, too much to wait"]);
    expect(numbersOf([...said, ...segmenter.flush()], "v1").at(-1)).toBe(119);
  });

  test("one without timecodes is left out where others have them, and is in as soon as it has", () => {
    const timecoded = ({ units }: ReturnType<typeof video>): readonly TimedUnit[] =>
      units.map((unit) => ({ ...unit, timecode: "smpte" }));
    const [v1, v2] = [video("v1", 0, 600), video("v2", 7, 600)];
    const sent = [
      ...timecoded(v1),
      ...v2.units.filter(({ time }) => time < 300 * 3600),
      ...timecoded(video("v2", 300, 600)),
    ].sort((a, b) => a.time - b.time);
    const events = cut(
      [
        { kind: "track", track: v1.track },
        { kind: "track", track: v2.track },
        ...sent.map((unit): TimelineEvent => ({ kind: "unit", unit })),
      ],
      2000,
      { joinsLive: true },
    );
    expect(table(events, "v1")).toEqual(whole.slice(1, 12));
    expect(numbersOf(events, "v2")).toEqual([6, 7, 8, 9, 10, 11]);
    expect(problemsOf(events)).toEqual(["rendition-left-out"]);
  });

  test("two that began apart begin where both have come to", () => {
    const events = cut(interleave([video("v1", 0, 1000), video("v2", 200, 1000)], { v2: -8 }), 2000, {
      joinsLive: true,
    });
    for (const id of ["v1", "v2"]) expect(table(events, id)).toEqual(whole.slice(5));
    expect(problemsOf(events)).toEqual(["rendition-ahead"]);
  });

  test("of several that began apart a minority is late", () => {
    const sequences = [video("v1", 200, 1000), video("v2", 0, 1000), video("v3", 200, 1000)];
    const events = cut(interleave(sequences, { v1: -8, v3: -8 }), 2000, { joinsLive: true });
    expect(problemsOf(events)).toContain("rendition-late");
    expect(numbersOf(events, "v1")[0]).toBe(5);
  });
});

describe("an encoder that starts again with its I-frames elsewhere on the grid", () => {
  const other = { ...VIDEO, width: 640 };

  /** Four seconds and so many pictures, then 20 s of new GOPs. */
  function restarted(phase: number, configuration = VIDEO) {
    const before = video("v1", 0, 100 + phase);
    const after = video("v1", 100 + phase, 600 + phase, { configuration: () => configuration });
    return cut(interleave([{ track: before.track, units: [...before.units, ...after.units] }]));
  }

  const phases = Array.from({ length: 50 }, (_, n) => n);

  test.for(phases)(
    "%d pictures after a line: no picture is lost, and soon segments start with an I-frame again",
    (phase) => {
      const all = segments(restarted(phase));
      expect(all.flatMap(({ units }) => units)).toHaveLength(600 + phase);
      expect(all.map(({ number }) => number)).toEqual(all.map((_, n) => n));
      for (const { start, end } of all) expect(Math.round((end - start) / 90_000)).toBeLessThanOrEqual(2);
      // A cell's cut can move nine pictures towards the I-frame: the target duration has no room for more.
      const dependent = all.filter(({ independent }) => !independent).map(({ number }) => number);
      expect(dependent.length).toBeLessThanOrEqual(Math.ceil(phase / 9));
      for (const number of dependent) expect(number).toBeLessThanOrEqual(3 + Math.ceil(phase / 9));
    },
  );

  test.for(phases)(
    "%d pictures after a line, with other parameters: it is back with the first I-frame of the next cell",
    (phase) => {
      const all = segments(restarted(phase, other));
      expect(all.every(({ independent }) => independent)).toBe(true);
      const lost = 600 + phase - all.reduce((sum, { units }) => sum + units.length, 0);
      // Up to three pictures before a line are that line's.
      expect(lost).toBe(phase === 0 || phase >= 47 ? 0 : 50);
    },
  );
});

describe("parameters", () => {
  const other = { ...VIDEO, width: 640 };

  test("that change at a boundary just go on", () => {
    const events = cut(interleave([video("v1", 0, 200, { configuration: (index) => (index < 100 ? VIDEO : other) })]));
    expect(table(events, "v1")).toHaveLength(4);
    expect(problemsOf(events)).toEqual([]);
  });

  test("that change in a cell end the segment there; nothing is placed until the next boundary", () => {
    const configuration = (index: number) => (index < 125 ? VIDEO : other);
    const events = cut(interleave([video("v1", 0, 250, { gop: 25, configuration })]));
    expect(table(events, "v1")).toEqual([
      "0: 0..180000 (50)",
      "1: 180000..360000 (50)",
      "2: 360000..450000 (25)",
      "3: 540000..720000 (50)",
      "4: 720000..900000 (50)",
    ]);
    expect(problemsOf(events)).toEqual(["picture-unplaced"]);
    for (const { units } of segments(events)) expect(new Set(units.map(({ unit }) => unit.configuration)).size).toBe(1);
  });

  test("that make a track start anew end its segment", () => {
    const before = audio("a1", 0, 4.5);
    const after = audio("a1", 4.5, 10, { sampleRate: 44_100, configuration: { ...AUDIO, sampleRate: 44_100 } });
    const events = cut([
      ...interleave([video("v1", 0, 112), before]),
      { kind: "track", track: after.track },
      ...interleave([video("v1", 112, 250, { gop: 38 }), after]).filter((event) => event.kind === "unit"),
    ]);
    const kept = segments(events).filter(({ track }) => track === "a1");
    expect(kept.map(({ number, units }) => [number, units[0]!.unit.configuration])).toEqual(
      [0, 1, 2, 3, 4].map((number) => [number, number < 3 ? AUDIO : after.units[0]!.unit.configuration]),
    );
    for (const { units } of kept) expect(new Set(units.map(({ unit }) => unit.configuration)).size).toBe(1);
  });
});

describe("sound alone", () => {
  test("is cut on the lines of a grid of milliseconds once 5 s have come without a picture", () => {
    const segmenter = newSegmenter(2000);
    const said = interleave([audio("a1", 1000, 1010)]).map((event) => segmenter.push(event));
    const first = said.findIndex((some) => some.length > 0);
    expect(((first - 2) * 1024) / 48_000).toBeCloseTo(5, 1);
    const events = [...said.flat(), ...segmenter.flush()];
    expect(lines(events)[0]).toBe("grid 1000/1 x 2000, target 2");
    expect(segments(events).map(({ number, start }) => [number, start])).toEqual(
      Array.from({ length: 5 }, (_, n) => [500 + n, 48_000_000 + Math.ceil((n * 96_000) / 1024) * 1024]),
    );
  });

  test("of less than that is cut at the end", () => {
    expect(table(cut(interleave([audio("a1", 0, 3)])), "a1")).toEqual(["0: 0..96256 (94)", "1: 96256..144384 (47)"]);
  });

  test("that starts on a line at 44.1 kHz has the number of that line", () => {
    for (let second = 1_767_323_044; second < 1_767_323_044 + 40; second += 2) {
      const events = cut(interleave([audio("a1", second, second + 6, { sampleRate: 44_100 })]));
      expect(segments(events)[0]).toMatchObject({ number: second / 2, start: second * 44_100 });
    }
  });

  test("of several languages is cut alike", () => {
    const events = cut(interleave([audio("a1", 0, 20), audio("a2", 0.01, 20, { samples: 1536 })], { a2: 1 }));
    const starts = (id: string) => segments(events).filter(({ track }) => track === id);
    expect(starts("a2").map(({ number }) => number)).toEqual(starts("a1").map(({ number }) => number));
    for (const { number, start } of starts("a2").slice(1)) {
      expect(start).toBeGreaterThanOrEqual(number * 96_000);
      expect(start).toBeLessThan(number * 96_000 + 1536);
    }
  });

  test("that is years ahead costs nothing", () => {
    const [near, far] = [audio("a1", 0, 8), audio("a1", 3_000_000_000, 3_000_000_008)];
    const segmenter = newSegmenter(2000);
    const started = performance.now();
    const events = [...interleave([near, far]).flatMap((event) => segmenter.push(event)), ...segmenter.flush()];
    expect(performance.now() - started).toBeLessThan(1000);
    expect(segments(events).map(({ number }) => number)).toEqual([
      0,
      1,
      2,
      3,
      ...[0, 1, 2, 3].map((n) => 1_500_000_000 + n),
    ]);
  });

  test("goes on in its cells while the pictures are lost, and is with them again after", () => {
    const events = cut(
      interleave([video("v1", 0, 700, { lost: (index) => index >= 170 && index < 470 }), audio("a1", 0, 28)]),
    );
    const numbers = (id: string) =>
      segments(events)
        .filter(({ track }) => track === id)
        .map(({ number }) => number);
    expect(numbers("a1")).toEqual(Array.from({ length: 14 }, (_, n) => n));
    expect(numbers("v1")).toEqual([0, 1, 2, 3, 10, 11, 12, 13]);
    const audioStarts = segments(events).filter(({ track }) => track === "a1");
    for (const { number, start } of audioStarts) expect(start).toBe(Math.ceil((number * 96_000) / 1024) * 1024);
  });
});

describe("memory", () => {
  test("is bounded where presentation stands still: the segment ends and the rest is dropped", () => {
    const sequence = video("v1", 0, 100);
    const standing = sequence.units.at(-1)!;
    const segmenter = newSegmenter(2000);
    const events = [
      ...interleave([sequence]).flatMap((event) => segmenter.push(event)),
      ...Array.from({ length: 300_000 }, (_, n) => ({ ...standing, decodeTime: (360_000 + n) as MediaTime })).flatMap(
        (unit) => segmenter.push({ kind: "unit", unit } as TimelineEvent),
      ),
      ...segmenter.flush(),
    ];
    expect(problemsOf(events)).toEqual(["segment-overfull"]);
    expect(segments(events).at(-1)!.units.length).toBeLessThan(200_000);
  });

  test("is bounded where a lone rendition waits for one whose times run away", () => {
    const [v1, v2] = [video("v1", 0, 100), video("v2", 0, 100)];
    const segmenter = newSegmenter(2000);
    const events = interleave([v1, v2]).flatMap((event) => segmenter.push(event));
    let said = events.length;
    for (let n = 0; n < 20_000; n++) {
      const time = (360_000 + (n % 2)) as MediaTime;
      const unit = { ...v1.units[99]!, index: 100, time, decodeTime: (360_000 + n) as MediaTime };
      said += segmenter.push({ kind: "unit", unit } as TimelineEvent).length;
    }
    expect(said).toBeGreaterThan(10_000);
  });
});

describe("sound", () => {
  test("that is missing or comes twice in a segment is reported, and times in it never overlap", () => {
    const [, ...whole] = interleave([
      video("v1", 0, 150),
      audio("a1", 0, 6, { lost: (time) => time > 3 && time < 3.2 }),
    ]);
    const twice = whole.flatMap((event) =>
      event.kind === "unit" && event.unit.kind === "frame" && event.unit.time === 48_128 ? [event, event] : [event],
    );
    const track = video("v1", 0, 0).track;
    const events = cut([{ kind: "track", track }, ...twice]);
    expect(problemsOf(events)).toEqual(["audio-overlap", "audio-gap"]);
    expect(table(events, "a1").map((line) => line.split(" ")[1])).toEqual([
      "0..96256",
      "96256..192512",
      "192512..288768",
    ]);
  });

  test("whose times are rounded is counted anew in each segment, whatever was before", () => {
    const starts = (from: number) => {
      const sequence = audio("a1", from, 12, { sampleRate: 44_100 });
      // A sample more or less, as rounding to 90 kHz makes it.
      const units = sequence.units.map((unit) => ({
        ...unit,
        time: (unit.time + ((unit.time >> 10) % 3) - 1) as MediaTime,
      }));
      const events = cut(
        interleave([video("v1", from === 0 ? 0 : 100, 300), { ...sequence, units: units as typeof sequence.units }]),
      );
      return table(events, "a1").slice(-3);
    };
    const whole = audio("a1", 0, 12, { sampleRate: 44_100 }).units;
    // Frames of both begin at the same times.
    const from = whole.findIndex(({ time }) => time >= 4 * 44_100);
    expect(starts(whole[from]!.time / 44_100)).toEqual(starts(0));
  });
});
