import { expect, test } from "vitest";
import { type Ready, SoundScores } from "../../src/package/sound-scores.ts";
import { defaultScoreWeights } from "../../src/quality/score-weights.ts";
import type { Part, Segment } from "../../src/store/segment.ts";
import type { MediaTime } from "../../src/time/units.ts";
import { counts, plainRecord, pooled } from "../quality/records.ts";
import { audioInit, segment, videoInit } from "../store/media.ts";

const pictures = (number: number, score?: number): Segment => {
  const metrics =
    score === undefined ? {} : { "mqa-video": pooled(50), "mqa-audio": pooled(score), "x-vendor": pooled(1) };
  return segment({
    number,
    init: videoInit("v"),
    start: number * 90_000,
    duration: 90_000,
    quality: { ...plainRecord(25), metrics },
  });
};
const sound = (number: number, lost = 0): Segment => {
  const quality = { ...plainRecord(50), pictures: counts(50 - lost, { expected: 50, lost }) };
  return segment({ number, init: audioInit("a"), start: number * 48_000, duration: 48_000, quality });
};

/** What comes out: the track, the number, and the score of sound. */
const brief = (ready: readonly Ready[]) =>
  ready.map((one) =>
    one.kind === "part"
      ? `${one.trackId} ${one.part.number}.${one.part.index}`
      : `${one.trackId} ${one.segment.number} ${one.segment.quality.score?.value ?? "-"}`,
  );

function scores(...tracks: readonly (readonly [id: string, input: number])[]): SoundScores {
  const made = new SoundScores(defaultScoreWeights);
  for (const [id, input] of tracks) made.addTrack(id, id.startsWith("v") ? "video" : "audio", input);
  return made;
}

test("sound waits for the pictures of its segment, and takes what they say of sound", () => {
  const made = scores(["v1", 0], ["a1", 0]);
  expect(made.push("a1", sound(7))).toEqual([]);
  const [video, audio, ...more] = made.push("v1", pictures(7, 96));
  expect(brief([video!, audio!, ...more])).toEqual(["v1 7 -", "a1 7 96"]);
  expect(audio).toMatchObject({ segment: { quality: { metrics: { "mqa-audio": {} } } } });
  expect(audio).not.toMatchObject({ segment: { quality: { metrics: { "x-vendor": {} } } } });
});

test("parts of sound stand behind the segment that waits, but for one part only", () => {
  const part = (number: number, index: number): Part => ({
    ...{
      number,
      index,
      init: audioInit("a"),
      start: (number * 48_000 + index * 12_000) as MediaTime,
      duration: 12_000,
    },
    ...{ independent: true, size: 0, body: [] },
  });
  const push = (made: SoundScores, number: number, index: number) =>
    brief(made.pushPart("a1", part(number, index), 0 as MediaTime));
  const made = scores(["v1", 0], ["a1", 0]);
  expect(push(made, 7, 0)).toEqual(["a1 7.0"]);
  expect(made.push("a1", sound(7))).toEqual([]);
  expect(push(made, 8, 0)).toEqual([]);
  expect(brief(made.push("v1", pictures(7, 96)))).toEqual(["v1 7 -", "a1 7 96", "a1 8.0"]);
  expect(push(made, 8, 1)).toEqual(["a1 8.1"]);
  expect(made.push("a1", sound(8))).toEqual([]);
  expect(push(made, 9, 0)).toEqual([]);
  expect(push(made, 9, 1)).toEqual(["a1 8 -", "a1 9.0", "a1 9.1"]);
  expect(brief(made.pushPart("v1", part(9, 0), 0 as MediaTime))).toEqual(["v1 9.0"]);
});

test("where the pictures are there, it does not wait", () => {
  const made = scores(["v1", 0], ["a1", 0]);
  made.push("v1", pictures(7, 96));
  made.push("v1", pictures(8, 90));
  expect(brief(made.push("a1", sound(7)))).toEqual(["a1 7 96"]);
  expect(brief(made.push("a1", sound(8)))).toEqual(["a1 8 90"]);
});

test("its own losses are subtracted from what the encoder says", () => {
  const made = scores(["v1", 0], ["a1", 0]);
  made.push("v1", pictures(7, 96));
  const [{ segment }] = made.push("a1", sound(7, 5)) as [Extract<Ready, { kind: "segment" }>];
  expect(segment.quality.score).toEqual({ value: 86, source: "encoder", base: 96, penalties: { lost: 10 } });
});

test("what is assumed of sound gives way to what the encoder says of it", () => {
  const made = new SoundScores({ ...defaultScoreWeights, assumed: 50 });
  made.addTrack("v1", "video", 0);
  made.addTrack("a1", "audio", 0);
  const assumed = { value: 50, source: "assumed" as const, base: 50, penalties: {} };
  made.push("v1", pictures(7, 96));
  const [ready] = made.push("a1", { ...sound(7), quality: { ...sound(7).quality, score: assumed } });
  expect(ready).toMatchObject({ segment: { quality: { score: { value: 96, source: "encoder" } } } });
});

test("sound that is scored by its pictures counts as scored", () => {
  const made = scores(["v1", 0], ["a1", 0]);
  made.push("v1", pictures(7, 96));
  const [{ segment }] = made.push("a1", sound(7)) as [Extract<Ready, { kind: "segment" }>];
  expect(segment.quality.pictures).toEqual(counts(50, { scored: 50 }));
});

test("pictures that say nothing of sound leave it without a score", () => {
  const made = scores(["v1", 0], ["a1", 0]);
  made.push("a1", sound(7));
  expect(brief(made.push("v1", pictures(7)))).toEqual(["v1 7 -", "a1 7 -"]);
});

test("the next segment of sound ends the wait: live does not stop for pictures that do not come", () => {
  const made = scores(["v1", 0], ["a1", 0]);
  expect(made.push("a1", sound(7))).toEqual([]);
  expect(brief(made.push("a1", sound(8)))).toEqual(["a1 7 -"]);
  expect(brief(made.push("v1", pictures(8, 90)))).toEqual(["v1 8 -", "a1 8 90"]);
});

test("pictures of a later segment end it too", () => {
  const made = scores(["v1", 0], ["a1", 0]);
  made.push("a1", sound(7));
  expect(brief(made.push("v1", pictures(8, 90)))).toEqual(["v1 8 -", "a1 7 -"]);
});

test("the end lets everything go", () => {
  const made = scores(["v1", 0], ["a1", 0], ["a2", 0]);
  made.push("a1", sound(7));
  made.push("a2", sound(7));
  expect(brief(made.flush())).toEqual(["a1 7 -", "a2 7 -"]);
  expect(made.flush()).toEqual([]);
});

test("a channel of sound alone does not wait", () => {
  expect(brief(scores(["a1", 0]).push("a1", sound(7)))).toEqual(["a1 7 -"]);
});

test("the pictures are those of the same input, the first of several; else those of the channel", () => {
  const made = scores(["v2", 1], ["v1-2", 0], ["v1", 0], ["a1", 0], ["a2", 1], ["a3", 2]);
  made.push("v1-2", pictures(7, 10));
  made.push("v1", pictures(7, 20));
  made.push("v2", pictures(7, 30));
  expect(brief(made.push("a1", sound(7)))).toEqual(["a1 7 20"]);
  expect(brief(made.push("a2", sound(7)))).toEqual(["a2 7 30"]);
  expect(brief(made.push("a3", sound(7)))).toEqual(["a3 7 20"]);
});

test("what pictures said is kept of a few segments only", () => {
  const made = scores(["v1", 0], ["a1", 0]);
  for (let number = 0; number < 100; number++) made.push("v1", pictures(number, 90));
  expect(brief(made.push("a1", sound(91)))).toEqual(["a1 91 -"]);
  expect(brief(made.push("a1", sound(92)))).toEqual(["a1 92 90"]);
});
