import { decodeCmsdStatic } from "@svta/cml-cmsd";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openHeaders, segmentHeaders } from "../../src/quality/publish-headers.ts";
import { defaultPublishOptions, type PublishOptions } from "../../src/quality/publish-options.ts";
import type { Part } from "../../src/store/segment.ts";
import type { MediaTime, Milliseconds } from "../../src/time/units.ts";
import { readPublish } from "../config/read.ts";
import { qualityRecord, segment, videoInit } from "../server/fake-channel.ts";

const metrics = { "mqa-video": 54, psnr: 47.12, ssim: 1, vmaf: 93.056 };
const previous = segment(videoInit, 6, 1000, qualityRecord(metrics));
const { availableAt: _, ...whole } = segment(videoInit, 7, 480_000, qualityRecord({ ...metrics, "mqa-video": 60 }));

const part: Part = {
  number: 7,
  index: 1,
  start: 0 as MediaTime,
  duration: 43_200,
  init: videoInit,
  independent: false,
  size: 60_000,
  body: [],
  availableAt: 1_800_000_000_500 as Milliseconds,
};
const open = { init: videoInit, previous, availableAt: part.availableAt };

const four = ["mqa-video", "psnr", "ssim", "vmaf"];
const keys =
  "org.svta.mqa-prev-psnr=47.12, org.svta.mqa-prev-seg=6, org.svta.mqa-prev-ssim=100, org.svta.mqa-prev-video=54";
const lists =
  'org.svta.mqa-prev-score=(54 47.12 100 93.06), org.svta.mqa-prev-seg=6, org.svta.mqa-prev-type=("MQA-VIDEO" "PSNR" "SSIM" "VMAF")';

describe("a part has the scores of the segment before", () => {
  test.for<[profiles: string[], cmsd: string]>([
    [["keys"], `${keys}, org.svta.mqa-prev-vmaf=93.06, `],
    [["lists"], `${lists}, `],
    [["wowza"], ""],
    [["ant-media"], ""],
    [["wowza", "lists", "ant-media"], `${lists}, `],
  ])("in the profiles %j, and no header beside CMSD-Static", ([profiles, members]) => {
    const options = readPublish({ profiles, metrics: four });
    const at = "at=1800000000500";
    expect(openHeaders(open, part, {}, options)).toEqual({
      "CMSD-Static": `${at}, br=1000, d=480, n="mqa-packager", ${members}ot=v, st=l`,
    });
    expect(openHeaders(open, undefined, { heldFor: 12 }, options)).toEqual({
      "CMSD-Static": `${at}, ht=12, n="mqa-packager", ${members}ot=v, st=l`,
    });
  });
});

test("a whole segment has its own beside them, in each header that has words for them", () => {
  const options = readPublish({ profiles: ["keys", "wowza"], metrics: ["mqa-video", "psnr"] });
  expect(segmentHeaders({ ...whole, previous }, options, true)).toEqual({
    headers: {
      "CMSD-Static":
        'br=2000, d=1920, n="mqa-packager", org.svta.mqa-prev-psnr=47.12, org.svta.mqa-prev-seg=6, org.svta.mqa-prev-video=54, ' +
        "org.svta.mqa-psnr=47.12, org.svta.mqa-video=60, ot=v, st=l",
      "CMSD-Dynamic": '"mqa-packager";psnr=47.12',
    },
    dropped: [],
  });
});

test("nothing is said of a segment before that has no number to tell", () => {
  const options = readPublish({ metrics: ["mqs-unknown"] });
  expect(openHeaders(open, part, {}, options)["CMSD-Static"]).not.toContain("prev");
});

test("what finds no room is left out from the end: those before first, the least important first", () => {
  const options = (headerBudget: number): PublishOptions => ({ ...readPublish({ metrics: four }), headerBudget });
  const kept = (headerBudget: number): string[] => {
    const { headers, dropped } = segmentHeaders({ ...whole, previous }, options(headerBudget), true);
    const names = Object.keys(decodeCmsdStatic(headers["CMSD-Static"]!)).filter((key) => key.includes("mqa"));
    const ranked = [...four, ...four.map((name) => `prev-${name}`)];
    expect(dropped).toEqual(ranked.slice(ranked.length - dropped.length));
    // The number of the segment before stands with its values.
    expect(names.length).toBe(8 - dropped.length + (dropped.length < 4 ? 1 : 0));
    return [...dropped];
  };
  const seen = new Set<number>();
  for (let budget = 1024; budget >= 40; budget--) seen.add(kept(budget).length);
  expect([...seen]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("no header is longer than it may be, whatever is scored", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 256, max: 1024 }),
      fc.dictionary(
        fc.constantFrom(...four, "errors", "ms-ssim", "imax", "black"),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
      ),
      (headerBudget, scores) => {
        const options = { ...defaultPublishOptions, headerBudget };
        const before = { ...previous, quality: qualityRecord(scores) };
        const [cmsd] = Object.values(segmentHeaders({ ...whole, previous: before }, options, true).headers);
        expect(cmsd!.length).toBeLessThanOrEqual(headerBudget);
        expect(decodeCmsdStatic(cmsd!)).toMatchObject({ d: 1920 });
      },
    ),
  );
});
