import type { Rational } from "../time/rational.ts";

/** The picture rates that can be simulated, by the names that are usual for them. */
export const simulatedRates: ReadonlyMap<string, Rational> = new Map([
  ["23.976", { num: 24_000, den: 1001 }],
  ["24", { num: 24, den: 1 }],
  ["25", { num: 25, den: 1 }],
  ["29.97", { num: 30_000, den: 1001 }],
  ["30", { num: 30, den: 1 }],
  ["50", { num: 50, den: 1 }],
  ["59.94", { num: 60_000, den: 1001 }],
  ["60", { num: 60, den: 1 }],
]);
