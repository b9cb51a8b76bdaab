import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cut, decideCut, type Rendition } from "../../src/segment/decide-cut.ts";

const r = (reached: number, ...cutPoints: number[]): Rendition => ({ cutPoints, reached });

/** A cell that begins on its line, at 100. */
const RANGE = { from: 100, line: 100, limit: 150 };

test.for<[name: string, renditions: readonly Rendition[], final: boolean, cut: Cut | undefined]>([
  // shared
  ["one rendition, a cut point on the line", [r(100, 100)], false, { position: 100, kind: "shared" }],
  ["one rendition, a cut point after the line", [r(120, 120)], false, { position: 120, kind: "shared" }],
  ["the first of several", [r(125, 101, 110, 125)], false, { position: 101, kind: "shared" }],
  ["one on the line that both have", [r(100, 100), r(130, 100)], false, { position: 100, kind: "shared" }],
  [
    "not the first, but the first that both have",
    [r(130, 104, 120), r(130, 110, 120)],
    false,
    { position: 120, kind: "shared" },
  ],
  [
    "cut points before the line do not count",
    [r(120, 99, 120), r(120, 99, 120)],
    false,
    { position: 120, kind: "shared" },
  ],
  ["three renditions", [r(100, 100), r(100, 100), r(100, 100)], false, { position: 100, kind: "shared" }],
  ["one of the two is ahead by another", [r(150, 100, 150), r(100, 100)], false, { position: 100, kind: "shared" }],
  // waiting
  ["nothing has come yet", [r(Number.NEGATIVE_INFINITY)], false, undefined],
  ["no cut point yet", [r(149)], false, undefined],
  ["one has not come so far", [r(100, 100), r(99)], false, undefined],
  ["a later one may be shared still", [r(120, 100), r(120)], false, undefined],
  ["one has come to the limit, the other not", [r(150, 100), r(149)], false, undefined],
  ["a cut point at the limit is not in the range", [r(150, 150), r(149, 149)], false, undefined],
  ["a shared one later, but an earlier may be shared too", [r(130, 110, 130), r(130, 130), r(105)], false, undefined],
  // partial
  ["all have come to the limit, one has it", [r(150, 100), r(150)], false, { position: 100, kind: "partial" }],
  ["the one most have", [r(150, 110, 120), r(160, 120), r(150, 130)], false, { position: 120, kind: "partial" }],
  ["the first of equals", [r(150, 120), r(150, 110)], false, { position: 110, kind: "partial" }],
  [
    "two pictures of one rendition at one position are one cut point",
    [r(150, 120, 120), r(150, 110)],
    false,
    { position: 110, kind: "partial" },
  ],
  // forced
  ["all have come to the limit, none has any", [r(150), r(170, 99, 150)], false, { position: 100, kind: "forced" }],
  // final
  ["at the end, what all have", [r(110, 110), r(110, 110)], true, { position: 110, kind: "shared" }],
  ["at the end, what one has", [r(110, 110), r(90)], true, { position: 110, kind: "partial" }],
  ["at the end, none where one goes on past the limit", [r(150), r(90)], true, { position: 100, kind: "forced" }],
  ["at the end, nothing where none goes on past the limit", [r(149), r(90)], true, undefined],
])("%s", ([, renditions, final, cut]) => {
  expect(decideCut(renditions, RANGE, final)).toEqual(cut);
});

/** What each rendition will have once everything has come; then what a moment of it looks like. */
const scenario = fc.array(fc.uniqueArray(fc.integer({ min: 90, max: 160 }), { maxLength: 8 }), {
  minLength: 1,
  maxLength: 4,
});

test("a decision made early is the one that is made when all is known", () => {
  fc.assert(
    fc.property(
      scenario,
      fc.array(fc.integer({ min: 80, max: 170 }), { minLength: 4, maxLength: 4 }),
      (all, moments) => {
        const complete = all.map((points) => r(200, ...points.toSorted((a, b) => a - b)));
        const early = complete.map(({ cutPoints }, n) =>
          r(moments[n]!, ...cutPoints.filter((point) => point <= moments[n]!)),
        );
        const decided = decideCut(early, RANGE, false);
        if (decided !== undefined) expect(decided).toEqual(decideCut(complete, RANGE, false));
      },
    ),
    { numRuns: 1000 },
  );
});

test("once all have come to the limit there is a decision, in the range, and no better one was passed over", () => {
  fc.assert(
    fc.property(scenario, (all) => {
      const cut = decideCut(
        all.map((points) => r(200, ...points.toSorted((a, b) => a - b))),
        RANGE,
        false,
      )!;
      const having = (position: number) => all.filter((points) => points.includes(position)).length;
      const range = Array.from({ length: 50 }, (_, n) => 100 + n);
      const best = Math.max(...range.map(having));
      expect(having(cut.position)).toBe(best);
      expect(cut.position).toBe(range.find((position) => having(position) === best));
      expect(cut.kind).toBe(best === all.length ? "shared" : best > 0 ? "partial" : "forced");
    }),
    { numRuns: 500 },
  );
});
