import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FloodLimit } from "../../src/receive/flood-limit.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("of each kind so many lines are written, then how many more there were", () => {
  const lines: string[] = [];
  const limit = new FloodLimit<number>({ lines: 2, interval: 1000 }, (line, more) => lines.push(`${line}+${more}`));
  for (let i = 1; i <= 5; i++) limit.add("a", i);
  limit.add("b", 9);
  expect(lines).toEqual(["1+0", "2+0", "9+0"]);
  vi.advanceTimersByTime(1000);
  expect(lines.slice(3)).toEqual(["5+2"]);
  limit.add("a", 6);
  expect(lines.slice(4)).toEqual(["6+0"]);
  vi.advanceTimersByTime(5000);
  expect(vi.getTimerCount()).toBe(0);
});

test("kinds are bounded", () => {
  let written = 0;
  const limit = new FloodLimit<number>({ lines: 1, interval: 1000 }, () => written++);
  for (let i = 0; i < 10_000; i++) limit.add(`${i}`, i);
  expect(written).toBe(4097);
  limit.close();
});
