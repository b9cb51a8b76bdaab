import { describe, expect, test } from "vitest";
import { writeMultivariantPlaylist } from "../../src/manifest/multivariant-playlist.ts";
import type { ChannelStore } from "../../src/store/channel-store.ts";
import type { Segment, Track } from "../../src/store/segment.ts";
import { a1, a2, audioInit, audioSegment, FIRST, store, v1, v2, videoInit, videoSegment } from "../store/media.ts";

function playlist(tracks: readonly [Track, Segment][]): string[] {
  const channel: ChannelStore = store(tracks.map(([track]) => track));
  for (const [track, segment] of tracks) channel.publish(track.id, segment);
  return writeMultivariantPlaylist(channel.snapshot()!).trimEnd().split("\n");
}

const video = videoSegment(FIRST, videoInit("v"), 50, 3600, { size: 500_000 });
const small = videoSegment(FIRST, videoInit("w", { width: 640, height: 360, codecString: "avc1.4d401e" }), 50, 3600, {
  size: 125_000,
});

describe("bit rates", () => {
  test("add the largest audio track of the group to the video", () => {
    const quiet = audioSegment(FIRST, audioInit("a"), 2, { size: 20_000 });
    const loud = audioSegment(FIRST, audioInit("b"), 2, { size: 40_000 });
    const [line] = playlist([
      [v1, video],
      [a1, quiet],
      [a2, loud],
    ]).filter((text) => text.startsWith("#EXT-X-STREAM-INF"));
    // 94 frames of 1024 samples at 48 kHz are 2.005333 s.
    expect(line).toContain(`BANDWIDTH=${2_000_000 + Math.ceil(320_000 / 2.005333)},`);
  });
});

describe("independent segments", () => {
  test("are promised while all that is listed starts with a picture that needs no other", () => {
    expect(playlist([[v1, video]])).toContain("#EXT-X-INDEPENDENT-SEGMENTS");
    const dependent = { ...small, quality: { ...small.quality, independent: false } };
    expect(
      playlist([
        [v1, video],
        [v2, dependent],
      ]),
    ).not.toContain("#EXT-X-INDEPENDENT-SEGMENTS");
  });
});

describe("audio", () => {
  const audio = audioSegment(FIRST, audioInit("a"), 2);

  test.each<[string, string | undefined, string]>([
    ["the shortest code", "eng", 'NAME="English",DEFAULT=YES,AUTOSELECT=YES,LANGUAGE="en"'],
    ["one code for both forms of ISO 639-2", "ger", 'NAME="German",DEFAULT=YES,AUTOSELECT=YES,LANGUAGE="de"'],
    ["three letters where there are no two", "gsw", 'NAME="Swiss German",DEFAULT=YES,AUTOSELECT=YES,LANGUAGE="gsw"'],
    ["a code for local use as it is", "qaa", 'NAME="qaa",DEFAULT=YES,AUTOSELECT=YES,LANGUAGE="qaa"'],
    ["nothing for an undetermined language", "und", 'NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS'],
    ["nothing where none is announced", undefined, 'NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS'],
  ])("is tagged with %s", (_, language, expected) => {
    const track: Track = { id: "a1", kind: "audio", ...(language === undefined ? {} : { language }) };
    const text = playlist([
      [v1, video],
      [track, audio],
    ]);
    expect(text.filter((line) => line.startsWith("#EXT-X-MEDIA"))).toEqual([expect.stringContaining(expected)]);
  });

  test("has one group for each codec, each with every video track, and names that differ in a group", () => {
    const dolby = audioSegment(
      FIRST,
      audioInit("d", { codec: "ac3", codecString: "ac-3", channels: 6, samplesPerFrame: 1536 }),
      2,
    );
    const text = playlist([
      [v1, video],
      [v2, small],
      [a1, audio],
      [{ id: "a2", kind: "audio", language: "eng" }, dolby],
      [{ id: "a3", kind: "audio", language: "eng" }, audio],
    ]);
    expect(text.filter((line) => !line.startsWith("#"))).toEqual(
      ["v1", "v2", "v1", "v2"].map((id) => `${id}/index.m3u8`),
    );
    const names = text.flatMap(
      (line) =>
        line
          .match(/GROUP-ID="(\w+)",NAME="([^"]+)",DEFAULT=(\w+)/)
          ?.slice(1, 4)
          .join(" ") ?? [],
    );
    expect(names).toEqual(["aac English (a1) YES", "aac English (a3) NO", "ac3 English YES"]);
    const codecs = text.flatMap((line) => line.match(/CODECS="([^"]+)"/)?.[1] ?? []);
    expect(codecs).toEqual(["avc1.640028,mp4a.40.2", "avc1.4d401e,mp4a.40.2", "avc1.640028,ac-3", "avc1.4d401e,ac-3"]);
  });
});

describe("video", () => {
  test.each<[number | undefined, string | undefined]>([
    [1, "SDR"],
    [14, "SDR"],
    [16, "PQ"],
    [18, "HLG"],
    [undefined, undefined],
  ])("of transfer characteristics %s is of range %s", (transfer, range) => {
    const colour = transfer === undefined ? {} : { colour: { primaries: 9, transfer, matrix: 9, fullRange: false } };
    const text = playlist([[v1, videoSegment(FIRST, videoInit("v", colour))]]).join("\n");
    expect(text.match(/VIDEO-RANGE=(\w+)/)?.[1]).toBe(range);
  });

  test("of no regular rate has no FRAME-RATE", () => {
    expect(playlist([[{ id: "v1", kind: "video" }, video]]).join("\n")).not.toContain("FRAME-RATE");
  });

  test("without sound has neither a group nor an audio codec", () => {
    const [line] = playlist([[v1, video]]).filter((text) => text.startsWith("#EXT-X-STREAM-INF"));
    expect(line).toBe(
      '#EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=2000000,CODECS="avc1.640028",RESOLUTION=1920x1080,FRAME-RATE=25.000',
    );
  });
});
