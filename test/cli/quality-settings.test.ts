import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseKeyPrefix, parseProfiles } from "../../src/cli/publish-settings.ts";
import { parseMqaUuids, parseQuality } from "../../src/cli/quality-settings.ts";
import { ConfigError } from "../../src/problem/config-error.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { defaultScoreWeights } from "../../src/quality/score-weights.ts";

/** What a configuration file says under `quality`. */
const read = (yaml: string) => parseQuality("quality", parse(yaml));

test.for([["nothing"], ["an empty map", "{}"], ["empty parts", "{ pooling: {}, score: {}, publish: {} }"]])(
  "%s is the default",
  ([, yaml]) => {
    const { identifier: _, ...publish } = defaultPublishOptions;
    const given: unknown = yaml === undefined ? undefined : parse(yaml);
    expect(parseQuality("quality", given)).toEqual({
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

const x65 = "x".repeat(65);
const QUALITY = "uuids, threshold, minimumShare, pooling, score, publish and manifests";
const PUBLISH = "keyPrefix, profiles, metrics, names, decimals and headerBudget";
const WEIGHTS =
  "psnrWeight, ssimWeight, vmafWeight, nrIqaWeight, blackPenalty, freezePenalty, tsErrorsSensitivity, tsErrorsMaxPenalty, " +
  "lostWeight, undecodableWeight, dependentStartPenalty, silencePenalty, silenceLoudness, clippingPenalty, assumed and tsErrorWeights";
const CODES =
  "sync-lost, sync-byte, transport-error, continuity, adaptation-field-malformed, scrambled, section-malformed, section-crc, " +
  "pat-interval, pmt-interval, pid-missing, pcr-repetition, pcr-discontinuity, pcr-accuracy and pts-repetition";
const points = "it must be a number from 0 to 100";
const name = "the name of a metric must be 1 to 64 lower-case letters, digits and hyphens";
const key = "a key must be lower-case letters, digits, dots and hyphens, starting and ending with a letter or digit";
const prefix = "it must be lower-case letters, digits, dots and hyphens, starting with a letter, such as org.svta.mqa";

describe("what is wrong is said in one sentence", () => {
  test.for<[yaml: string, message: string]>([
    ["7", `quality: 7 is not allowed; it must be a map of ${QUALITY}`],
    ["[a]", `quality: ["a"] is not allowed; it must be a map of ${QUALITY}`],
    ["null", `quality: null is not allowed; it must be a map of ${QUALITY}`],
    ["{ keyPrefix: a.b }", `quality.keyPrefix: "a.b" is not allowed; quality has ${QUALITY}`],
    ["{ colour: }", `quality.colour: null is not allowed; quality has ${QUALITY}`],
    ["{ __proto__: 1 }", `quality.__proto__: 1 is not allowed; quality has ${QUALITY}`],
    // UUIDs
    ["{ uuids: x }", 'quality.uuids: "x" is not allowed; it must be a list of at most 64'],
    ["{ uuids: [7] }", "quality.uuids[0]: 7 is not allowed; it must be text"],
    [
      "{ uuids: [x] }",
      'quality.uuids: "x" is not allowed; it must be a UUID or at least its first 16 hexadecimal digits',
    ],
    // Threshold and share
    ["{ threshold: -1 }", `quality.threshold: -1 is not allowed; ${points}`],
    ["{ threshold: 100.1 }", `quality.threshold: 100.1 is not allowed; ${points}`],
    ["{ threshold: '60' }", `quality.threshold: "60" is not allowed; ${points}`],
    ["{ threshold: }", `quality.threshold: null is not allowed; ${points}`],
    ["{ threshold: .nan }", `quality.threshold: null is not allowed; ${points}`],
    ["{ minimumShare: 50 }", "quality.minimumShare: 50 is not allowed; it must be a number from 0 to 1"],
    ["{ minimumShare: [0.5] }", "quality.minimumShare: [0.5] is not allowed; it must be a number from 0 to 1"],
    // Pooling
    ["{ pooling: mean }", 'quality.pooling: "mean" is not allowed; it must be a map'],
    [
      "{ pooling: { vmaf: median } }",
      'quality.pooling.vmaf: "median" is not allowed; it must be mean, harmonic-mean, min or p5',
    ],
    [
      "{ pooling: { vmaf: mse-mean } }",
      'quality.pooling.vmaf: "mse-mean" is not allowed; it must be mean, harmonic-mean, min or p5',
    ],
    [
      "{ pooling: { psnr: sum } }",
      'quality.pooling.psnr: "sum" is not allowed; it must be mean, harmonic-mean, mse-mean, min or p5',
    ],
    ["{ pooling: { errors: mean } }", 'quality.pooling.errors: "mean" is not allowed; it must be sum'],
    [
      "{ pooling: { ssim: harmonic-mean } }",
      'quality.pooling.ssim: "harmonic-mean" is not allowed; it must be mean, min or p5',
    ],
    [
      "{ pooling: { loudness: harmonic-mean } }",
      'quality.pooling.loudness: "harmonic-mean" is not allowed; it must be mean, min or p5',
    ],
    [
      "{ pooling: { vendor: mse-mean } }",
      'quality.pooling.vendor: "mse-mean" is not allowed; it must be mean, min, p5 or sum',
    ],
    [
      "{ pooling: { n: sum } }",
      'quality.pooling.n: "sum" is not allowed; n counts the pictures that have a score, and is not pooled',
    ],
    ["{ pooling: { PSNR: mean } }", `quality.pooling.PSNR: "PSNR" is not allowed; ${name}`],
    [
      "{ pooling: { psnr: } }",
      "quality.pooling.psnr: null is not allowed; it must be mean, harmonic-mean, mse-mean, min or p5",
    ],
    [
      `{ pooling: { ${Array.from({ length: 65 }, (_, i) => `a${i}: mean`).join(", ")} } }`,
      "quality.pooling: 65 is not allowed; it must have at most 64 metrics",
    ],
    // Score
    ["{ score: 1 }", `quality.score: 1 is not allowed; it must be a map of ${WEIGHTS}`],
    ["{ score: { psnr: 1 } }", `quality.score.psnr: 1 is not allowed; quality.score has ${WEIGHTS}`],
    ["{ score: { psnrWeight: -0.1 } }", `quality.score.psnrWeight: -0.1 is not allowed; ${points}`],
    ["{ score: { blackPenalty: 101 } }", `quality.score.blackPenalty: 101 is not allowed; ${points}`],
    ["{ score: { vmafWeight: .inf } }", `quality.score.vmafWeight: null is not allowed; ${points}`],
    ["{ score: { assumed: no } }", `quality.score.assumed: "no" is not allowed; ${points}`],
    [
      "{ score: { silenceLoudness: -121 } }",
      "quality.score.silenceLoudness: -121 is not allowed; it must be a number from -120 to 20",
    ],
    [
      "{ score: { tsErrorWeights: { audio-gap: 1 } } }",
      `quality.score.tsErrorWeights.audio-gap: 1 is not allowed; quality.score.tsErrorWeights has ${CODES}`,
    ],
    [
      "{ score: { tsErrorWeights: { continuity: -1 } } }",
      `quality.score.tsErrorWeights.continuity: -1 is not allowed; ${points}`,
    ],
    // Publishing
    ["{ publish: keys }", `quality.publish: "keys" is not allowed; it must be a map of ${PUBLISH}`],
    [
      "{ publish: { profile: keys } }",
      `quality.publish.profile: "keys" is not allowed; quality.publish has ${PUBLISH}`,
    ],
    ["{ publish: { keyPrefix: 7 } }", "quality.publish.keyPrefix: 7 is not allowed; it must be text"],
    ["{ publish: { keyPrefix: }}", "quality.publish.keyPrefix: null is not allowed; it must be text"],
    ["{ publish: { keyPrefix: Org.SVTA } }", `quality.publish.keyPrefix: "Org.SVTA" is not allowed; ${prefix}`],
    ["{ publish: { keyPrefix: '' } }", `quality.publish.keyPrefix: "" is not allowed; ${prefix}`],
    [
      `{ publish: { keyPrefix: ${"x".repeat(41)} } }`,
      `quality.publish.keyPrefix: "${"x".repeat(41)}" is not allowed; it must have at most 40 characters`,
    ],
    [
      "{ publish: { profiles: keys } }",
      'quality.publish.profiles: "keys" is not allowed; it must be a list of at most 4',
    ],
    ["{ publish: { profiles: [] } }", "quality.publish.profiles: [] is not allowed; it must name at least one"],
    [
      "{ publish: { profiles: [Keys] } }",
      'quality.publish.profiles: "Keys" is not allowed; it must be keys, lists, wowza or ant-media',
    ],
    [
      "{ publish: { profiles: [keys, keys] } }",
      'quality.publish.profiles: ["keys","keys"] is not allowed; it must name each once',
    ],
    ["{ publish: { metrics: all } }", 'quality.publish.metrics: "all" is not allowed; it must be a list of at most 64'],
    ["{ publish: { metrics: [psnr, 7] } }", "quality.publish.metrics[1]: 7 is not allowed; it must be text"],
    ["{ publish: { metrics: [MQA-VIDEO] } }", `quality.publish.metrics[0]: "MQA-VIDEO" is not allowed; ${name}`],
    ["{ publish: { metrics: [ms_ssim] } }", `quality.publish.metrics[0]: "ms_ssim" is not allowed; ${name}`],
    ['{ publish: { metrics: ["x\\r\\ny"] } }', `quality.publish.metrics[0]: "x\\r\\ny" is not allowed; ${name}`],
    [`{ publish: { metrics: [${x65}] } }`, `quality.publish.metrics[0]: "${x65}" is not allowed; ${name}`],
    [
      "{ publish: { metrics: [psnr, psnr] } }",
      'quality.publish.metrics[1]: "psnr" is not allowed; it must name each once',
    ],
    ["{ publish: { metrics: [own-] } }", `quality.publish.metrics[0]: "own-" is not allowed; ${key}`],
    [
      `{ publish: { metrics: [${"x".repeat(60)}] } }`,
      `quality.publish.metrics[0]: "${"x".repeat(60)}" is not allowed; with its prefix and prev- a key must have at most 64 characters, and this has 78`,
    ],
    [
      "{ publish: { metrics: [mqa-video, video] } }",
      'quality.publish.metrics[1]: "video" is not allowed; org.svta.mqa-video is the key of mqa-video',
    ],
    ["{ publish: { names: [a] } }", 'quality.publish.names: ["a"] is not allowed; it must be a map'],
    [
      "{ publish: { names: { pnsr: x } } }",
      'quality.publish.names.pnsr: "x" is not allowed; it must be of a metric that is in quality.publish.metrics',
    ],
    [
      "{ publish: { names: { psnr: prev-seg } } }",
      'quality.publish.names.psnr: "prev-seg" is not allowed; a key that starts with prev- is one of the segment before',
    ],
    [
      "{ publish: { metrics: [prev-video] } }",
      'quality.publish.metrics[0]: "prev-video" is not allowed; a key that starts with prev- is one of the segment before',
    ],
    ["{ publish: { names: { psnr: 7 } } }", "quality.publish.names.psnr: 7 is not allowed; it must be text"],
    ["{ publish: { names: { psnr: PSNR } } }", `quality.publish.names.psnr: "PSNR" is not allowed; ${key}`],
    ["{ publish: { names: { psnr: a_b } } }", `quality.publish.names.psnr: "a_b" is not allowed; ${key}`],
    ["{ publish: { names: { psnr: '' } } }", `quality.publish.names.psnr: "" is not allowed; ${key}`],
    ['{ publish: { names: { psnr: "p=1, x" } } }', `quality.publish.names.psnr: "p=1, x" is not allowed; ${key}`],
    [
      "{ publish: { names: { ssim: psnr } } }",
      'quality.publish.names.ssim: "psnr" is not allowed; org.svta.mqa-psnr is the key of psnr',
    ],
    [
      "{ publish: { profiles: [keys, lists], names: { psnr: score } } }",
      'quality.publish.names.psnr: "score" is not allowed; org.svta.mqa-score is the key of the profile lists',
    ],
    [
      "{ publish: { profiles: [keys, lists], metrics: [type] } }",
      'quality.publish.metrics[0]: "type" is not allowed; org.svta.mqa-type is the key of the profile lists',
    ],
    [
      "{ publish: { decimals: { psnr: 4 } } }",
      "quality.publish.decimals.psnr: 4 is not allowed; it must be an integer from 0 to 3",
    ],
    [
      "{ publish: { decimals: { psnr: 1.5 } } }",
      "quality.publish.decimals.psnr: 1.5 is not allowed; it must be an integer from 0 to 3",
    ],
    [
      "{ publish: { metrics: [vmaf], decimals: { psnr: 1 } } }",
      "quality.publish.decimals.psnr: 1 is not allowed; it must be of a metric that is in quality.publish.metrics",
    ],
    ["{ manifests: { score: maybe } }", 'quality.manifests.score: "maybe" is not allowed; it must be true or false'],
    [
      "{ manifests: { dateranges: true } }",
      "quality.manifests.dateranges: true is not allowed; quality.manifests has score, dateRange, events and cmsdTags",
    ],
    [
      "{ publish: { headerBudget: 255 } }",
      "quality.publish.headerBudget: 255 is not allowed; it must be an integer from 256 to 8192",
    ],
    [
      "{ publish: { headerBudget: 1kB } }",
      'quality.publish.headerBudget: "1kB" is not allowed; it must be an integer from 256 to 8192',
    ],
  ])("%s", ([yaml, message]) => {
    expect(() => read(yaml)).toThrow(ConfigError);
    expect(() => read(yaml)).toThrow(expect.objectContaining({ name: "ConfigError", message }));
  });

  test.for<[string, () => unknown, string]>([
    ["--key-prefix A", () => parseKeyPrefix("--key-prefix", "A"), `--key-prefix: "A" is not allowed; ${prefix}`],
    [
      "--cmsd-profile scout",
      () => parseProfiles("--cmsd-profile", ["scout"]),
      '--cmsd-profile: "scout" is not allowed; it must be keys, lists, wowza or ant-media',
    ],
    [
      "--mqa-uuid 9a21f10c",
      () => parseMqaUuids("--mqa-uuid", ["9a21f10c"]),
      '--mqa-uuid: "9a21f10c" is not allowed; it must be a UUID or at least its first 16 hexadecimal digits',
    ],
  ])("%s", ([, parseFlag, message]) => {
    expect(parseFlag).toThrow(expect.objectContaining({ name: "ConfigError", message }));
  });
});
