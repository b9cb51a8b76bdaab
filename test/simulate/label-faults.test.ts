import { expect, test } from "vitest";
import { parseFault } from "../../src/cli/fault-option.ts";
import { epochLabel, labelCounting } from "../../src/simulate/epoch-timecode.ts";
import { LabelFaults } from "../../src/simulate/label-faults.ts";
import { simulatedRates } from "../../src/simulate/simulated-rates.ts";
import { firstUnitFrom } from "../../src/simulate/unit-rate.ts";
import type { Ticks } from "../../src/time/units.ts";
import { formatLabel } from "../../src/timeline/smpte-label.ts";

const SECOND = 90_000;
const START = (Date.parse("2026-08-01T12:00:00Z") * 90) as Ticks;

/** The label of the first picture so many seconds after the start, on rendition 1. */
function labelAt(seconds: number, rateName: string, faults: readonly string[], pairs = false): string | undefined {
  const counting = labelCounting(simulatedRates.get(rateName)!, { pairs });
  const labelFaults = new LabelFaults(faults.map(parseFault), 1, START, counting);
  const picture = labelFaults.labelled(firstUnitFrom((START + seconds * SECOND) as Ticks, counting.rate));
  return picture === undefined ? undefined : formatLabel(epochLabel(picture, counting));
}

test.for([
  ["none", "25", [], "12:00:10:00"],
  ["another rendition's", "25", ["timecode-stop@0s/2"], "12:00:10:00"],
  ["one that begins with the picture", "25", ["timecode-stop@10s"], undefined],
  ["one that begins after it", "25", ["timecode-stop@10001ms"], "12:00:10:00"],
  ["one that ends with it", "25", ["timecode-stop@5s+5s"], "12:00:10:00"],
  ["two jumps, which add up", "25", ["timecode-jump@5s=+1h", "timecode-jump@6s=-2p"], "13:00:09:23"],
  ["a label frozen before a jump", "25", ["timecode-freeze@5s", "timecode-jump@6s=+1h"], "12:00:05:00"],
  ["a label frozen after a jump", "25", ["timecode-jump@4s=+1h", "timecode-freeze@5s"], "13:00:05:00"],
  ["a day", "25", ["timecode-jump@5s=-24h"], "12:00:10:00"],
  ["into another day", "25", ["timecode-jump@5s=+12h"], "00:00:10:00"],
] as const)("at 25 with %s", ([, rate, faults, label]) => {
  expect(labelAt(10, rate, faults)).toBe(label);
});

test.for([
  ["23.976", "11:59:26:20", "12:59:26:20"],
  ["29.97", "12:00:10;01", "13:00:10;01"],
  ["50", "12:00:10:00", "13:00:10:00"],
  ["59.94", "12:00:10;02", "13:00:10;02"],
])("at %s an hour is an hour of labels", ([rate, before, after]) => {
  const plain = labelAt(10, rate!, []);
  const moved = labelAt(10, rate!, ["timecode-jump@5s=+1h"]);
  expect([plain, moved]).toEqual([before, after]);
});

test("of pairs a jump by two pictures is one label", () => {
  expect(labelAt(10, "50", ["timecode-jump@5s=+2p"], true)).toBe("12:00:10:01");
});
