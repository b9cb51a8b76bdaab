import { describe, expect, test } from "vitest";
import { writeMultivariantPlaylist } from "../../src/manifest/multivariant-playlist.ts";
import { variantScores } from "../../src/manifest/variant-scores.ts";
import type { ChannelStore } from "../../src/store/channel-store.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { a1, a2, FIRST, fileStore, store, v1, v2 } from "../store/media.ts";
import { scoredSegment } from "./scored-channel.ts";

const WINDOW = { window: 60_000 as Milliseconds };
/** Two blocks of segments of 2.5 s, the longest there may be, fit into the window. */
const BLOCK = 12;
/** The first number of a block. */
const START = FIRST + BLOCK - (FIRST % BLOCK);

/** Scores between 0 and 1 that look like chance and are always the same. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function scoreOf(channel: ChannelStore, id = "v1"): number | undefined {
  const snapshot = channel.snapshot()!;
  const track = snapshot.tracks.find(({ track }) => track.id === id)!;
  return variantScores(snapshot, [track]).get(track);
}

describe("over a long time", () => {
  test.for([
    ["a steady picture with noise of 10", 400, (_n: number, random: number) => 80 + 10 * (random - 0.5)],
    ["noise about a rounding edge", 400, (_n: number, random: number) => 82.5 + 10 * (random - 0.5)],
    ["scenes of a minute between 40 and 100", 400, (n: number, random: number) => 70 + 30 * Math.sin(n / 30) * random],
  ] as const)("%s changes the score at the ends of blocks only", ([_name, count, value]) => {
    const channel = store([v1], WINDOW);
    const random = noise(7);
    const changes: number[] = [];
    let before: number | undefined;
    for (let n = 0; n < count; n++) {
      channel.publish("v1", scoredSegment(v1, START + n, Math.round(value(n, random()))));
      const now = scoreOf(channel);
      if (n >= BLOCK && now !== before) changes.push(n);
      before = now;
    }
    expect(changes.filter((n) => (n + 1) % BLOCK !== 0)).toEqual([]);
  });

  test("noise of 8 far from a rounding edge never changes it", () => {
    const channel = store([v1], WINDOW);
    const random = noise(11);
    const seen = new Set<number | undefined>();
    for (let n = 0; n < 2000; n++) {
      channel.publish("v1", scoredSegment(v1, START + n, Math.round(76 + 8 * random())));
      if (n >= BLOCK) seen.add(scoreOf(channel));
    }
    expect([...seen]).toEqual([80]);
  });
});

test("packagers that began at different moments say the same once they have a block", () => {
  const random = noise(3);
  const values = Array.from({ length: 100 }, () => Math.round(100 * random()));
  const early = store([v1], WINDOW);
  const late = store([v1], WINDOW);
  for (const [n, value] of values.entries()) {
    early.publish("v1", scoredSegment(v1, START + n, value));
    if (n < 31) continue;
    late.publish("v1", scoredSegment(v1, START + n, value));
    if (n >= 47) expect(scoreOf(late)).toBe(scoreOf(early));
  }
});

test.for([
  [[0, 1], 5],
  [[100, 99], 100],
  [[80, undefined, 90], 85],
  [[undefined], undefined],
] as const)("%j of a file is %s", ([values, expected]) => {
  const channel = fileStore([v1]);
  for (const [n, value] of values.entries()) channel.publish("v1", scoredSegment(v1, FIRST + n, value));
  channel.end();
  expect(scoreOf(channel)).toBe(expected);
});

test("before the first block is over, everything listed counts", () => {
  const channel = store([v1], WINDOW);
  channel.publish("v1", scoredSegment(v1, START, 40));
  expect(scoreOf(channel)).toBe(40);
  channel.publish("v1", scoredSegment(v1, START + 1, 80));
  expect(scoreOf(channel)).toBe(60);
});

function scoresWritten(channel: ChannelStore): string[] {
  return [...writeMultivariantPlaylist(channel.snapshot()!).matchAll(/SCORE=[^,\n]*/g)].map(([text]) => text);
}

test("if one variant has no score, none has", () => {
  const channel = store([v1, v2]);
  channel.publish("v1", scoredSegment(v1, FIRST, 90));
  channel.publish("v2", scoredSegment(v2, FIRST, undefined));
  expect(scoresWritten(channel)).toEqual([]);
  channel.publish("v2", scoredSegment(v2, FIRST + 1, 60));
  expect(scoresWritten(channel)).toEqual(["SCORE=90", "SCORE=60"]);
});

test("sound alone is judged by the first track of each group", () => {
  const channel = store([a1, a2]);
  channel.publish("a1", scoredSegment(a1, FIRST, 95));
  channel.publish("a2", scoredSegment(a1, FIRST, undefined));
  expect(scoresWritten(channel)).toEqual(["SCORE=95"]);
});

test("in a long window a block is 150 segments", () => {
  const channel = store([v1], { window: 3_600_000 as Milliseconds });
  const start = FIRST + 150 - (FIRST % 150);
  for (let n = 0; n < 599; n++) channel.publish("v1", scoredSegment(v1, start + n, n < 300 ? 20 : n < 450 ? 60 : 90));
  expect(scoreOf(channel)).toBe(60);
  channel.publish("v1", scoredSegment(v1, start + 599, 90));
  expect(scoreOf(channel)).toBe(90);
});
