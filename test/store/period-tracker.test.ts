import { describe, expect, test } from "vitest";
import { PeriodTracker } from "../../src/store/period-tracker.ts";
import type { Segment, Track } from "../../src/store/segment.ts";
import type { MediaTime } from "../../src/time/units.ts";
import { a1, audioInit, audioSegment, v1, v2, videoInit, videoSegment } from "./media.ts";

const inits = { v1: videoInit("v1"), v2: videoInit("v2"), a1: audioInit("a1") };
const all = { firstListed: 0, firstKept: 0 };

function made(track: Track, number: number): Segment {
  const init = inits[track.id as keyof typeof inits];
  return track.kind === "video" ? videoSegment(number, init) : audioSegment(number, init, 2);
}

/** Publishes `v1:10 a1:10 ...` in that order; `v1:10!` has an init segment of its own. */
function tracked(order: string, tracker = new PeriodTracker()): PeriodTracker {
  for (const word of order.split(" ")) {
    const [, id, number, flag] = /^(\w+):(\d+)(!?)$/.exec(word)!;
    const track = [v1, v2, a1].find((candidate) => candidate.id === id)!;
    const segment = made(track, Number(number));
    const init = flag === "!" ? { ...segment.init, id: number! } : segment.init;
    tracker.publish(track, { ...segment, init }, all);
    tracker.settle(false);
  }
  return tracker;
}

/** `0: v1 10-12, a1 10-11` for each period. */
function told(tracker: PeriodTracker): string[] {
  return tracker.periods().map(({ number, runs }) => {
    const parts = runs.map(({ track, segments }) => `${track.id} ${segments[0]!.number}-${segments.at(-1)!.number}`);
    return `${number}: ${parts.join(", ")}`;
  });
}

/** A tracker that is first asked when both have a segment, as the store does. */
function started(...tracks: Track[]): PeriodTracker {
  const tracker = new PeriodTracker();
  for (const track of tracks) tracker.publish(track, made(track, 10), all);
  tracker.settle(false);
  return tracker;
}

describe("a number is listed", () => {
  test("once every track has published it or a later one", () => {
    const tracker = started(v1, a1);
    expect(told(tracked("v1:11 v1:12", tracker))).toEqual(["0: v1 10-10, a1 10-10"]);
    expect(told(tracked("a1:11", tracker))).toEqual(["0: v1 10-11, a1 10-11"]);
  });

  test("without a track that is three segments behind", () => {
    expect(told(tracked("v1:11 v1:12 v1:13", started(v1, a1)))).toEqual(["0: v1 10-13, a1 10-10"]);
  });

  test("although a track brings nothing more, at the end", () => {
    const tracker = tracked("v1:11 v1:12", started(v1, a1));
    tracker.settle(true);
    expect(told(tracker)).toEqual(["0: v1 10-12, a1 10-10"]);
  });
});

describe("a period begins in all tracks", () => {
  test("where one has another init segment, whichever comes first", () => {
    const expected = ["0: v1 10-11, a1 10-11", "12: v1 12-12, a1 12-12"];
    expect(told(tracked("v1:11 v1:12 a1:11 a1:12!", started(v1, a1)))).toEqual(expected);
    expect(told(tracked("a1:11 a1:12! v1:11 v1:12", started(v1, a1)))).toEqual(expected);
  });

  test("where time is missing, or one goes back in time", () => {
    const moved = (by: number): string[] => {
      const tracker = started(v1, a1);
      const segment = made(v1, 11);
      tracker.publish(v1, { ...segment, start: (segment.start + by) as MediaTime }, all);
      return told(tracked("a1:11", tracker));
    };
    expect(moved(0)).toEqual(["0: v1 10-11, a1 10-11"]);
    for (const by of [1, -1]) expect(moved(by)).toEqual(["0: v1 10-10, a1 10-10", "11: v1 11-11, a1 11-11"]);
  });

  test("behind a number that one is missing", () => {
    expect(told(tracked("v1:11 v1:12 a1:12 v1:13 a1:13", started(v1, a1)))).toEqual([
      "0: v1 10-11, a1 10-10",
      "12: v1 12-13, a1 12-13",
    ]);
  });

  test("behind an outage of all, when the slower one is back", () => {
    const tracker = tracked("v1:100 v1:101", started(v1, a1));
    expect(told(tracker)).toEqual(["0: v1 10-10, a1 10-10"]);
    expect(told(tracked("a1:100", tracker))).toEqual(["0: v1 10-10, a1 10-10", "100: v1 100-100, a1 100-100"]);
  });

  test("not with sound alone, or pictures alone, where there are both", () => {
    expect(told(tracked("a1:20 v1:21 a1:21 v1:22 a1:22", started(v1, a1)))).toEqual([
      "0: v1 10-10, a1 10-10",
      "21: v1 21-22, a1 21-22",
    ]);
    expect(told(tracked("v1:20 a1:21 v1:21", started(v1, a1)))).toEqual([
      "0: v1 10-10, a1 10-10",
      "21: v1 21-21, a1 21-21",
    ]);
  });

  test("with what there is at the end", () => {
    const tracker = tracked("v1:11 a1:11 v1:12! v1:13!", started(v1, a1));
    tracker.settle(true);
    expect(told(tracker)).toEqual(["0: v1 10-11, a1 10-11", "12: v1 12-12", "13: v1 13-13"]);
  });

  test("with sound alone once there are no pictures any more", () => {
    const tracker = tracked("a1:11 a1:12 a1:13 a1:14 a1:20 a1:21", started(v1, a1));
    expect(told(tracker).at(-1)).toBe("20: a1 20-21");
  });

  test("with the earliest start of all", () => {
    expect(tracked("v1:11! a1:11", started(v1, a1)).periods()[1]?.start).toBe(22_000_000);
  });
});

describe("where numbers tell the time", () => {
  const byNumber = (): PeriodTracker => {
    const tracker = started(v1, a1);
    tracker.setNumbersTellTime();
    return tracker;
  };

  test("what is missing breaks nothing", () => {
    expect(told(tracked("v1:11 a1:14 v1:15 a1:15", byNumber()))).toEqual(["0: v1 10-15, a1 10-15"]);
    expect(told(tracked("v1:100 a1:100", byNumber()))).toEqual(["0: v1 10-100, a1 10-100"]);
  });

  test("what is missing does once nothing more comes", () => {
    const tracker = tracked("v1:11 a1:11 v1:14 a1:14 v1:15 a1:15", byNumber());
    tracker.settle(true);
    expect(told(tracker)).toEqual(["0: v1 10-11, a1 10-11", "14: v1 14-15, a1 14-15"]);
  });

  test("another init segment does", () => {
    expect(told(tracked("v1:11 a1:11 v1:14! a1:13 a1:14", byNumber()))).toEqual([
      "0: v1 10-11, a1 10-13",
      "14: v1 14-14, a1 14-14",
    ]);
  });
});

describe("a rendition that falls silent", () => {
  const silent = "v1:11 a1:11 v1:12 a1:12 v1:13 a1:13 v1:14 a1:14";

  test("is left out of a new period, so that no player switches to it", () => {
    expect(told(tracked(silent, started(v1, v2, a1)))).toEqual([
      "0: v1 10-12, v2 10-10, a1 10-12",
      "13: v1 13-14, a1 13-14",
    ]);
  });

  test("joins in another when it is back", () => {
    const tracker = tracked(`${silent} v2:14 v1:15 v2:15 a1:15`, started(v1, v2, a1));
    expect(told(tracker).at(-1)).toBe("15: v1 15-15, v2 15-15, a1 15-15");
  });

  test("stays where it is the only one of its kind, and goes on if it was only late", () => {
    const tracker = tracked("v1:11 v1:12 v1:13 v1:14", started(v1, a1));
    expect(told(tracker)).toEqual(["0: v1 10-14, a1 10-10"]);
    expect(told(tracked("a1:11 a1:12 a1:13 a1:14 v1:15", tracker))).toEqual(["0: v1 10-14, a1 10-14"]);
  });

  test("does not come back to numbers that are listed without it", () => {
    const tracker = tracked("v1:11 v1:12 v1:13 v1:14 a1:13 a1:14 v1:15 a1:15", started(v1, a1));
    expect(told(tracker)).toEqual(["0: v1 10-14, a1 10-10", "15: v1 15-15, a1 15-15"]);
  });
});

test("a track that was not there at first joins at the next number", () => {
  expect(told(tracked("v1:11 a1:11 v1:12 a1:12", started(v1)))).toEqual(["0: v1 10-11", "12: v1 12-12, a1 12-12"]);
});

test("what left the window of every track is forgotten, with the periods that were before", () => {
  const tracker = tracked("v1:12 a1:12 v1:13 a1:13", started(v1, a1));
  const window = { firstListed: 13, firstKept: 10 };
  tracker.publish(v1, made(v1, 14), window);
  tracker.settle(false);
  expect(told(tracker)).toEqual(["0: v1 10-10, a1 10-10", "12: v1 12-13, a1 12-13"]);
  tracker.publish(a1, made(a1, 14), window);
  tracker.settle(false);
  expect(told(tracker)).toEqual(["12: v1 13-14, a1 13-14"]);
});

test("what cannot be fetched any more is forgotten, although a track that lags holds back the window", () => {
  const tracker = started(v1, a1);
  tracker.publish(v1, made(v1, 100), { firstListed: 100, firstKept: 10 });
  tracker.settle(false);
  expect(told(tracker)).toEqual(["0: v1 10-10, a1 10-10"]);
  tracker.publish(v1, made(v1, 101), { firstListed: 100, firstKept: 100 });
  tracker.settle(false);
  expect(told(tracker)).toEqual(["0: a1 10-10"]);
});
