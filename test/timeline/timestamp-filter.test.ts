import fc from "fast-check";
import { expect, test } from "vitest";
import { TimestampFilter } from "../../src/timeline/timestamp-filter.ts";
import { frame, ms, picture } from "./units.ts";

const SECOND = 90_000;
const HOUR = 3600 * SECOND;

/** Decoding times with a mark where they were corrected; `|` is the end of a push. */
function run(times: readonly number[], flush = true): string {
  const filter = new TimestampFilter();
  const said = times.map((time) => filter.push({ unit: frame(time), arrival: undefined }));
  if (flush) said.push(filter.flush());
  return said
    .map((checked) => checked.map(({ unit, corrected }) => `${unit.pts}${corrected ? "!" : ""}`).join(" "))
    .join("|");
}

test.for<[name: string, times: readonly number[], said: string]>([
  ["times that go on pass at once", [0, 1920, 3840], "0|1920|3840|"],
  ["disorder and small holes pass at once", [0, 40_000, 1920, 46_000], "0|40000|1920|46000|"],
  [
    "a leap waits for the next and is borne out",
    [0, HOUR, HOUR + 1920, HOUR + 3840],
    `0||${HOUR} ${HOUR + 1920}|${HOUR + 3840}|`,
  ],
  ["a leap back too", [HOUR, 0, 1920], `${HOUR}||0 1920|`],
  ["a wrong time is put between its neighbours", [0, HOUR, 3840, 5760], "0||1920! 3840|5760|"],
  ["a wrong time nearby too", [0, 9 * SECOND, 3840, 5760], "0||1920! 3840|5760|"],
  ["a wrong time in the past too", [HOUR, 0, HOUR + 3840], `${HOUR}||${HOUR + 1920}! ${HOUR + 3840}|`],
  ["two leaps in a row: the first is believed", [0, 50_000, 100_000, 101_920], "0||50000|100000 101920|"],
  ["a leap at the end is believed", [0, HOUR], `0||${HOUR}`],
])("%s", ([, times, said]) => {
  expect(run(times)).toBe(said);
});

test("a picture whose presentation lies out of reach of its decoding is shown when it is decoded", () => {
  const filter = new TimestampFilter();
  const push = (pts: number, dts: number) =>
    filter.push({ unit: picture(pts, { dts }), arrival: ms(5) }).map(({ unit, corrected }) => [unit.pts, corrected]);
  expect(push(7200, 0)).toEqual([[7200, false]]);
  expect(push(10 * HOUR, 3600)).toEqual([[3600, true]]);
  expect(push(0, 7200)).toEqual([[0, false]]);
  expect(push(-HOUR, 10_800)).toEqual([[10_800, true]]);
  expect(push(14_400 + 2 * SECOND - 1, 14_400)).toEqual([[14_400 + 2 * SECOND - 1, false]]);
  expect(push(18_000 + 2 * SECOND, 18_000)).toEqual([[18_000, true]]);
});

test.for<[name: string, pts: number, dts: number, shown: number]>([
  ["both are wrong: it keeps its delay", HOUR + 7200, HOUR, 3600 + 7200],
  ["only its decoding time is wrong: it is shown when it says", 10_800, HOUR, 10_800],
])("a wrong picture between others, where %s", ([, pts, dts, shown]) => {
  const filter = new TimestampFilter();
  filter.push({ unit: picture(7200, { dts: 0 }), arrival: ms(1) });
  filter.push({ unit: picture(pts, { dts }), arrival: ms(2) });
  const said = filter.push({ unit: picture(3600, { dts: 7200 }), arrival: ms(3) });
  expect(said.map(({ unit, arrival, corrected }) => [unit, arrival, corrected])).toEqual([
    [picture(shown, { dts: 3600 }), 2, true],
    [picture(3600, { dts: 7200 }), 3, false],
  ]);
});

test("every unit comes out once and in order, at most one unit late", () => {
  const time = fc.oneof(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: 0, max: SECOND }));
  fc.assert(
    fc.property(fc.array(time), (times) => {
      const filter = new TimestampFilter();
      const out: number[] = [];
      for (const [n, pts] of times.entries()) {
        for (const { arrival } of filter.push({ unit: frame(pts), arrival: ms(n) })) out.push(arrival!);
        expect(out.length).toBeGreaterThanOrEqual(n);
      }
      for (const { arrival } of filter.flush()) out.push(arrival!);
      expect(out).toEqual(times.map((_, n) => n));
    }),
  );
});
