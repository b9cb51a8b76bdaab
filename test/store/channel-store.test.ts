import { describe, expect, test } from "vitest";
import { ChannelStore } from "../../src/store/channel-store.ts";
import type { Segment } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import {
  a1,
  audioInit,
  audioSegment,
  FIRST,
  fileStore,
  segment,
  store,
  v1,
  v2,
  videoInit,
  videoSegment,
} from "./media.ts";

const init = videoInit("aa");

function numbers(channel: ChannelStore, trackId = "v1"): number[] {
  const track = channel.snapshot()?.tracks.find(({ track }) => track.id === trackId);
  return track?.segments.map(({ number }) => number) ?? [];
}

function publish(channel: ChannelStore, first: number, count: number): void {
  for (let number = first; number < first + count; number++) channel.publish("v1", videoSegment(number, init));
}

describe("what can be seen", () => {
  test("there is nothing to play before every track has a segment", () => {
    const channel = store([v1, a1]);
    expect(channel.snapshot()).toBeUndefined();
    channel.publish("v1", videoSegment(FIRST, init));
    expect(channel.snapshot()).toBeUndefined();
    channel.publish("a1", audioSegment(FIRST, audioInit("bb"), 2));
    expect(channel.snapshot()?.tracks.map(({ track }) => track.id)).toEqual(["v1", "a1"]);
  });

  test("a track that stays silent holds the others up for three segments and not longer", () => {
    const channel = store([v1, a1]);
    publish(channel, FIRST, 2);
    expect(channel.snapshot()).toBeUndefined();
    publish(channel, FIRST + 2, 1);
    expect(channel.snapshot()?.tracks.map(({ track }) => track.id)).toEqual(["v1"]);
  });

  test("a file that ends at once shows what it has", () => {
    const channel = fileStore([v1, a1]);
    channel.publish("v1", videoSegment(FIRST, init));
    channel.end();
    expect(channel.snapshot()).toMatchObject({ ended: true, tracks: [{ track: v1 }] });
  });

  test("a channel that ends without a segment has nothing to show", () => {
    const channel = fileStore([v1]);
    channel.end();
    expect(channel.snapshot()).toBeUndefined();
  });

  test("video tracks come before audio tracks whatever the order of announcement", () => {
    const channel = store([a1, v1, v2]);
    channel.publish("a1", audioSegment(FIRST, audioInit("bb"), 2));
    channel.publish("v2", videoSegment(FIRST, init));
    channel.publish("v1", videoSegment(FIRST, init));
    expect(channel.snapshot()?.tracks.map(({ track }) => track.id)).toEqual(["v1", "v2", "a1"]);
  });

  test("a snapshot is the same object until something changes, and never changes itself", () => {
    const channel = store([v1]);
    publish(channel, FIRST, 1);
    const before = channel.snapshot()!;
    expect(channel.snapshot()).toBe(before);
    publish(channel, FIRST + 1, 1);
    const after = channel.snapshot()!;
    expect(after).not.toBe(before);
    expect(after.version).toBe(before.version + 1);
    expect(before.tracks[0]!.segments).toHaveLength(1);
  });

  test("ending is a change, once", () => {
    const channel = store([v1]);
    publish(channel, FIRST, 1);
    const { version } = channel.snapshot()!;
    channel.end();
    channel.end();
    expect(channel.snapshot()).toMatchObject({ version: version + 1, ended: true });
  });
});

describe("what is wrong use", () => {
  test.each<[string, (channel: ChannelStore) => void]>([
    ["a number that repeats", (channel) => channel.publish("v1", videoSegment(FIRST, init))],
    ["a number that goes back", (channel) => channel.publish("v1", videoSegment(FIRST - 1, init))],
    ["a track that was never added", (channel) => channel.publish("v9", videoSegment(FIRST + 1, init))],
    ["a track added twice", (channel) => channel.addTrack(v1)],
    ["a second target duration", (channel) => channel.setTargetDuration(3)],
    [
      "a segment after the end",
      (channel) => {
        channel.end();
        channel.publish("v1", videoSegment(FIRST + 1, init));
      },
    ],
  ])("%s throws", (_, misuse) => {
    const channel = store([v1]);
    publish(channel, FIRST, 1);
    expect(() => misuse(channel)).toThrow(Error);
  });

  test("a segment before the target duration throws", () => {
    const channel = new ChannelStore({ name: "x", segmentDuration: 2000 as Milliseconds, retainBodies: true });
    channel.addTrack(v1);
    expect(() => channel.publish("v1", videoSegment(FIRST, init))).toThrow(/target duration/);
  });
});

describe("the window", () => {
  test("lists the newest whole segments that fill it", () => {
    const channel = store([v1], { window: 12_000 as Milliseconds });
    publish(channel, FIRST, 20);
    expect(numbers(channel)).toEqual([14, 15, 16, 17, 18, 19].map((n) => FIRST + n));
  });

  test("never lists less than three target durations", () => {
    const channel = store([v1], { window: 1000 as Milliseconds });
    publish(channel, FIRST, 20);
    expect(numbers(channel)).toHaveLength(3);
  });

  test("counts a hole that gap entries fill, and keeps what was before it as long as the playlist needs it", () => {
    const channel = store([v1], { window: 12_000 as Milliseconds });
    publish(channel, FIRST, 6);
    publish(channel, FIRST + 10, 1);
    expect(numbers(channel)).toEqual([FIRST + 5, FIRST + 10]);
    publish(channel, FIRST + 11, 4);
    expect(numbers(channel)).toEqual([FIRST + 5, ...[10, 11, 12, 13, 14].map((n) => FIRST + n)]);
    publish(channel, FIRST + 15, 1);
    expect(numbers(channel)[0]).toBe(FIRST + 10);
  });

  test("does not start again where the segment before a hole ended early", () => {
    const channel = store([v1], { window: 12_000 as Milliseconds });
    publish(channel, FIRST, 6);
    channel.publish("v1", videoSegment(FIRST + 6, init, 50, 3600, { duration: 10_800 }));
    publish(channel, FIRST + 8, 1);
    expect(numbers(channel)).toEqual([2, 3, 4, 5, 6, 8].map((n) => FIRST + n));
  });

  test("starts again after a hole as long as itself", () => {
    const channel = store([v1], { window: 12_000 as Milliseconds });
    publish(channel, FIRST, 6);
    publish(channel, FIRST + 100, 1);
    expect(numbers(channel)).toEqual([FIRST + 100]);
  });

  test("starts again where a missing number has no time of its own", () => {
    const channel = store([v1]);
    publish(channel, FIRST, 3);
    channel.publish("v1", videoSegment(FIRST + 4, init, 50, 3600, { start: videoSegment(FIRST + 3, init).start }));
    expect(numbers(channel)).toEqual([FIRST + 4]);
  });

  test("does not slide in a file", () => {
    const channel = fileStore([v1]);
    publish(channel, FIRST, 5);
    publish(channel, FIRST + 100_000, 5);
    expect(numbers(channel)).toHaveLength(10);
  });
});

describe("what can be fetched", () => {
  test("a segment that left the playlist stays for its own and the longest playlist's duration", () => {
    const channel = store([v1], { window: 12_000 as Milliseconds });
    publish(channel, FIRST, 7);
    expect(numbers(channel)[0]).toBe(FIRST + 1);
    // It left when FIRST + 6 came; 2 s + 12 s later seven more have come.
    publish(channel, FIRST + 7, 6);
    expect(channel.segment("v1", FIRST)).toMatchObject({ number: FIRST });
    publish(channel, FIRST + 13, 1);
    expect(channel.segment("v1", FIRST)).toBe("expired");
    expect(channel.segment("v1", FIRST + 1)).toMatchObject({ number: FIRST + 1 });
  });

  test("time goes on where numbers are missing", () => {
    const channel = store([v1], { window: 12_000 as Milliseconds });
    publish(channel, FIRST, 7);
    publish(channel, FIRST + 13, 1);
    expect(channel.segment("v1", FIRST)).toBe("expired");
  });

  test("says expired of what is gone, missing of what was lost, and unknown of what may come", () => {
    const channel = store([v1]);
    expect(channel.segment("v1", FIRST)).toBe("unknown");
    publish(channel, FIRST, 2);
    publish(channel, FIRST + 3, 1);
    expect(channel.segment("v1", FIRST - 1)).toBe("expired");
    expect(channel.segment("v1", FIRST + 2)).toBe("missing");
    expect(channel.segment("v1", FIRST + 3)).toMatchObject({ number: FIRST + 3 });
    expect(channel.segment("v1", FIRST + 4)).toBe("unknown");
    expect(channel.segment("v9", FIRST)).toBe("unknown");
  });

  test("keeps an init segment while a kept segment needs it, also when it comes back", () => {
    const channel = store([v1], { window: 6000 as Milliseconds });
    const other = videoInit("bb");
    channel.publish("v1", videoSegment(FIRST, init));
    channel.publish("v1", videoSegment(FIRST + 1, other));
    channel.publish("v1", videoSegment(FIRST + 2, init));
    publish(channel, FIRST + 3, 5);
    expect(channel.initSegment("v1", "bb")).toBe(other);
    publish(channel, FIRST + 8, 3);
    expect(channel.initSegment("v1", "bb")).toBeUndefined();
    expect(channel.initSegment("v1", "aa")).toBe(init);
    expect(channel.initSegment("v9", "aa")).toBeUndefined();
  });

  test("keeps no more than window, longest playlist and a segment in a day of media", () => {
    const channel = store([v1], { window: 60_000 as Milliseconds });
    publish(channel, FIRST, 43_200);
    let kept = 0;
    for (let number = FIRST; number < FIRST + 43_200; number++)
      if (typeof channel.segment("v1", number) === "object") kept++;
    // 60 s listed, and 60 s of playlist and 2 s of segment after that.
    expect(kept).toBe(61);
  });
});

describe("listeners", () => {
  test("get track and segment after the segment can be fetched, until they unsubscribe", () => {
    const channel = store([v1]);
    const seen: [string, number, boolean][] = [];
    const stop = channel.onPublish((track, { number }) => {
      seen.push([track.id, number, typeof channel.segment("v1", number) === "object"]);
    });
    publish(channel, FIRST, 2);
    stop();
    publish(channel, FIRST + 2, 1);
    expect(seen).toEqual([
      ["v1", FIRST, true],
      ["v1", FIRST + 1, true],
    ]);
  });

  test("alone get the body where the store does not retain it", () => {
    const channel = store([v1], { retainBodies: false });
    const body = [new Uint8Array([1, 2, 3])];
    const bodies: Segment["body"][] = [];
    channel.onPublish((_, published) => bodies.push(published.body));
    channel.publish("v1", videoSegment(FIRST, init, 50, 3600, { body, size: 3 }));
    expect(bodies).toEqual([body]);
    expect(channel.segment("v1", FIRST)).toMatchObject({ body: [], size: 3 });
  });
});

describe("bit rates", () => {
  const rates = (channel: ChannelStore): [number, number] => {
    const { peakBitrate, averageBitrate } = channel.snapshot()!.tracks[0]!;
    return [peakBitrate, averageBitrate];
  };
  const sized = (number: number, size: number, seconds = 2): Segment =>
    segment({ number, init, start: number * 180_000, duration: seconds * 90_000, size });

  test("peak is the highest of any run of 0.5 to 1.5 target durations, and stays", () => {
    const channel = store([v1], { window: 6000 as Milliseconds });
    channel.publish("v1", sized(FIRST, 250_000));
    expect(rates(channel)).toEqual([1_000_000, 1_000_000]);
    channel.publish("v1", sized(FIRST + 1, 750_000));
    for (let n = 2; n < 20; n++) channel.publish("v1", sized(FIRST + n, 250_000));
    expect(rates(channel)).toEqual([3_000_000, 1_100_000]);
  });

  test("a segment too short for a run of its own counts only with its neighbours", () => {
    const channel = store([v1]);
    channel.publish("v1", sized(FIRST, 250_000));
    channel.publish(
      "v1",
      segment({ number: FIRST + 1, init, start: (FIRST + 1) * 180_000, duration: 45_000, size: 500_000 }),
    );
    // 0.5 s is no run; the run of 2.5 s has 6 Mbit.
    expect(rates(channel)[0]).toBe(2_400_000);
  });

  test("more than 1.5 target durations are no run", () => {
    const channel = store([v1]);
    const lasting = (number: number, seconds: number, size: number): Segment =>
      segment({ number, init, start: number * 198_000, duration: seconds * 90_000, size });
    channel.publish("v1", lasting(FIRST, 2.2, 100_000));
    channel.publish("v1", lasting(FIRST + 1, 0.9, 900_000));
    for (let n = 2; n < 102; n++) channel.publish("v1", lasting(FIRST + n, 2.2, 100_000));
    // Not 2.6 Mb/s of the first two, which last 3.1 s.
    expect(rates(channel)[0]).toBeLessThan(400_000);
  });

  test("a run does not reach over a hole", () => {
    const channel = store([v1]);
    channel.publish("v1", sized(FIRST, 250_000));
    channel.publish(
      "v1",
      segment({ number: FIRST + 2, init, start: (FIRST + 2) * 180_000, duration: 45_000, size: 500_000 }),
    );
    channel.publish("v1", sized(FIRST + 3, 1000));
    // Neither 2.4 Mb/s of the two before and after the hole, nor 8 Mb/s of the half second alone.
    expect(rates(channel)[0]).toBe(1_603_200);
  });
});
