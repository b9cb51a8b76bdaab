/** What it costs to write the manifests of a low-latency channel anew after each part, by its window: run by `playlist.js`. */
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { writeMpd } from "../../src/manifest/mpd.ts";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import type { ChannelSnapshot } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { FIRST, LowLatencyChannel, PARTS } from "../store/low-latency-channel.ts";

const WINDOWS = { "1 min": 60_000, "1 h": 3_600_000, "24 h": 86_400_000 };
const SEGMENT_MS = 1920;
const MEASURED_SEGMENTS = 20;

type Writer = (channel: ChannelSnapshot) => string;

const writers: Readonly<Record<string, Writer>> = {
  "snapshot alone": () => "",
  "delta update": (channel) => writeMediaPlaylist(channel, channel.tracks[0]!, defaultQualitySignals, { skips: true }),
  "whole playlist": (channel) => writeMediaPlaylist(channel, channel.tracks[0]!),
  MPD: (channel) => writeMpd(channel, { publishTime: 0 as Milliseconds }),
};

const rows = Object.entries(WINDOWS).map(([name, window]) => {
  const channel = new LowLatencyChannel(window as Milliseconds);
  let number = FIRST + Math.ceil(window / SEGMENT_MS) + 2;
  channel.segments(FIRST, number - 1);
  const row: Record<string, string> = {};
  for (const [what, write] of Object.entries(writers)) {
    const times: number[] = [];
    let characters = 0;
    for (let i = 0; i < MEASURED_SEGMENTS; i++, number++) {
      for (let part = 0; part < PARTS; part++) {
        channel.parts(number, part);
        const begun = performance.now();
        characters = write(channel.store.snapshot()!).length;
        times.push(performance.now() - begun);
      }
      channel.whole("v1", number);
      channel.whole("a1", number);
    }
    const median = times.sort((a, b) => a - b)[times.length >> 1]!;
    row[what] = `${(median * 1000).toFixed(0)} us (${characters} characters)`;
  }
  return [name, row];
});
console.table(Object.fromEntries(rows));
