import { expect, test } from "vitest";
import type { Fragment } from "../../src/receive/read-media.ts";
import { TrackSequence } from "../../src/receive/track-sequence.ts";

/** A segment of two seconds in ticks of a millisecond, pictures of 40. */
function segment(number: number, start = number * 2000): readonly Fragment[] {
  return [{ number, start, duration: 2000, lastDuration: 40 }];
}

/** What is said of each of several segments. */
function told(...segments: readonly (readonly Fragment[])[]): readonly string[] {
  const sequence = new TrackSequence();
  return segments.map((one) =>
    sequence
      .push(one, false)
      .map(({ code }) => code)
      .join(" "),
  );
}

test.for<[name: string, segments: readonly (readonly Fragment[])[], expected: readonly string[]]>([
  ["one after the other is in order", [segment(5), segment(6), segment(7)], ["", "", ""]],
  [
    "a hole is told once, and filled",
    [segment(5), segment(8), segment(7), segment(6), segment(9)],
    ["", "number-not-next", "back-filled", "back-filled", ""],
  ],
  [
    "a hole is filled once",
    [segment(5), segment(7), segment(6), segment(6)],
    ["", "number-not-next", "back-filled", "number-not-next time-back"],
  ],
  [
    "what is from before the first that came may still come",
    [segment(5), segment(4), segment(6), segment(3)],
    ["", "back-filled", "", "back-filled"],
  ],
  [
    "an encoder that counts anew is told once",
    [segment(5000), segment(1), segment(2)],
    ["", "number-not-next time-back", ""],
  ],
  ["off by a sample is in order", [segment(5), segment(6, 12_040), segment(7, 14_000)], ["", "", ""]],
  ["off by more is not", [segment(5), segment(6, 12_041), segment(7, 14_041)], ["", "time-not-next", ""]],
  ["an overlap is not", [segment(5), segment(6, 11_900)], ["", "time-not-next"]],
  ["time that goes back is", [segment(5), segment(6, 9000), segment(7, 11_000)], ["", "time-back", ""]],
])("%s", ([, segments, expected]) => {
  expect(told(...segments)).toEqual(expected);
});

test("fragments of a segment follow each other, whether they count or not", () => {
  const parts = (number: number, step: number): readonly Fragment[] =>
    [0, 1, 2, 3].map((i) => ({
      number: number + i * step,
      start: number * 2000 + i * 500,
      duration: 500,
      lastDuration: 40,
    }));
  expect(told(parts(5, 0), parts(6, 0))).toEqual(["", ""]);
  const counted = parts(1, 1).map((part, i) => ({ ...part, start: 10_000 + i * 500 }));
  const next = parts(5, 1).map((part, i) => ({ ...part, start: 12_000 + i * 500 }));
  expect(told(counted, next)).toEqual(["", ""]);
  const broken = parts(5, 0).map((part, i) => ({ ...part, start: part.start + (i > 1 ? 200 : 0) }));
  expect(told(broken)).toEqual(["time-not-next"]);
});

test("a new init segment begins another time, and what replaces is in order", () => {
  const sequence = new TrackSequence();
  sequence.push(segment(5), false);
  sequence.forgetTimes();
  expect(sequence.push(segment(6, 1), false)).toEqual([]);
  expect(sequence.push(segment(5), true)).toEqual([]);
  expect(sequence.newest).toBe(6);
});

test("holes are bounded", () => {
  const sequence = new TrackSequence();
  for (let number = 0; number < 1000; number += 2) sequence.push(segment(number), false);
  expect(sequence.push(segment(1), false)[0]?.code).toBe("number-not-next");
});
