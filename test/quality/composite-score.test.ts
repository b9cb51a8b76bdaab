import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TransportError } from "../../src/demux/transport-error.ts";
import { compositeScore, type ScoreInput } from "../../src/quality/composite-score.ts";
import { defaultScoreWeights, type ScoreWeights } from "../../src/quality/score-weights.ts";
import { counts, plainRecord, pooled } from "./records.ts";

const transportErrors = (events: number): readonly TransportError[] =>
  events === 0 ? [] : [{ code: "continuity", pid: 256, events, packets: events }];

function input(metrics: Readonly<Record<string, number>>, fields: Partial<ScoreInput> = {}): ScoreInput {
  const pooledMetrics = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, pooled(value)]));
  return { ...plainRecord(50), ...fields, metrics: pooledMetrics };
}

const video = (given: ScoreInput, weights: Partial<ScoreWeights> = {}) =>
  compositeScore("video", given, { ...defaultScoreWeights, ...weights });
const audio = (given: ScoreInput) => compositeScore("audio", given, defaultScoreWeights);

/** The penalties, to hundredths. */
function penalties(score: ReturnType<typeof compositeScore>) {
  return Object.fromEntries(
    Object.entries(score?.penalties ?? {}).map(([name, points]) => [name, Math.round(points * 100) / 100]),
  );
}

describe("the figures that were published of CMSD-MQA: PSNR 47, SSIM 1.0", () => {
  test.for([
    [0, 70],
    [8, 54],
    [14, 42],
    [24, 22],
  ] as const)("with %i errors that this packager saw the score is %i", ([errors, value]) => {
    const score = video(input({ psnr: 47, ssim: 1 }, { transport: transportErrors(errors) }));
    expect(score).toMatchObject({ value, source: "components", base: 100 });
    expect(penalties(score)).toEqual({ psnr: 30.01, ...(errors > 0 && { transport: 2 * errors }) });
  });

  test.for([
    [8, 54],
    [14, 42],
    [24, 22],
  ] as const)("with %i errors that the encoder saw it is %i too", ([errors, value]) => {
    const score = video(input({ psnr: 47, ssim: 100, errors }));
    expect(score?.value).toBe(value);
    expect(penalties(score)).toEqual({ psnr: 30.01, errors: 2 * errors });
  });
});

describe("MQA-VIDEO from components", () => {
  test.for<[string, Readonly<Record<string, number>>, number, Readonly<Record<string, number>>]>([
    ["nothing wrong", { psnr: 60, ssim: 1, "nr-iqa": 100, black: 0, freeze: 0, errors: 0 }, 100, {}],
    ["PSNR 0", { psnr: 0 }, 0, { psnr: 138.5 }],
    ["PSNR 30", { psnr: 30 }, 31, { psnr: 69.25 }],
    ["SSIM 0.95", { ssim: 0.95 }, 95, { ssim: 5 }],
    ["SSIM 95 of 100", { ssim: 95 }, 95, { ssim: 5 }],
    ["SSIM below 0", { ssim: -0.5 }, 0, { ssim: 100 }],
    ["NR-IQA 60", { "nr-iqa": 60 }, 80, { "nr-iqa": 20 }],
    ["one black picture", { psnr: 60, black: 1 }, 60, { black: 40 }],
    ["all black and frozen", { psnr: 60, black: 50, freeze: 50 }, 20, { black: 40, freeze: 40 }],
    ["more errors than cost anything", { errors: 1000 }, 20, { errors: 80 }],
    ["all at once, and never below 0", { psnr: 20, ssim: 0.5, errors: 90 }, 0, { psnr: 92.33, ssim: 50, errors: 80 }],
  ])("%s", ([, metrics, value, points]) => {
    const score = video(input(metrics));
    expect(score).toMatchObject({ value, source: "components", base: 100 });
    expect(penalties(score)).toEqual(points);
  });

  test("VMAF counts only where it is given a weight, and is no component without", () => {
    expect(video(input({ vmaf: 80 }))).toBeUndefined();
    expect(video(input({ vmaf: 80 }), { vmafWeight: 1.5 })).toMatchObject({ value: 70, penalties: { vmaf: 30 } });
    expect(penalties(video(input({ vmaf: 80, psnr: 47 })))).toEqual({ psnr: 30.01 });
  });

  test("weights are configuration", () => {
    const weights = { psnrWeight: 2, ssimWeight: 3, tsErrorsSensitivity: 5, tsErrorsMaxPenalty: 12, blackPenalty: 7 };
    const given = input({ psnr: 57, ssim: 0.99, black: 2 }, { transport: transportErrors(3) });
    expect(penalties(video(given, weights))).toEqual({ psnr: 10, ssim: 3, black: 7, transport: 12 });
  });
});

describe("MQA-VIDEO of the encoder", () => {
  test("is taken as it is, whatever its components say", () => {
    const score = video(input({ "mqa-video": 92.6, psnr: 20, black: 9, errors: 50 }));
    expect(score).toEqual({ value: 93, source: "encoder", base: 92.6, penalties: {} });
  });

  test.for<[string, Partial<ScoreInput>, number, Readonly<Record<string, number>>]>([
    ["errors of the transport", { transport: transportErrors(3) }, 84, { transport: 6 }],
    ["errors beyond the most they cost", { transport: transportErrors(500) }, 10, { transport: 80 }],
    ["a tenth of the pictures lost", { pictures: counts(45, { expected: 50, lost: 5 }) }, 80, { lost: 10 }],
    [
      "pictures damaged, and others by them",
      { pictures: counts(50, { damaged: 1, undecodable: 9 }) },
      80,
      { undecodable: 10 },
    ],
    ["a start that cannot be decoded", { independent: false }, 70, { "dependent-start": 20 }],
    [
      "all of it",
      {
        transport: transportErrors(1),
        pictures: counts(45, { expected: 50, lost: 5, damaged: 1, undecodable: 9 }),
        independent: false,
      },
      48,
      { transport: 2, lost: 10, undecodable: 10, "dependent-start": 20 },
    ],
  ])("less %s", ([, fields, value, points]) => {
    const score = video(input({ "mqa-video": 90 }, fields));
    expect(score?.value).toBe(value);
    expect(penalties(score)).toEqual(points);
  });

  test("lost pictures cost no more points than there are, whatever the weight", () => {
    const score = video(input({ "mqa-video": 90 }, { pictures: counts(45, { expected: 50, lost: 5, damaged: 9 }) }), {
      lostWeight: 100,
      undecodableWeight: 100,
    });
    expect(penalties(score)).toEqual({ lost: 100, undecodable: 100 });
  });

  test("kinds of error weigh as configured; those not named weigh 1", () => {
    const transport: readonly TransportError[] = [
      { code: "continuity", pid: 256, events: 4, packets: 40 },
      { code: "sync-lost", events: 1 },
      { code: "transport-error", pid: 256, events: 2 },
    ];
    const weights = { tsErrorWeights: { "sync-lost": 5, "transport-error": 0 } } as const;
    expect(penalties(video(input({ "mqa-video": 90 }, { transport }), weights))).toEqual({ transport: 18 });
  });
});

describe("MQA-AUDIO", () => {
  test.for<[string, Readonly<Record<string, number>>, number | undefined, Readonly<Record<string, number>>]>([
    ["of the encoder", { "mqa-audio": 97.4, loudness: -90, clipping: 8 }, 97, {}],
    ["from components", { loudness: -23, clipping: 0 }, 100, {}],
    ["of silence", { loudness: -60 }, 60, { silence: 40 }],
    ["of clipped sound", { clipping: 1, loudness: -20 }, 80, { clipping: 20 }],
    ["where pictures alone are scored", { "mqa-video": 90, psnr: 40 }, undefined, {}],
  ])("%s", ([, metrics, value, points]) => {
    expect(audio(input(metrics))?.value).toBe(value);
    expect(penalties(audio(input(metrics)))).toEqual(points);
  });

  test("less what was lost of the sound", () => {
    const pictures = counts(75, { expected: 100, lost: 25 });
    const score = audio(input({ "mqa-audio": 97 }, { pictures, transport: transportErrors(2) }));
    expect(score).toMatchObject({ value: 68, penalties: { transport: 4, lost: 25 } });
  });
});

describe("without any score of the encoder", () => {
  test("there is none: neither 0 nor 100", () => {
    expect(video(input({}, { transport: transportErrors(3) }))).toBeUndefined();
    expect(video(input({ "x-vendor": 5, mqcs: 80, imax: 90 }))).toBeUndefined();
  });

  test("one may be assumed, so that losses show", () => {
    const given = input({}, { transport: transportErrors(3) });
    expect(video(given, { assumed: 100 })).toEqual({
      value: 94,
      source: "assumed",
      base: 100,
      penalties: { transport: 6 },
    });
  });
});

test("any score is whole, from 0 to 100, and base less penalties but for rounding and its ends", () => {
  const share = fc.double({ min: 0, max: 100, noNaN: true });
  const metrics = fc.record({ psnr: share, ssim: share, "nr-iqa": share, "mqa-video": share }, { requiredKeys: [] });
  fc.assert(
    fc.property(metrics, fc.nat({ max: 60 }), fc.nat({ max: 50 }), (values, errors, lost) => {
      const given = input(values, {
        transport: transportErrors(errors),
        pictures: counts(50 - lost, { expected: 50, lost }),
      });
      const score = video(given);
      expect(score === undefined).toBe(Object.keys(values).length === 0);
      if (score === undefined) return;
      const sum = Object.values(score.penalties).reduce((total, points) => total + points, 0);
      expect(score.value).toBe(Math.min(100, Math.max(0, Math.round(score.base - sum))));
      for (const points of Object.values(score.penalties)) expect(points).toBeGreaterThan(0);
    }),
  );
});
