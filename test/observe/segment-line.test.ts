import { expect, test } from "vitest";
import { segmentLine } from "../../src/observe/segment-line.ts";
import type { QualityRecord } from "../../src/quality/quality-record.ts";
import { segment, videoInit } from "../server/fake-channel.ts";
import { plain, scored, troubled } from "./synthetic-channel.ts";

function line(quality: QualityRecord, threshold = 60) {
  return segmentLine({ id: "v1", kind: "video" }, segment(videoInit, 1000, 5000, quality), threshold);
}

test("says what a segment is, its score with what it lost, its errors and its pictures", () => {
  expect(line(troubled)).toEqual({
    track: "v1",
    number: 1000,
    start: "1970-01-01T00:32:00.000Z",
    duration: 1.92,
    size: 5000,
    score: { value: 30, source: "encoder", penalties: { transport: 8, lost: 15.6 } },
    belowThreshold: true,
    errors: 11,
    pictures: troubled.pictures,
  });
});

test("says nothing of what there is not", () => {
  expect(line(scored(60)).score).toEqual({ value: 60, source: "encoder" });
  expect(line(scored(60))).not.toHaveProperty("belowThreshold");
  expect(line(scored(60), 61)).toMatchObject({ belowThreshold: true });
  expect(line(plain)).not.toHaveProperty("score");
  expect(line(plain, 100)).not.toHaveProperty("belowThreshold");
});
