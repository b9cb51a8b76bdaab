import { expect, test } from "vitest";
import { ChannelAnchor } from "../../src/timeline/channel-anchor.ts";
import { ms, ticks } from "./units.ts";

const SECOND = 90_000;
/** 2026-01-02T03:04:05Z. */
const START = 1_767_323_045_000;
const EPOCH = START * 90;

const exact = (epoch: number) => ticks(epoch);
/** To whole pictures at 25 a second. */
const toPicture = (epoch: number) => ticks(Math.round(epoch / 3600) * 3600);

test("the first picture is shown when it arrived, moved to the grid", () => {
  expect(new ChannelAnchor(undefined).anchor(ticks(777), ms(START + 19), toPicture)).toBe(EPOCH);
  expect(new ChannelAnchor(undefined).anchor(ticks(777), ms(START + 21), toPicture)).toBe(EPOCH + 3600);
});

test("a configured start takes the place of arrival", () => {
  expect(new ChannelAnchor(ms(START)).anchor(ticks(777), ms(5), exact)).toBe(EPOCH);
  expect(new ChannelAnchor(ms(START)).anchor(ticks(777), undefined, exact)).toBe(EPOCH);
});

test("without either, the epoch begins with the first picture", () => {
  expect(new ChannelAnchor(undefined).anchor(ticks(777), undefined, exact)).toBe(0);
});

test.for<[name: string, pts: number, arrival: number, expected: number]>([
  ["one clock, one moment", 5 * SECOND + 1, 20, 1],
  ["one clock, a minute later", 65 * SECOND, 60_000, 60 * SECOND],
  ["one clock, joined with some seconds of delay", 5 * SECOND, 9000, 0],
  ["one clock, ahead of the first", 1 * SECOND, 0, -4 * SECOND],
  ["one clock that has wrapped since", 2 ** 33 + 5 * SECOND, 95_443_718, 2 ** 33],
  ["one clock, read before its wrap", 6 * SECOND - 2 ** 33, 1000, SECOND],
  ["another clock", 500 * SECOND, 60_000, 60 * SECOND],
  ["a clock just too far off", 15 * SECOND + 1, 0, 0],
])("a second live input: %s", ([, pts, arrival, expected]) => {
  const anchor = new ChannelAnchor(undefined);
  anchor.anchor(ticks(5 * SECOND), ms(START), toPicture);
  const epoch = anchor.anchor(ticks(pts), ms(START + arrival), toPicture);
  // A shared clock keeps its ticks; another one is moved to the grid, where these arrivals lie already.
  expect(epoch - EPOCH).toBe(expected);
});

test.for<[name: string, pts: number, expected: number]>([
  ["one clock, two pictures later", 5 * SECOND + 7200, 7200],
  ["another clock: it starts at the start too", 50 * SECOND, 0],
])("a second file: %s", ([, pts, expected]) => {
  const anchor = new ChannelAnchor(ms(START));
  anchor.anchor(ticks(5 * SECOND), undefined, exact);
  expect(anchor.anchor(ticks(pts), undefined, exact) - EPOCH).toBe(expected);
});
