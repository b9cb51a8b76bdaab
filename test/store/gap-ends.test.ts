import { expect, test } from "vitest";
import { gapEnds } from "../../src/store/gap-ends.ts";
import { FIRST, segment, videoInit } from "./media.ts";

const init = videoInit("v", {}, 1000);
const before = segment({ number: FIRST, init, start: 10_000, duration: 2000 });
const rules = { targetDuration: 2, mostGaps: 5 };

test.each<[string, number, number, readonly number[] | undefined]>([
  ["no number is missing", 1, 12_000, []],
  ["no number is missing although time is", 1, 50_000, []],
  ["one missing number takes the hole", 2, 14_000, [14_000_000]],
  ["a hole that does not divide is filled to the microsecond", 4, 17_000, [13_666_666, 15_333_333, 17_000_000]],
  ["the longest gap still rounds to the target duration", 2, 14_499, [14_499_000]],
  ["a gap lasts no longer than rounds to the target duration, however much time is missing", 2, 15_800, [14_499_999]],
  ["several gaps each last no longer than that", 3, 19_000, [14_499_999, 16_999_998]],
  ["a hole without any time cannot be told", 2, 12_000, undefined],
  ["a hole that goes back in time cannot be told", 2, 11_000, undefined],
  ["as many gaps as the window holds", 6, 22_000, [14, 16, 18, 20, 22].map((seconds) => seconds * 1_000_000)],
  ["more gaps than the window holds", 7, 24_000, undefined],
])("%s", (_, numbers, start, expected) => {
  const after = segment({ number: FIRST + numbers, init, start, duration: 2000 });
  expect(gapEnds(before, after, rules)).toEqual(expected);
});
