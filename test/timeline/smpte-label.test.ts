import { expect, test } from "vitest";
import { formatLabel, labelIndex, labelsPerDay, type SmpteLabel } from "../../src/timeline/smpte-label.ts";

function label(text: string): SmpteLabel {
  const [hours, minutes, seconds, frames] = text.split(/[:;]/).map(Number) as [number, number, number, number];
  return { hours, minutes, seconds, frames, dropFrame: text.includes(";") };
}

/** The numbers of ST 12-1: at 29.97 ten minutes have 17,982 labels, at 59.94 twice as many. */
test.for([
  ["00:00:00:00", 25, 0],
  ["00:00:01:00", 25, 25],
  ["23:59:59:24", 25, 2_159_999],
  ["00:01:00:00", 30, 1800],
  ["00:00:59;29", 30, 1799],
  ["00:01:00;02", 30, 1800],
  ["00:10:00;00", 30, 17_982],
  ["00:11:00;02", 30, 17_982 + 1800],
  ["01:00:00;00", 30, 107_892],
  ["00:01:00;04", 60, 3600],
  ["00:10:00;00", 60, 35_964],
  ["23:59:59;59", 60, 5_178_815],
  // Nothing is dropped at rates for which that is not defined, whatever the flag says.
  ["00:01:00;00", 25, 1500],
] as const)("%s at %i is label %i of the day", ([text, perSecond, index]) => {
  expect(labelIndex(label(text), perSecond)).toBe(index);
  expect(formatLabel(label(text))).toBe(text);
});

test.for([
  [false, 25, 2_160_000],
  [false, 30, 2_592_000],
  [true, 30, 2_589_408],
  [true, 60, 5_178_816],
] as const)("drop-frame %s at %i: a day has %i labels", ([dropFrame, perSecond, labels]) => {
  expect(labelsPerDay(dropFrame, perSecond)).toBe(labels);
});

test("the labels of a drop-frame day are numbered without a hole", () => {
  let next = 0;
  for (let second = 0; second < 86_400; second++) {
    const minute = Math.floor(second / 60);
    const first = minute % 10 !== 0 && second % 60 === 0 ? 2 : 0;
    const time = { hours: Math.floor(minute / 60), minutes: minute % 60, seconds: second % 60, dropFrame: true };
    if (labelIndex({ ...time, frames: first }, 30) !== next) expect.fail(`a hole before ${JSON.stringify(time)}`);
    next += 30 - first;
  }
  expect(next).toBe(labelsPerDay(true, 30));
});
