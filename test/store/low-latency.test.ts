import { describe, expect, test } from "vitest";
import { nextPart } from "../../src/store/next-part.ts";
import type { TrackSnapshot } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { FIRST, LowLatencyChannel } from "./low-latency-channel.ts";

function track(channel: LowLatencyChannel, id = "v1"): TrackSnapshot {
  return channel.store.snapshot()!.tracks.find((one) => one.track.id === id)!;
}

describe("a channel of low latency", () => {
  test("shows the parts of the segment that is being made behind whole ones", () => {
    const channel = new LowLatencyChannel();
    channel.segments(FIRST, FIRST + 1);
    expect(track(channel).open).toBeUndefined();
    channel.parts(FIRST + 2, 0);
    channel.parts(FIRST + 2, 1);
    expect(track(channel).open).toMatchObject({ number: FIRST + 2, parts: [{ index: 0 }, { index: 1 }] });
    expect(track(channel).segments.map(({ parts }) => parts?.length)).toEqual([4, 4]);
  });

  test("tells listeners of every change, after it can be seen", () => {
    const channel = new LowLatencyChannel();
    const seen: unknown[] = [];
    channel.store.onChange((id) => seen.push([id, channel.store.snapshot()?.version]));
    channel.part("v1", FIRST, 0);
    channel.part("a1", FIRST, 0);
    channel.whole("v1", FIRST);
    channel.whole("a1", FIRST);
    channel.store.end();
    expect(seen).toEqual([
      ["v1", undefined],
      ["a1", undefined],
      ["v1", undefined],
      ["a1", 4],
      [undefined, 5],
    ]);
  });

  test("says of each part whether it is there, comes next, may come or will not", () => {
    const channel = new LowLatencyChannel();
    expect(channel.store.part("v1", { number: FIRST, index: 0 })).toBe("unknown");
    channel.segments(FIRST, FIRST);
    channel.parts(FIRST + 1, 0);
    const of = (number: number, index: number): unknown => channel.store.part("v1", { number, index });
    expect(of(FIRST, 3)).toMatchObject({ number: FIRST, index: 3 });
    expect(of(FIRST, 4)).toBe("expired");
    expect(of(FIRST - 1, 0)).toBe("expired");
    expect(of(FIRST + 1, 0)).toMatchObject({ number: FIRST + 1, index: 0 });
    expect(of(FIRST + 1, 1)).toBe("pending");
    expect(of(FIRST + 1, 2)).toBe("unknown");
    expect(of(FIRST + 2, 0)).toBe("unknown");
    expect(channel.store.part("x9", { number: FIRST, index: 0 })).toBe("unknown");
  });

  test("expects the next segment's first part once a segment has come to its line", () => {
    const channel = new LowLatencyChannel();
    channel.segments(FIRST, FIRST);
    expect(nextPart(track(channel))).toEqual({ number: FIRST + 1, index: 0 });
    for (let index = 0; index < 3; index++) channel.parts(FIRST + 1, index);
    expect(nextPart(track(channel))).toEqual({ number: FIRST + 1, index: 3 });
    channel.parts(FIRST + 1, 3);
    expect(nextPart(track(channel))).toEqual({ number: FIRST + 2, index: 0 });
    expect(channel.store.part("v1", { number: FIRST + 2, index: 0 })).toBe("pending");
  });

  test("takes parts in order only", () => {
    const channel = new LowLatencyChannel();
    channel.segments(FIRST, FIRST);
    expect(() => channel.part("v1", FIRST + 1, 1)).toThrow("out of order");
    expect(() => channel.part("v1", FIRST, 0)).toThrow("published after");
  });

  test("a part makes no new list of segments", () => {
    const channel = new LowLatencyChannel();
    channel.segments(FIRST, FIRST + 1);
    const before = channel.store.snapshot()!;
    channel.parts(FIRST + 2, 0);
    const after = channel.store.snapshot()!;
    expect(after.version).toBe(before.version + 2);
    expect(after.tracks[0]!.segments).toBe(before.tracks[0]!.segments);
    expect(after.periods).toBe(before.periods);
  });

  test("leaves out a track that has parts and no whole segment yet", () => {
    const channel = new LowLatencyChannel();
    for (let number = FIRST; number < FIRST + 3; number++) {
      for (let index = 0; index < 4; index++) channel.part("v1", number, index);
      channel.whole("v1", number);
    }
    channel.part("a1", FIRST + 2, 0);
    expect(channel.store.snapshot()!.tracks.map(({ track }) => track.id)).toEqual(["v1"]);
  });

  test("shows what follows a hole that no playlist can tell only when it is whole", () => {
    const channel = new LowLatencyChannel(12_000 as Milliseconds);
    channel.segments(FIRST, FIRST + 3);
    channel.parts(FIRST + 100, 0);
    expect(track(channel).open).toBeUndefined();
    expect(track(channel).segments.at(-1)!.number).toBe(FIRST + 3);
    for (const index of [1, 2, 3]) channel.parts(FIRST + 100, index);
    channel.whole("v1", FIRST + 100);
    channel.whole("a1", FIRST + 100);
    expect(track(channel).segments.map(({ number }) => number)).toEqual([FIRST + 100]);
    channel.parts(FIRST + 101, 0);
    expect(track(channel).open?.number).toBe(FIRST + 101);
  });
});
