import fc from "fast-check";
import { expect, test } from "vitest";
import { PresentationOrder } from "../../src/inspect/presentation-order.ts";
import type { Ticks } from "../../src/time/units.ts";

function order(times: readonly number[]): { readonly shown: readonly number[]; readonly depth: number } {
  const presentation = new PresentationOrder<{ readonly pts: Ticks }>();
  const shown = times.flatMap((pts) => presentation.push({ pts: pts as Ticks }) ?? []);
  return { shown: [...shown, ...presentation.flush()].map(({ pts }) => pts), depth: presentation.depth };
}

test("pictures moved by at most 16 places come out in the order of their times", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(16), { maxLength: 200 }), (moves) => {
      const times = moves.map((move, i) => (i + move) * 1000 + i);
      expect(order(times).shown).toEqual(times.toSorted((a, b) => a - b));
    }),
  );
});

test.for([
  ["no B pictures", [0, 1, 2, 3], 0],
  ["two B pictures that nothing refers to", [0, 3, 1, 2, 6, 4, 5], 1],
  ["a pyramid of three B pictures", [0, 4, 2, 1, 3, 8, 6, 5, 7], 2],
] as const)("%s: depth", ([, times, depth]) => {
  expect(order(times)).toEqual({ shown: times.toSorted((a, b) => a - b), depth });
});
