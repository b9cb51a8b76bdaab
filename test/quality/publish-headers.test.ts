import { decodeCmsdStatic } from "@svta/cml-cmsd";
import fc from "fast-check";
import { parseList } from "structured-headers";
import { describe, expect, test } from "vitest";
import {
  initHeaders,
  manifestHeaders,
  type QualityHeaders,
  segmentHeaders,
} from "../../src/quality/publish-headers.ts";
import {
  defaultMetricNames,
  defaultPublishOptions,
  type PublishOptions,
  publishProfileNames,
} from "../../src/quality/publish-options.ts";
import type { QualityRecord } from "../../src/quality/quality-record.ts";
import { mqaMetricNames } from "../../src/sei/mqa-metric.ts";
import type { Segment } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { readPublish } from "../config/read.ts";
import { audioInit, qualityRecord, segment, videoInit } from "../server/fake-channel.ts";

/** What a configuration file makes of this under `quality.publish`. */
/** CMSD-Static of a live channel. */
const ofSegment = (from: Segment, options = defaultPublishOptions, live = true): string =>
  segmentHeaders(from, options, live).headers["CMSD-Static"]!;

test("a configuration that says nothing is the default", () => {
  expect(readPublish({})).toEqual(defaultPublishOptions);
});

describe("things without scores", () => {
  test("a playlist names HLS and no duration or bit rate", () => {
    const headers = { "CMSD-Static": 'n="mqa-packager", ot=m, sf=h, st=l' };
    expect(manifestHeaders("h", defaultPublishOptions, true)).toEqual(headers);
  });
  test("an MPD of an ended channel names DASH and VOD", () => {
    const headers = { "CMSD-Static": 'n="mqa-packager", ot=m, sf=d, st=v' };
    expect(manifestHeaders("d", defaultPublishOptions, false)).toEqual(headers);
  });
  test("an init segment names no format, since both share it", () => {
    expect(initHeaders(defaultPublishOptions, true)).toEqual({ "CMSD-Static": 'n="mqa-packager", ot=i, st=l' });
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

describe("keys as they are where nothing is configured", () => {
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
    expect(segmentHeaders(from, defaultPublishOptions, true)).toEqual({
      headers: { "CMSD-Static": header },
      dropped: [],
    });
  });

  test("use the configured namespace and name, and say VOD when the channel has ended", () => {
    const options = { ...readPublish({ keyPrefix: "com.example.quality" }), identifier: "site-b" };
    expect(ofSegment(videoSegment(qualityRecord({ "mqa-video": 54 })), options, false)).toBe(
      'br=5000, com.example.quality-errors=0, com.example.quality-n=48, com.example.quality-video=54, d=1920, n="site-b", ot=v, st=v',
    );
  });
});

const scored = videoSegment(qualityRecord({ "mqa-video": 54, psnr: 47.12, ssim: 1, vmaf: 93.056, sharp: 0.1239 }));
const base = 'br=5000, d=1920, n="mqa-packager"';

test.for<[string, Record<string, unknown>, QualityHeaders]>([
  [
    "keys: some metrics alone, under other names, with other decimals, and one of the encoder's own",
    {
      metrics: ["mqa-video", "psnr", "vmaf", "sharp"],
      names: { "mqa-video": "score", sharp: "vendor.sharp" },
      decimals: { psnr: 1, vmaf: 0, sharp: 3 },
    },
    {
      "CMSD-Static": `${base}, org.svta.mqa-psnr=47.1, org.svta.mqa-score=54, org.svta.mqa-vendor.sharp=0.124, org.svta.mqa-vmaf=93, ot=v, st=l`,
    },
  ],
  ["keys: none at all", { metrics: [] }, { "CMSD-Static": `${base}, ot=v, st=l` }],
  [
    "lists",
    { profiles: ["lists"], metrics: ["mqa-video", "psnr", "ssim"], decimals: { psnr: 0 } },
    {
      "CMSD-Static":
        'br=5000, d=1920, n="mqa-packager", org.svta.mqa-score=(54 47 100), org.svta.mqa-type=("MQA-VIDEO" "PSNR" "SSIM"), ot=v, st=l',
    },
  ],
  ["lists of nothing", { profiles: ["lists"], metrics: ["vmaf-uhd"] }, { "CMSD-Static": `${base}, ot=v, st=l` }],
  [
    "wowza",
    { profiles: ["wowza"] },
    {
      "CMSD-Static": 'br=5000, d=1920, n="mqa-packager", ot=v, st=l',
      "CMSD-Dynamic": '"mqa-packager";psnr=47.12;ssim=1;vmaf=93.06',
    },
  ],
  [
    "ant-media",
    { profiles: ["ant-media"] },
    {
      "CMSD-Static": 'br=5000, d=1920, n="mqa-packager", ot=v, st=l',
      "CMSD-MQA": "psnr=47.12, ssim=1, vmaf=93.06",
    },
  ],
  [
    "wowza and ant-media where there is nothing they have words for",
    { profiles: ["wowza", "ant-media"], metrics: ["mqa-video", "errors"] },
    { "CMSD-Static": 'br=5000, d=1920, n="mqa-packager", ot=v, st=l' },
  ],
  [
    "all of them",
    { profiles: ["ant-media", "lists", "wowza", "keys"], metrics: ["mqa-video", "psnr"] },
    {
      "CMSD-Static": `${base}, org.svta.mqa-psnr=47.12, org.svta.mqa-score=(54 47.12), org.svta.mqa-type=("MQA-VIDEO" "PSNR"), org.svta.mqa-video=54, ot=v, st=l`,
      "CMSD-Dynamic": '"mqa-packager";psnr=47.12',
      "CMSD-MQA": "psnr=47.12",
    },
  ],
])("%s", ([, given, headers]) => {
  expect(segmentHeaders(scored, readPublish(given), true)).toEqual({ headers, dropped: [] });
});

test("sound has its own metrics, and none that an encoder gives pictures under a name of its own", () => {
  const record = qualityRecord({ "mqa-audio": 97.5, loudness: -23.4, vmaf: 93, sharp: 1 });
  const sound = { ...audioSegment, quality: record };
  const given = { profiles: ["keys", "wowza", "ant-media"], metrics: ["sharp", "vmaf", "loudness", "mqa-audio"] };
  expect(segmentHeaders(sound, readPublish(given), true).headers).toEqual({
    "CMSD-Static": 'br=128, d=1920, n="mqa-packager", org.svta.mqa-audio=98, org.svta.mqa-loudness=-23.4, ot=a, st=l',
  });
});

/** With a prefix of 40 characters three of these fill the smallest header, and `vmaf` is one too many. */
const longPrefix = `com.${"x".repeat(36)}`;
const four = ["mqa-video", "errors", "psnr", "vmaf"];

test.for<[string, Record<string, unknown>, readonly string[]]>([
  ["the last of the list goes first", { metrics: four }, ["vmaf"]],
  ["another order drops another", { metrics: ["vmaf", "psnr", "errors", "mqa-video"] }, ["mqa-video"]],
  [
    "shorter ones behind the first that has no room go too",
    { metrics: [...four, "n"], names: { vmaf: "v".repeat(18) } },
    ["vmaf", "n"],
  ],
  [
    "two forms in one header need room for both",
    { metrics: four, profiles: ["keys", "lists"] },
    ["errors", "psnr", "vmaf"],
  ],
  ["a header of its own has room of its own", { metrics: four, profiles: ["wowza", "ant-media"] }, []],
  ["what has room stays", { metrics: four, headerBudget: 300 }, []],
])("%s", ([, given, dropped]) => {
  const legal = readPublish({ keyPrefix: longPrefix, headerBudget: 256, ...given });
  const options = { ...legal, identifier: "mqa-packager-b-of-two" };
  const published = segmentHeaders(scored, options, true);
  expect(published.dropped).toEqual(dropped);
  for (const name of dropped) expect(published.headers["CMSD-Static"]).not.toContain(`-${name}=`);
});

test("the reserved members stay where no metric has room, and fit however long they are", () => {
  const options = {
    ...readPublish({
      metrics: ["errors"],
      keyPrefix: longPrefix,
      names: { errors: "e".repeat(18) },
      headerBudget: 256,
    }),
    identifier: '"'.repeat(64),
  };
  const quality = qualityRecord({ errors: 123_456_789_012 });
  const largest = { availableAt: 9_999_999_999_999 as Milliseconds, size: 99_999_999_999, duration: 30 * 90_000 };
  const { headers, dropped } = segmentHeaders(videoSegment(quality, largest), options, true);
  expect(dropped).toEqual(["errors"]);
  expect(headers).toEqual({
    "CMSD-Static": `at=9999999999999, br=26666667, d=30000, n="${'\\"'.repeat(64)}", ot=v, st=l`,
  });
});

describe("for any record and any configuration that is legal", () => {
  const ownName = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}[a-z0-9]$/);
  const name = fc.oneof(fc.constantFrom(...defaultMetricNames), ownName);
  const record = fc
    .dictionary(
      fc.oneof(fc.constantFrom(...mqaMetricNames), ownName, fc.string()),
      fc.double({ min: -1e13, max: 1e13, noNaN: true }),
    )
    .map((metrics) => qualityRecord(metrics));
  const options = fc
    .record({
      keyPrefix: fc.stringMatching(/^[a-z][a-z0-9.-]{0,30}$/),
      profiles: fc.uniqueArray(fc.constantFrom(...publishProfileNames), { minLength: 1 }),
      metrics: fc.uniqueArray(name, { maxLength: 40 }),
      headerBudget: fc.oneof(fc.constant(8192), fc.integer({ min: 256, max: 1500 })),
    })
    .chain((given) => {
      const ofSome = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> =>
        given.metrics.length === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...given.metrics), value);
      const names = ofSome(fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?$/));
      const decimals = ofSome(fc.integer({ min: 0, max: 3 }));
      return fc.tuple(names, decimals).map(([names, decimals]) => ({ ...given, names, decimals }));
    })
    .map(legal)
    .filter((one) => one !== undefined);

  function legal(given: Record<string, unknown>): PublishOptions | undefined {
    try {
      return readPublish(given);
    } catch {
      return undefined;
    }
  }

  test("an independent decoder takes CMSD-Static, and finds all in it that was not dropped", () => {
    fc.assert(
      fc.property(record, options, (quality, given) => {
        const { headers, dropped } = segmentHeaders(videoSegment(quality), given, true);
        const decoded = decodeCmsdStatic(headers["CMSD-Static"]!) as Record<string, unknown>;
        expect(decoded).toMatchObject({ br: 5000, d: 1920, n: "mqa-packager", ot: "v", st: "l" });
        for (const key of Object.keys(decoded)) expect(key).toBe(key.toLowerCase());
        const { dropped: none, headers: whole } = segmentHeaders(
          videoSegment(quality),
          { ...given, profiles: ["keys"], headerBudget: 1e6 },
          true,
        );
        expect(none).toEqual([]);
        const all = decodeCmsdStatic(whole["CMSD-Static"]!) as Record<string, unknown>;
        if (!given.profiles.includes("keys")) return;
        const missing = given.metrics.filter(({ key }) => {
          const full = `${given.keyPrefix}-${key}`;
          return full in all && !(full in decoded);
        });
        expect(missing.map(({ name }) => name)).toEqual(
          dropped.filter((name) => missing.some((one) => one.name === name)),
        );
        for (const [key, value] of Object.entries(decoded)) {
          if (!Array.isArray(value)) expect([key, value]).toEqual([key, all[key]]);
        }
      }),
    );
  });

  test("no header is longer than its budget, and none could have held another metric", () => {
    fc.assert(
      fc.property(record, options, (quality, given) => {
        const from = videoSegment(quality);
        const { headers, dropped } = segmentHeaders(from, given, true);
        for (const value of Object.values(headers)) expect(value.length).toBeLessThanOrEqual(given.headerBudget);
        if (headers["CMSD-Dynamic"] !== undefined) expect(parseList(headers["CMSD-Dynamic"])).toHaveLength(1);
        const [first] = dropped;
        if (first === undefined) return;
        const upToIt = given.metrics.slice(0, given.metrics.findIndex(({ name }) => name === first) + 1);
        const large = segmentHeaders(from, { ...given, metrics: upToIt, headerBudget: 1e6 }, true).headers;
        const longest = Math.max(...Object.values(large).map(({ length }) => length));
        expect(longest).toBeGreaterThan(given.headerBudget);
      }),
    );
  });
});
