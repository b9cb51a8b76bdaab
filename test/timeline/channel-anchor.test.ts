import { expect, test } from "vitest";
import { ChannelAnchor } from "../../src/timeline/channel-anchor.ts";
import { ms, ticks } from "./units.ts";

const SECOND = 90_000;
/** 2026-01-02T03:04:05Z. */
const START = 1_767_323_045_000;
const EPOCH = START * 90;

test("the first picture is from when it arrived, or from when it is said to be", () => {
  expect(new ChannelAnchor({ inputs: 1 }).byArrival(ms(START + 19))).toBe(EPOCH + 19 * 90);
  expect(new ChannelAnchor({ inputs: 1, start: ms(START) }).byArrival(ms(5))).toBe(EPOCH);
  expect(new ChannelAnchor({ inputs: 1, start: ms(START) }).byArrival(undefined)).toBe(EPOCH);
  expect(new ChannelAnchor({ inputs: 1 }).byArrival(undefined)).toBe(0);
});

test("timecodes are near arrival, or on the day that files start on", () => {
  const anchor = new ChannelAnchor({ inputs: 1, start: ms(START) });
  expect(anchor.near(ms(START + 7))).toBe(EPOCH + 630);
  expect(anchor.limit(ms(START))).toBe(120 * SECOND);
  expect(anchor.near(undefined)).toBe(Date.UTC(2026, 0, 2, 12) * 90);
  expect(anchor.limit(undefined)).toBeUndefined();
});

test.for<[name: string, pts: number, arrival: number, expected: number | undefined]>([
  ["one clock, one moment", 5 * SECOND + 1, 20, 1],
  ["one clock, a minute later", 65 * SECOND, 60_000, 60 * SECOND],
  ["one clock, joined with some seconds of delay", 5 * SECOND, 9000, 0],
  ["one clock, ahead of the first", 1 * SECOND, 0, -4 * SECOND],
  ["one clock that has wrapped since", 2 ** 33 + 5 * SECOND, 95_443_718, 2 ** 33],
  ["one clock, read before its wrap", 6 * SECOND - 2 ** 33, 1000, SECOND],
  ["another clock", 500 * SECOND, 60_000, undefined],
  ["a clock just too far off", 15 * SECOND, 0, undefined],
])("a second live input: %s", ([, pts, arrival, expected]) => {
  const anchor = new ChannelAnchor({ inputs: 2 });
  anchor.note(0, "none", ticks(5 * SECOND), ticks(EPOCH), ms(START));
  const shared = anchor.shared(1, ticks(pts), ms(START + arrival));
  expect(shared && shared.epoch - EPOCH).toBe(expected);
});

test("what is shared is the clock of the first input, or of the first that has timecodes, as it was last known", () => {
  const anchor = new ChannelAnchor({ inputs: 3 });
  expect(anchor.shared(2, ticks(0), ms(START))).toBeUndefined();
  anchor.note(1, "none", ticks(0), ticks(EPOCH), ms(START));
  anchor.note(2, "none", ticks(0), ticks(EPOCH + 7), ms(START));
  expect(anchor.shared(2, ticks(10), ms(START))).toEqual({ epoch: EPOCH + 10, source: "none", isAfter: true });
  expect(anchor.shared(1, ticks(10), ms(START))).toBeUndefined();
  anchor.note(2, "smpte", ticks(0), ticks(EPOCH + 7), ms(START));
  expect(anchor.shared(1, ticks(10), ms(START))).toEqual({ epoch: EPOCH + 17, source: "smpte", isAfter: true });
  // A day later the clocks of stream and host are apart by more than clocks may be.
  anchor.note(2, "smpte", ticks(86_400 * SECOND), ticks(EPOCH + 86_400 * SECOND), ms(START + 86_420_000));
  const shared = anchor.shared(1, ticks(86_401 * SECOND), ms(START + 86_421_000));
  expect(shared?.epoch).toBe(EPOCH + 86_401 * SECOND);
});

test("one that has nothing but arrival waits as long as another may know better", () => {
  const anchor = new ChannelAnchor({ inputs: 2 });
  expect(anchor.mayLearn(0)).toBe(true);
  expect(anchor.mayLearn(0)).toBe(true);
  expect(anchor.mayLearn(1)).toBe(false);
  const other = new ChannelAnchor({ inputs: 2 });
  other.note(1, "misb", ticks(0), ticks(EPOCH), ms(START));
  expect(other.mayLearn(0)).toBe(false);
});
