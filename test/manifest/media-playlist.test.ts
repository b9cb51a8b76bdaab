import { describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import type { ChannelStore } from "../../src/store/channel-store.ts";
import {
  a1,
  audioInit,
  audioSegment,
  FIRST,
  fileStore,
  segment,
  store,
  v1,
  videoInit,
  videoSegment,
} from "../store/media.ts";
import { playlistFaults, readPlaylist } from "./playlist-client.ts";

function written(channel: ChannelStore): string {
  const snapshot = channel.snapshot()!;
  return writeMediaPlaylist(snapshot, snapshot.tracks[0]!);
}

describe("durations", () => {
  test.each([
    ["AAC at 44.1 kHz", audioInit("a", { sampleRate: 44_100 }), 1024 * 86],
    ["59.94 pictures a second", videoInit("v", {}, 60_000), 1001 * 115],
    ["29.97 pictures a second at 90 kHz", videoInit("v"), 3003 * 60],
  ])("of %s add up to the time between first start and last end", (_, init, duration) => {
    const channel = fileStore([{ ...v1, kind: init.configuration.kind }]);
    const first = Math.round((FIRST * 2 * init.timescale) / duration) * duration;
    for (let n = 0; n < 5000; n++)
      channel.publish("v1", segment({ number: FIRST + n, init, start: first + n * duration, duration }));
    const { entries } = readPlaylist(written(channel));
    const sum = entries.reduce((total, entry) => total + entry.duration, 0);
    expect(Math.abs(sum - (5000 * duration * 1e6) / init.timescale)).toBeLessThanOrEqual(1);
    for (const [n, { date }] of entries.entries()) {
      expect(Math.abs(date - ((first + n * duration) * 1000) / init.timescale)).toBeLessThanOrEqual(0.5);
    }
  });
});

describe("holes", () => {
  const init = videoInit("v");

  test("divide among the missing numbers", () => {
    const channel = store([v1]);
    channel.publish("v1", videoSegment(FIRST, init));
    channel.publish("v1", segment({ number: FIRST + 3, init, start: (FIRST + 3) * 180_000 + 1, duration: 180_000 }));
    const { entries } = readPlaylist(written(channel));
    expect(entries.map(({ number, gap, duration }) => [number - FIRST, gap, duration])).toEqual([
      [0, false, 2_000_000],
      [1, true, 2_000_005],
      [2, true, 2_000_006],
      [3, false, 2_000_000],
    ]);
  });

  test("have no gap longer than a segment may be, and the date tells the rest", () => {
    const channel = store([v1]);
    channel.publish("v1", segment({ number: FIRST, init, start: FIRST * 180_000, duration: 10_800 }));
    channel.publish("v1", videoSegment(FIRST + 2, init));
    const { entries } = readPlaylist(written(channel));
    expect(entries.map(({ date, gap, duration }) => [date - FIRST * 2000, gap, duration])).toEqual([
      [0, false, 120_000],
      [120, true, 2_499_999],
      [4000, false, 2_000_000],
    ]);
    expect(playlistFaults(readPlaylist(written(channel)))).toEqual([]);
  });

  test("as long as the window start the list again", () => {
    const channel = store([v1]);
    channel.publish("v1", videoSegment(FIRST, init));
    channel.publish("v1", videoSegment(FIRST + 50, init));
    const { entries } = readPlaylist(written(channel));
    expect(entries).toMatchObject([{ number: FIRST + 50, discontinuitySequence: 0 }]);
    expect(written(channel)).not.toMatch(/^#EXT-X-DISCONTINUITY$/m);
  });

  test("in time alone are told by the dates", () => {
    const channel = store([v1]);
    channel.publish("v1", videoSegment(FIRST, init));
    channel.publish(
      "v1",
      segment({ number: FIRST + 1, init, start: (FIRST + 1) * 180_000 + 36_000, duration: 90_000 }),
    );
    const { entries } = readPlaylist(written(channel));
    expect(entries.map(({ date, duration }) => [date - FIRST * 2000, duration])).toEqual([
      [0, 2_000_000],
      [2400, 1_000_000],
    ]);
    expect(written(channel)).not.toMatch(/^#EXT-X-DISCONTINUITY$/m);
  });
});

describe("in a file", () => {
  const init = videoInit("v");

  function fileOf(...numbers: readonly number[]): string {
    const channel = fileStore([v1]);
    for (const n of numbers) channel.publish("v1", videoSegment(FIRST + n, init));
    channel.end();
    return written(channel);
  }

  /** How many gap entries and discontinuities there are. */
  const counts = (text: string): number[] =>
    ["#EXT-X-GAP", "#EXT-X-DISCONTINUITY"].map((tag) => text.split("\n").filter((line) => line === tag).length);

  test("a hole of a day of one-second segments is gaps", () => {
    const text = fileOf(0, 1, 86_402);
    expect(counts(text)).toEqual([86_400, 0]);
    expect(playlistFaults(readPlaylist(text))).toEqual([]);
    expect(text.length).toBeLessThan(9e6);
  });

  test("a longer one is a discontinuity, and everything stays listed", () => {
    const text = fileOf(0, 1, 86_403, 86_404);
    expect(counts(text)).toEqual([0, 1]);
    expect(text.match(/^\d+\.m4s$/gm)).toEqual([0, 1, 86_403, 86_404].map((n) => `${FIRST + n}.m4s`));
    expect(text).toContain(`${FIRST + 1}.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME`);
  });

  test("several are gaps as far as they are not longer together", () => {
    expect(counts(fileOf(0, 80_000, 80_001, 86_402, 86_404, 100_000, 100_002))).toEqual([79_999 + 6400 + 1, 2]);
  });
});

test("a new init segment is mapped where it begins, and only there", () => {
  const channel = store([v1]);
  for (const [n, id] of ["x", "x", "y", "y"].entries()) {
    channel.publish("v1", videoSegment(FIRST + n, videoInit(id)));
  }
  const tags = written(channel)
    .split("\n")
    .filter((line) => /MAP|DISCONTINUITY$|m4s/.test(line));
  expect(tags).toEqual([
    '#EXT-X-MAP:URI="init-x.mp4"',
    `${FIRST}.m4s`,
    `${FIRST + 1}.m4s`,
    '#EXT-X-MAP:URI="init-y.mp4"',
    `${FIRST + 2}.m4s`,
    `${FIRST + 3}.m4s`,
  ]);
});

test.each([
  ["a live channel promises nothing of its end", store, false, []],
  ["a live channel that ended is closed, though its start is gone", store, true, ["#EXT-X-ENDLIST"]],
  ["a file that is still being read is open", fileStore, false, []],
  ["a file that ended is there as a whole", fileStore, true, ["#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-ENDLIST"]],
] as const)("%s", (_, make, ended, expected) => {
  const channel = make([a1]);
  channel.publish("a1", audioSegment(FIRST, audioInit("a"), 2));
  if (ended) channel.end();
  expect(written(channel).match(/#EXT-X-(PLAYLIST-TYPE:\w+|ENDLIST)/g) ?? []).toEqual(expected);
});
