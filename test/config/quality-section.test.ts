import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseMqaUuids } from "../../src/config/mqa-uuids.ts";
import { qualitySection } from "../../src/config/quality-section.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { defaultScoreWeights } from "../../src/quality/score-weights.ts";
import { readPart } from "./read.ts";

/** What a configuration file says under `quality`. */
const read = (yaml: string) => readPart(qualitySection, parse(yaml));

test.for([["nothing"], ["an empty map", "{}"], ["empty parts", "{ pooling: {}, score: {}, publish: {} }"]])(
  "%s is the default",
  ([, yaml]) => {
    const { identifier: _, ...publish } = defaultPublishOptions;
    const given: unknown = yaml === undefined ? undefined : parse(yaml);
    expect(readPart(qualitySection.prefault({}), given)).toEqual({
      quality: defaultQualityOptions,
      publish,
      manifests: { score: true, dateRange: false, events: false, cmsdTags: false },
    });
  },
);

describe("what is right is taken", () => {
  test("everything at once", () => {
    const { quality, publish } = read(`
uuids: [00112233-4455-6677-8899-aabbccddeeff]
threshold: 75.5
minimumShare: 0
pooling: { vmaf: harmonic-mean, psnr: mse-mean, errors: sum, loudness: min, mqa-video: p5, vendor-count: sum }
score: { psnrWeight: 0, ssimWeight: 100, silenceLoudness: -70, assumed: 90, tsErrorWeights: { continuity: 2, pcr-accuracy: 0 } }
publish:
  keyPrefix: com.example.quality
  profiles: [lists, keys]
  metrics: [psnr, mqa-video, vendor-3, n]
  names: { mqa-video: vq, vendor-3: x.3 }
  decimals: { psnr: 1, vendor-3: 3 }
  headerBudget: 256
`);
    expect(quality.uuids.length).toBe(defaultQualityOptions.uuids.length + 1);
    expect(quality.threshold).toBe(75.5);
    expect(quality.pooling).toEqual({
      minimumShare: 0,
      methods: {
        vmaf: "harmonic-mean",
        psnr: "mse-mean",
        errors: "sum",
        loudness: "min",
        "mqa-video": "p5",
        "vendor-count": "sum",
      },
    });
    expect(quality.weights).toEqual({
      ...defaultScoreWeights,
      psnrWeight: 0,
      ssimWeight: 100,
      silenceLoudness: -70,
      assumed: 90,
      tsErrorWeights: { continuity: 2, "pcr-accuracy": 0 },
    });
    expect(publish).toEqual({
      keyPrefix: "com.example.quality",
      profiles: ["lists", "keys"],
      metrics: [
        { name: "psnr", key: "psnr", decimals: 1 },
        { name: "mqa-video", key: "vq", decimals: 0 },
        { name: "vendor-3", key: "x.3", decimals: 3 },
        { name: "n", key: "n", decimals: 0 },
      ],
      headerBudget: 256,
    });
  });

  test("keys of the profile lists, where keys do not share their header", () => {
    expect(read("publish: { profiles: [keys], names: { psnr: score } }").publish.profiles).toEqual(["keys"]);
    expect(read("publish: { profiles: [lists], names: { psnr: type } }").publish.profiles).toEqual(["lists"]);
  });
});

test("metrics of one name more than are known are too many", () => {
  const pooling = Array.from({ length: 65 }, (_, i) => `a${i}: mean`).join(", ");
  expect(() => read(`pooling: { ${pooling} }`)).toThrow(
    "it.pooling: 65 is not allowed; it must have at most 64 metrics",
  );
});

test("a UUID that is given as a flag is named by it", () => {
  expect(() => parseMqaUuids("--mqa-uuid", ["9a21f10c"])).toThrow(
    '--mqa-uuid: "9a21f10c" is not allowed; it must be a UUID or at least its first 16 hexadecimal digits',
  );
});
