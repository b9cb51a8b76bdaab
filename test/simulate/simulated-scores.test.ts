import fc from "fast-check";
import { expect, test } from "vitest";
import { acceptMqaValue } from "../../src/sei/mqa-metric.ts";
import { simulatedScores } from "../../src/simulate/simulated-scores.ts";

const FIRST = (Date.parse("2026-08-01T12:00:00Z") / 1000) * 25;

test("any picture of any rendition has values in their ranges, the same whenever asked", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 40), fc.constantFrom(24, 25, 50, 60), fc.nat(12), (index, rate, rendition) => {
      const scores = simulatedScores(index, rate, rendition);
      expect([...scores.keys()]).toEqual(["mqa-video", "vmaf", "psnr", "ssim"]);
      for (const [name, value] of scores) expect(acceptMqaValue(name, value)).toBe(value);
      expect(Number.isInteger(scores.get("mqa-video"))).toBe(true);
      expect(simulatedScores(index, rate, rendition)).toEqual(scores);
    }),
  );
});

test("within a minute the best rendition is good and once very bad", () => {
  const values = Array.from({ length: 60 * 25 }, (_, i) => simulatedScores(FIRST + i, 25, 0).get("mqa-video")!);
  expect(Math.max(...values)).toBeGreaterThan(90);
  expect(Math.min(...values)).toBeLessThan(50);
  expect(values.filter((value) => value < 80).length / values.length).toBeLessThan(0.15);
});

test("each rendition is worse than the one before it, in every picture and metric", () => {
  for (let i = 0; i < 60 * 25; i += 7) {
    for (const name of ["mqa-video", "vmaf", "psnr", "ssim"] as const) {
      const [first, second, third] = [0, 1, 2].map((rendition) => simulatedScores(FIRST + i, 25, rendition).get(name)!);
      expect(first!).toBeGreaterThan(second!);
      expect(second!).toBeGreaterThan(third!);
    }
  }
});
