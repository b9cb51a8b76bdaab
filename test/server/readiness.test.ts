import { expect, test } from "vitest";
import { unreadyChannels } from "../../src/server/readiness.ts";
import type { ChannelSnapshot } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { fakeSnapshot, fakeView, NOW } from "./fake-channel.ts";

const live = fakeSnapshot();

/** The same channel whose first track stopped long ago. */
const videoStopped = fakeSnapshot({
  tracks: live.tracks.map((track, i) => (i === 0 ? { ...track, segments: track.segments.slice(0, 1) } : track)),
});

test.for<[string, ChannelSnapshot | undefined, number, string | undefined]>([
  ["is ready when a segment has just come", live, 0, undefined],
  ["is ready three segment durations later", live, 3 * 1920, undefined],
  ["is not ready a millisecond after that", live, 3 * 1920 + 1, "no segment has been published for 5.8 s"],
  ["is not ready before the first segment", undefined, 0, "no segment has been published yet"],
  ["is ready for good once it has ended", fakeSnapshot({ ended: true }), 86_400_000, undefined],
  ["is ready while any track goes on", videoStopped, 1000, undefined],
])("a channel %s", ([, snapshot, later, reason]) => {
  const reasons = unreadyChannels(new Map([["news", fakeView(() => snapshot)]]), (NOW + later) as Milliseconds);
  expect(reasons).toEqual(reason === undefined ? {} : { news: reason });
});

test("a packager without channels is ready", () => {
  expect(unreadyChannels(new Map(), NOW)).toEqual({});
});
