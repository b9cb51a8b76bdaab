import { decodeCmsdStatic } from "@svta/cml-cmsd";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mqaMetrics } from "../../src/quality/mqa-metrics.ts";
import { defaultCmsdOrigin, initCmsd, manifestCmsd, segmentCmsd } from "../../src/quality/publish-cmsd.ts";
import type { QualityRecord } from "../../src/quality/quality-record.ts";
import type { Segment } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { audioInit, qualityRecord, segment, videoInit } from "../server/fake-channel.ts";

const live = { ...defaultCmsdOrigin, live: true };
const ended = { ...defaultCmsdOrigin, live: false };

describe("CMSD-Static of things without scores", () => {
  test("a playlist names HLS and no duration or bit rate", () => {
    expect(manifestCmsd("h", live)).toBe('n="mqa-packager", ot=m, sf=h, st=l');
  });
  test("an MPD of an ended channel names DASH and VOD", () => {
    expect(manifestCmsd("d", ended)).toBe('n="mqa-packager", ot=m, sf=d, st=v');
  });
  test("an init segment names no format, since both share it", () => {
    expect(initCmsd(live)).toBe('n="mqa-packager", ot=i, st=l');
  });
});

/** A segment of 1.92 s and 1.2 MB with these scores, not served by anyone. */
function videoSegment(quality: QualityRecord, fields: Partial<Segment> = {}): Segment {
  const { availableAt: _, ...rest } = segment(videoInit, 7, 1000, quality);
  return { ...rest, size: 1_200_000, ...fields };
}

const audioSegment = videoSegment(qualityRecord({ "mqa-audio": 97.5 }), {
  init: audioInit,
  duration: 90 * 1024,
  size: 30_720,
});

describe("segmentCmsd", () => {
  test.for<[string, Segment, string]>([
    [
      "gives the base keys alone for a segment without scores",
      videoSegment(qualityRecord({}, 0)),
      'br=5000, d=1920, n="mqa-packager", org.svta.mqa-errors=0, ot=v, st=l',
    ],
    [
      "adds when it could first be fetched",
      videoSegment(qualityRecord({}, 0), { availableAt: 1_800_000_000_123 as Milliseconds }),
      'at=1800000000123, br=5000, d=1920, n="mqa-packager", org.svta.mqa-errors=0, ot=v, st=l',
    ],
    [
      "writes composites as integers, halves up, and measures with two decimals",
      videoSegment(qualityRecord({ "mqa-video": 53.5, psnr: 47.126, ssim: 0.998, "vmaf-hd": 93.1, mqcs: 99.4 })),
      'br=5000, d=1920, n="mqa-packager", org.svta.mqa-errors=0, org.svta.mqa-mqcs=99, org.svta.mqa-n=48, org.svta.mqa-psnr=47.13, ' +
        "org.svta.mqa-ssim=99.8, org.svta.mqa-video=54, org.svta.mqa-vmaf-hd=93.1, ot=v, st=l",
    ],
    [
      "writes counts that are zero, and a score that is zero",
      videoSegment(qualityRecord({ "mqa-video": 0, errors: 0, black: 48, freeze: 3 })),
      'br=5000, d=1920, n="mqa-packager", org.svta.mqa-black=48, org.svta.mqa-errors=0, org.svta.mqa-freeze=3, ' +
        "org.svta.mqa-n=48, org.svta.mqa-video=0, ot=v, st=l",
    ],
    [
      "lets nothing out that is not in the table of metrics",
      videoSegment(qualityRecord({ "mqa-video": 54, "x\r\nset-cookie": 1, constructor: 2, "made-up": 3 })),
      'br=5000, d=1920, n="mqa-packager", org.svta.mqa-errors=0, org.svta.mqa-n=48, org.svta.mqa-video=54, ot=v, st=l',
    ],
    [
      "says how many pictures were scored where too few were for a value",
      videoSegment(qualityRecord({}, 5)),
      'br=5000, d=1920, n="mqa-packager", org.svta.mqa-errors=0, org.svta.mqa-n=5, ot=v, st=l',
    ],
    [
      "marks audio and its composite",
      audioSegment,
      'br=128, d=1920, n="mqa-packager", org.svta.mqa-audio=98, org.svta.mqa-errors=0, org.svta.mqa-n=48, ot=a, st=l',
    ],
    [
      "rounds the duration of 60 pictures at 29.97 to milliseconds",
      videoSegment(qualityRecord({}, 0), { duration: 180_180 }),
      'br=4795, d=2002, n="mqa-packager", org.svta.mqa-errors=0, ot=v, st=l',
    ],
  ])("%s", ([, from, header]) => {
    expect(segmentCmsd(from, live)).toBe(header);
  });

  test("uses the configured namespace and name, and says VOD when the channel has ended", () => {
    const context = { n: "site-b", keyPrefix: "com.example.quality", live: false };
    expect(segmentCmsd(videoSegment(qualityRecord({ "mqa-video": 54 })), context)).toBe(
      'br=5000, com.example.quality-errors=0, com.example.quality-n=48, com.example.quality-video=54, d=1920, n="site-b", ot=v, st=v',
    );
  });

  test("is a header that an independent decoder accepts, for any record", () => {
    const name = fc.oneof(fc.constantFrom(...Object.keys(mqaMetrics)), fc.string());
    const metrics = fc.dictionary(name, fc.double({ min: 0, max: 1e11, noNaN: true }));
    fc.assert(
      fc.property(metrics, (given) => {
        const header = segmentCmsd(videoSegment(qualityRecord(given)), live);
        const decoded = decodeCmsdStatic(header) as Record<string, unknown>;
        expect(decoded["d"]).toBe(1920);
        expect(Object.keys(decoded)).not.toContain("org.svta.mqa");
        for (const key of Object.keys(decoded)) expect(key).toBe(key.toLowerCase());
        const isOfVideo = (name: string) =>
          Object.hasOwn(mqaMetrics, name) && mqaMetrics[name as "vmaf"].of === "video";
        const own = Object.keys(given).filter((name) => isOfVideo(name) && name !== "errors" && name !== "mqa-video");
        const hasScore = "mqa-video" in given || "mqa-audio" in given;
        const keys = Object.keys(decoded).filter((key) => key.startsWith("org.svta.mqa-"));
        expect(keys.length).toBe(own.length + Number(hasScore) + 2);
      }),
    );
  });
});
