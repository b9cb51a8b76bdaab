import { expect, test } from "vitest";
import { segmentTemplate } from "../../src/manifest/segment-timeline.ts";
import { segment, videoInit } from "../store/media.ts";

const init = videoInit("v", {}, 1000);

test.each<[string, [number, number][], object[]]>([
  [
    "equal segments are one run",
    [
      [0, 20],
      [20, 20],
      [40, 20],
    ],
    [{ "@t": 0, "@d": 20, "@r": 2 }],
  ],
  [
    "another duration begins another run",
    [
      [0, 20],
      [20, 21],
      [41, 20],
    ],
    [{ "@t": 0, "@d": 20 }, { "@d": 21 }, { "@d": 20 }],
  ],
  [
    "a start that is not the end before is written",
    [
      [0, 20],
      [19, 20],
      [39, 20],
    ],
    [
      { "@t": 0, "@d": 20 },
      { "@t": 19, "@d": 20, "@r": 1 },
    ],
  ],
])("%s", (_, times, expected) => {
  const segments = times.map(([start, duration], index) => segment({ number: 7 + index, init, start, duration }));
  expect(segmentTemplate("v1", segments, 0)).toMatchObject({ "@startNumber": 7, SegmentTimeline: { S: expected } });
});
