import { expect, test } from "vitest";
import * as numbers from "../../../src/inspect/text/numbers.ts";

test.for([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [1_234_567, "1,234,567"],
] as const)("the integer %i is %s", ([value, text]) => {
  expect(numbers.integer(value)).toBe(text);
});

test.for([
  [640, "0.640 kb/s"],
  [64_000, "64.0 kb/s"],
  [999_999, "1000 kb/s"],
  [5_250_000, "5.25 Mb/s"],
  [123_456_789, "123 Mb/s"],
  [12_345_678_901, "12346 Mb/s"],
] as const)("the bit rate %i is %s", ([value, text]) => {
  expect(numbers.bitrate(value)).toBe(text);
});

test.for([
  [{ num: 25, den: 1 }, "25"],
  [{ num: 25, den: 2 }, "12.5"],
  [{ num: 30_000, den: 1001 }, "29.97 (30000/1001)"],
] as const)("the rate %o is %s", ([rate, text]) => {
  expect(numbers.rate(rate)).toBe(text);
});

test.for([
  [0, "0 %"],
  [0.0001, "0.1 %"],
  [0.5, "50 %"],
  [0.9999, "99.9 %"],
  [1, "100 %"],
] as const)("the share %d is %s", ([share, text]) => {
  expect(numbers.percent(share)).toBe(text);
});

test.for([
  [-40, "-40 ms"],
  [0, "+0 ms"],
  [9999.96, "+10000 ms"],
  [12_500, "+12.5 s"],
  [-3_600_040, "-3600.04 s"],
] as const)("%d ms are %s", ([value, text]) => {
  expect(numbers.signedMs(value)).toBe(text);
});

test("spreads, counts and PIDs", () => {
  expect(numbers.spread({ min: 48, median: 48, max: 48 })).toBe("48");
  expect(numbers.spread({ min: 12, median: 50, max: 250 })).toBe("12 to 250 (median 50)");
  expect([1, 2, 3000].map((count) => numbers.times(count))).toEqual(["once", "twice", "3,000 times"]);
  expect([1, 2].map((count) => numbers.plural(count, "picture"))).toEqual(["1 picture", "2 pictures"]);
  expect([numbers.during(10, 0), numbers.during(1000, 40)]).toEqual(["10", "1,000 in 40 s"]);
  expect(numbers.pidText(0x21)).toBe("0x0021");
});
