import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseFault } from "../../src/cli/fault-option.ts";
import { type MqaMessage, parseMqa } from "../../src/sei/mqa.ts";
import { DEFAULT_MQA_UUIDS } from "../../src/sei/mqa-uuid.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import type { LiveSourceOptions } from "../../src/simulate/live-source-options.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { simulatedScores } from "../../src/simulate/simulated-scores.ts";
import type { Ticks } from "../../src/time/units.ts";
import { on33Bits, record } from "./recording.ts";

const PICTURE = 3600;
const GOP = 48;
const SECOND = 90_000;
const sample = readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE);
const START = (Date.parse("2026-08-01T12:00:00Z") * 90) as Ticks;

type Scored = { readonly picture: number; readonly isEntry: boolean; readonly message: MqaMessage | undefined };

/** The pictures of one rendition, counted since the epoch, in order of presentation, with their scores. */
function scored(options: LiveSourceOptions, seconds = 8, rendition = 1): readonly Scored[] {
  const { pictures, problems } = record(sample, START, seconds, options);
  expect(problems).toEqual([]);
  return pictures
    .filter(({ pid }) => pid === 0xff + rendition)
    .map(({ pts, randomAccess, sei }) => {
      const messages = sei.flatMap(({ payloadType, payload }) =>
        payloadType === 5 ? (parseMqa(payload, DEFAULT_MQA_UUIDS) ?? []) : [],
      );
      expect(messages.length).toBeLessThan(2);
      const picture = (START + on33Bits(pts - START)) / PICTURE;
      return { picture, isEntry: randomAccess === "idr", message: messages[0] };
    })
    .toSorted((a, b) => a.picture - b.picture);
}

test("the metrics asked for, in JSON as in a dictionary", () => {
  const metrics = ["psnr", "errors", "vmaf-hd"] as const;
  const dictionary = scored({ scores: { metrics } });
  const json = scored({ scores: { metrics, syntax: "json" } });
  expect(json).toEqual(dictionary);
  for (const { picture, message } of json) {
    expect(message?.scope).toBe("frame");
    expect(new Map(message?.values)).toEqual(simulatedScores(picture, 25, 0, undefined, metrics));
  }
  const raw = Buffer.from(record(sample, START, 3, { scores: { metrics, syntax: "json" } }).bytes).toString("latin1");
  expect(raw).toContain('{"scope":"frame","PSNR":');
});

test.for(["gop", "segment"] as const)(
  "of a %s: on its first picture, the mean of all and the sum of counts",
  (scope) => {
    const metrics = ["psnr", "mqa-audio", "freeze"] as const;
    const all = scored({ scores: { scope, metrics }, faults: [parseFault("freeze@4s+1s")] });
    expect(all.length).toBeGreaterThan(3 * GOP);
    let frozen = 0;
    for (const { picture, isEntry, message } of all) {
      expect(message !== undefined).toBe(isEntry);
      if (message === undefined) continue;
      expect(message.scope).toBe(scope);
      const own = Array.from({ length: GOP }, (_, i) => {
        const freeze = picture + i >= (START + 4 * SECOND) / PICTURE && picture + i < (START + 5 * SECOND) / PICTURE;
        return simulatedScores(picture + i, 25, 0, { points: 0, black: false, freeze }, metrics);
      });
      for (const name of ["psnr", "mqa-audio"] as const) {
        const mean = own.reduce((sum, scores) => sum + scores.get(name)!, 0) / GOP;
        expect(new Map<string, number>(message.values).get(name)).toBeCloseTo(mean, 2);
      }
      expect(new Map<string, number>(message.values).get("freeze")).toBe(
        own.reduce((sum, scores) => sum + scores.get("freeze")!, 0),
      );
      frozen += new Map<string, number>(message.values).get("freeze")!;
    }
    expect(frozen).toBe(25);
  },
);

test.for([
  ["freeze@4s+1s/2", { points: 0, freeze: true, black: false }],
  ["black@4s+1s/2", { points: 0, freeze: false, black: true }],
  ["dip@4s+1s=30/2", { points: 30, freeze: false, black: false }],
] as const)("%s is told of the pictures of its time and rendition", ([spec, fault]) => {
  const faults = [parseFault(spec)];
  expect(scored({ faults }, 8, 1)).toEqual(scored({}, 8, 1));
  const wrong = scored({ faults }, 8, 2).filter(({ picture, message }) => {
    const isIn = picture >= (START + 4 * SECOND) / PICTURE && picture < (START + 5 * SECOND) / PICTURE;
    expect(new Map(message?.values)).toEqual(simulatedScores(picture, 25, 1, isIn ? fault : undefined));
    return isIn;
  });
  expect(wrong).toHaveLength(25);
});
