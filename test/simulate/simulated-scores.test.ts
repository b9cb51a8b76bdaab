import fc from "fast-check";
import { expect, test } from "vitest";
import { acceptMqaValue, mqaMetricNames, mqaRanges } from "../../src/sei/mqa-metric.ts";
import { simulatedScores } from "../../src/simulate/simulated-scores.ts";

const FIRST = (Date.parse("2026-08-01T12:00:00Z") / 1000) * 25;

test("any picture of any rendition has values in their ranges, the same whenever asked", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 40), fc.constantFrom(24, 25, 50, 60), fc.nat(12), (index, rate, rendition) => {
      const scores = simulatedScores(index, rate, rendition);
      expect([...scores.keys()]).toEqual(["mqa-video", "mqa-audio", "vmaf", "psnr", "ssim"]);
      for (const [name, value] of scores) expect(acceptMqaValue(mqaRanges[name], value)).toBe(value);
      expect(Number.isInteger(scores.get("mqa-video"))).toBe(true);
      expect(simulatedScores(index, rate, rendition)).toEqual(scores);
    }),
  );
});

test("whatever goes wrong, every metric has a value in its range, and the faults say so", () => {
  const fault = fc.record({ points: fc.nat(300), freeze: fc.boolean(), black: fc.boolean() });
  fc.assert(
    fc.property(fc.nat(2 ** 40), fc.nat(12), fault, (index, rendition, fault) => {
      const scores = simulatedScores(index, 25, rendition, fault, mqaMetricNames);
      expect([...scores.keys()]).toEqual(mqaMetricNames);
      for (const [name, value] of scores) expect(acceptMqaValue(mqaRanges[name], value)).toBe(value);
      expect(scores.get("freeze")).toBe(Number(fault.freeze));
      expect(scores.get("black")).toBe(Number(fault.black));
    }),
  );
});

test("a dip lowers video by its points, a freeze by more; black has fidelity; sound stays", () => {
  const none = { points: 0, freeze: false, black: false };
  const [plain, dip, freeze, black] = [
    none,
    { ...none, points: 30 },
    { ...none, freeze: true },
    { ...none, black: true },
  ].map((fault) => simulatedScores(FIRST, 25, 0, fault));
  expect(dip!.get("mqa-video")).toBe(plain!.get("mqa-video")! - 30);
  expect(freeze!.get("mqa-video")).toBeLessThan(plain!.get("mqa-video")! - 30);
  for (const name of ["psnr", "vmaf", "ssim"] as const) {
    expect(dip!.get(name)).toBeLessThan(plain!.get(name)!);
    expect(freeze!.get(name)).toBeLessThan(dip!.get(name)!);
    expect(black!.get(name)).toBeGreaterThan(plain!.get(name)!);
  }
  expect([freeze!.get("freeze"), black!.get("black"), dip!.has("freeze"), dip!.has("black")]).toEqual([
    1,
    1,
    false,
    false,
  ]);
  for (const scores of [dip, freeze, black]) expect(scores!.get("mqa-audio")).toBe(plain!.get("mqa-audio"));
});

test("sound swings slowly", () => {
  const values = Array.from({ length: 31 * 25 }, (_, i) => simulatedScores(FIRST + i, 25, 0).get("mqa-audio")!);
  expect([Math.min(...values), Math.max(...values)]).toEqual([88, 96]);
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
