import { expect, test } from "vitest";
import { MAX_RECORDS, qualityWindow, type WindowQuery } from "../../src/quality/quality-window.ts";
import type { Segment } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { segment, videoInit } from "../server/fake-channel.ts";
import { plainRecord } from "./records.ts";

/** Segments of 1.92 s, number n from 1920 n ms on. */
function segments(...numbers: number[]): readonly Segment[] {
  return numbers.map((number) => segment(videoInit, number, 100, plainRecord(48)));
}

function time(milliseconds: number): { readonly time: Milliseconds } {
  return { time: milliseconds as Milliseconds };
}

/** 3 and 4, 7 to 9 are missing. */
const holed = segments(1, 2, 5, 6, 10);

test.for<[name: string, query: WindowQuery, numbers: readonly number[], missing: readonly string[]]>([
  ["everything", {}, [1, 2, 5, 6, 10], ["3-4", "7-9"]],
  ["from a number", { from: { number: 5 } }, [5, 6, 10], ["7-9"]],
  ["from a number that is missing", { from: { number: 4 } }, [5, 6, 10], ["4-4", "7-9"]],
  ["from before the window", { from: { number: 0 } }, [1, 2, 5, 6, 10], ["3-4", "7-9"]],
  ["from after the newest", { from: { number: 11 } }, [], []],
  ["to a number", { to: { number: 5 } }, [1, 2, 5], ["3-4"]],
  ["to a number that is missing", { to: { number: 3 } }, [1, 2], ["3-3"]],
  ["to before the window", { to: { number: 0 } }, [], []],
  ["to after the newest", { to: { number: 2 ** 53 - 1 } }, [1, 2, 5, 6, 10], ["3-4", "7-9"]],
  ["from and to, both included", { from: { number: 2 }, to: { number: 6 } }, [2, 5, 6], ["3-4"]],
  ["a hole alone", { from: { number: 7 }, to: { number: 9 } }, [], ["7-9"]],
  ["from greater than to", { from: { number: 6 }, to: { number: 2 } }, [], []],
  ["from the first millisecond of a segment", { from: time(5 * 1920) }, [5, 6, 10], ["7-9"]],
  ["from the last millisecond of one", { from: time(6 * 1920 - 1) }, [5, 6, 10], ["7-9"]],
  ["from a time in a hole", { from: time(4 * 1920) }, [5, 6, 10], ["3-4", "7-9"]],
  ["from before all time", { from: time(0) }, [1, 2, 5, 6, 10], ["3-4", "7-9"]],
  ["from the end of the newest", { from: time(11 * 1920) }, [], []],
  ["to the first millisecond of a segment", { to: time(5 * 1920) }, [1, 2, 5], ["3-4"]],
  ["to the millisecond before it", { to: time(5 * 1920 - 1) }, [1, 2], ["3-4"]],
  ["to the end of a segment before a hole", { to: time(3 * 1920) }, [1, 2], ["3-4"]],
  ["to before all", { to: time(1919) }, [], []],
  ["to after all", { to: time(1e12) }, [1, 2, 5, 6, 10], ["3-4", "7-9"]],
  ["a moment", { from: time(2 * 1920 + 7), to: time(2 * 1920 + 7) }, [2], []],
  ["a moment in a hole", { from: time(8 * 1920), to: time(8 * 1920) }, [], ["7-9"]],
  ["the last one", { last: 1 }, [10], []],
  ["the last two", { last: 2 }, [6, 10], ["7-9"]],
  ["the last of more than there are", { last: 100 }, [1, 2, 5, 6, 10], ["3-4", "7-9"]],
])("%s", ([, query, numbers, missing]) => {
  const window = qualityWindow(holed, query);
  expect(window.records.map(({ number }) => number)).toEqual(numbers);
  expect(window.missing.map(({ from, to }) => `${from}-${to}`)).toEqual(missing);
  expect(window).not.toHaveProperty("next");
});

test("a hole of any size is one entry", () => {
  expect(qualityWindow(segments(1, 2 ** 40), {}).missing).toEqual([{ from: 2, to: 2 ** 40 - 1 }]);
});

test("more than one answer holds: the newest, or from where it was asked for, with the number to go on from", () => {
  const numbers = Array.from({ length: 2 * MAX_RECORDS + 5 }, (_, i) => (i < 3 ? i : i + 1));
  const many = segments(...numbers);
  const newest = qualityWindow(many, {});
  expect(newest.records.map(({ number }) => number)).toEqual(numbers.slice(-MAX_RECORDS));
  expect(newest).toMatchObject({ missing: [] });
  expect(newest).not.toHaveProperty("next");
  const pages: number[] = [];
  let from: number | undefined = 0;
  while (from !== undefined) {
    const page: ReturnType<typeof qualityWindow> = qualityWindow(many, { from: { number: from } });
    expect(page.records.length).toBeLessThanOrEqual(MAX_RECORDS);
    expect(page.missing).toEqual(from === 0 ? [{ from: 3, to: 3 }] : []);
    pages.push(...page.records.map(({ number }) => number));
    from = page.next;
  }
  expect(pages).toEqual(numbers);
});
