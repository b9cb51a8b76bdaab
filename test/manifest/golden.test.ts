import { describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { writeMpd } from "../../src/manifest/mpd.ts";
import { writeMultivariantPlaylist } from "../../src/manifest/multivariant-playlist.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { scenarios } from "./scenarios.ts";

const publishTime = Date.UTC(2026, 0, 2, 3, 4, 40) as Milliseconds;

describe.each(scenarios)("$name", ({ name, build }) => {
  const channel = build().snapshot()!;
  const golden = (path: string): string => `../golden/${name}/${path}`;

  test("multivariant playlist is as kept", async () => {
    await expect(writeMultivariantPlaylist(channel)).toMatchFileSnapshot(golden("index.m3u8"));
  });

  test.each(channel.tracks.map((track) => [track.track.id, track] as const))(
    "media playlist of %s is as kept",
    async (id, track) => {
      await expect(writeMediaPlaylist(channel, track)).toMatchFileSnapshot(golden(`${id}/index.m3u8`));
    },
  );

  test("MPD is as kept", async () => {
    await expect(writeMpd(channel, { publishTime })).toMatchFileSnapshot(golden("manifest.mpd"));
  });
});
