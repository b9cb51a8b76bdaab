import fc from "fast-check";
import { expect, test } from "vitest";
import { cellStart, lineOf, planGrid } from "../../src/segment/grid.ts";
import { JoinedCuts } from "../../src/segment/joined-cuts.ts";
import { ms } from "../timeline/units.ts";
import { cut, interleave, P25, table, video } from "./tracks.ts";

const grid = planGrid(P25, ms(2000), undefined);
const FIRST = 1000;
const cells = fc.array(fc.nat(grid.pictures - 1), { minLength: 12, maxLength: 40 });

test("a packager that joins is certain only where all that were there before cut at the same pictures", () => {
  let certain = 0;
  fc.assert(
    fc.property(cells, fc.nat(10), (offsets, joined) => {
      // Where each cell's first I-frame lies.
      const natural = offsets.map((offset, n) => cellStart(grid, FIRST + n) + offset);
      const cuts: number[] = [];
      for (const position of natural) {
        const before = cuts.at(-1);
        cuts.push(before === undefined ? position : Math.min(position, before + grid.maxPictures));
      }
      const history = new JoinedCuts(grid, natural[joined]!);
      for (let n = joined; n < natural.length; n++) {
        if (n > joined) history.next(natural[n]!, true);
        if (!history.areCertain) continue;
        certain++;
        expect(cuts[n]).toBe(natural[n]);
        return;
      }
    }),
    { numRuns: 1000 },
  );
  expect(certain).toBeGreaterThan(300);
});

test("where I-frames lie on the lines that is at once", () => {
  expect(new JoinedCuts(grid, lineOf(grid, FIRST)).areCertain).toBe(true);
});

test.for<[name: string, phase: number, first: number]>([
  ["on the lines", 0, 22],
  ["a little after them", 5, 22],
  ["half a cell after them", 25, 25],
  ["at their ends", 46, 27],
])(
  "a live stream with I-frames %s is published from the first segment that is sure to be everybody's",
  ([, phase, first]) => {
    const sequence = video("v1", 1010 + phase, 1010 + phase + 1000, { gop: 50 });
    const units = sequence.units.map((unit, n) => {
      const isCut = (n - 40) % 50 === 0;
      const { randomAccess: _, ...plain } = unit.unit as Extract<typeof unit, { kind: "picture" }>["unit"];
      return { ...unit, timecode: "smpte" as const, unit: isCut ? { ...plain, randomAccess: "idr" as const } : plain };
    }) as typeof sequence.units;
    const events = cut(interleave([{ ...sequence, units }]), 2000, { joinsLive: true });
    expect(Number(table(events, "v1")[0]!.split(":")[0])).toBe(first);
  },
);
