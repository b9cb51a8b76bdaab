import { parse, setOptions, types } from "hls-parser";
import { beforeAll, describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { writeMultivariantPlaylist } from "../../src/manifest/multivariant-playlist.ts";
import { scenarios } from "./scenarios.ts";

beforeAll(() => {
  setOptions({ strictMode: true });
});

/** hls-parser still asks for version 8 where there is an EXT-X-GAP, as the drafts of 2017 did. */
function parseMedia(text: string): types.MediaPlaylist {
  const playlist = parse(text.includes("#EXT-X-GAP") ? text.replace("VERSION:6", "VERSION:8") : text);
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error("not a media playlist");
  return playlist;
}

describe.each(scenarios)("$name, read by hls-parser in strict mode", ({ build }) => {
  const channel = build().snapshot()!;

  test("media playlists say what the snapshot says", () => {
    for (const track of channel.tracks) {
      const playlist = parseMedia(writeMediaPlaylist(channel, track));
      expect(playlist).toMatchObject({
        targetDuration: channel.targetDuration,
        mediaSequenceBase: track.segments[0]!.number,
        discontinuitySequenceBase: 0,
        endlist: channel.ended,
      });
      expect(playlist.playlistType).toBe(channel.ended && channel.window === undefined ? "VOD" : undefined);
      expect(playlist.segments.filter(({ discontinuity }) => discontinuity)).toEqual([]);
      // What is being made has parts only.
      const present = playlist.segments.filter(({ gap, uri }) => !gap && uri);
      expect(present).toHaveLength(track.segments.length);
      for (const [index, segment] of track.segments.entries()) {
        const { timescale, id } = segment.init;
        expect(present[index]).toMatchObject({
          uri: `${segment.number}.m4s`,
          mediaSequenceNumber: segment.number,
          map: { uri: `init-${id}.mp4` },
        });
        expect(Math.abs(present[index]!.duration - segment.duration / timescale)).toBeLessThanOrEqual(1e-6);
        expect(
          Math.abs(present[index]!.programDateTime!.getTime() - (segment.start * 1000) / timescale),
        ).toBeLessThanOrEqual(0.5);
      }
    }
  });

  test("the multivariant playlist names every track that has a segment", () => {
    const playlist = parse(writeMultivariantPlaylist(channel));
    if (!(playlist instanceof types.MasterPlaylist)) throw new Error("not a multivariant playlist");
    const named = playlist.variants.flatMap(({ uri, audio }) => [uri, ...audio.map((rendition) => rendition.uri)]);
    expect(new Set(named)).toEqual(new Set(channel.tracks.map(({ track }) => `${track.id}/index.m3u8`)));
    const largest = Math.max(...channel.tracks.map(({ peakBitrate }) => peakBitrate));
    expect(Math.max(...playlist.variants.map(({ bandwidth }) => bandwidth))).toBeGreaterThanOrEqual(largest);
  });
});
