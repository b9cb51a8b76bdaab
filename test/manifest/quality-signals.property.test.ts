import fc from "fast-check";
import { expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { writeMpd } from "../../src/manifest/mpd.ts";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import type { ChannelSnapshot, InitSegment } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { audioInit, FIRST, store, videoInit } from "../store/media.ts";
import { parseMediaPlaylist } from "../support/strict-playlist.ts";
import { SCORED_TRACKS, scoredSegment } from "./scored-channel.ts";

const signals = { ...defaultQualitySignals, dateRange: true, events: true };

/** What befalls one track at one number. */
const event = fc.record({
  lost: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  newInit: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  score: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
});
const run = {
  steps: fc.array(fc.tuple(event, event, event), { minLength: 1, maxLength: 40 }),
  window: fc.constantFrom(1000, 6000, 12_000, 30_000),
};

/** The EXT-X-DATERANGE tags of all playlists by their IDs, which must all be different. */
function dateRanges(channel: ChannelSnapshot): ReadonlyMap<string, string> {
  const ranges = new Map<string, string>();
  for (const track of channel.tracks) {
    const text = writeMediaPlaylist(channel, track, signals);
    parseMediaPlaylist(text);
    for (const [tag, id] of text.matchAll(/^#EXT-X-DATERANGE:ID="([^"]*)".*$/gm)) {
      expect(ranges.has(id!)).toBe(false);
      ranges.set(id!, tag);
    }
  }
  return ranges;
}

/** The Events of all tracks by track and id, each with the Period and the EventStream that it stands in. */
function events(channel: ChannelSnapshot): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let period = "";
  let stream = "";
  for (const line of writeMpd(channel, { publishTime: 0 as Milliseconds }, signals).split("\n")) {
    if (line.includes("<Period")) period = line;
    else if (line.includes("<EventStream")) stream = line;
    else if (line.includes("<Event ")) {
      const key = `${/ value="([^"]*)"/.exec(stream)![1]}-${/ id="(\d+)"/.exec(line)![1]}`;
      expect(found.has(key)).toBe(false);
      found.set(key, `${period}${stream}${line}`);
    }
  }
  return found;
}

function expectSameWhereBoth(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
  for (const [key, text] of before) if (after.has(key)) expect(after.get(key)).toBe(text);
}

test("whatever happens, what is said of a segment stays as it is for as long as the segment is listed", () => {
  const property = fc.property(run.steps, run.window, (steps, window) => {
    const channel = store(SCORED_TRACKS, { window: window as Milliseconds });
    const inits: InitSegment[] = [videoInit("v1-0"), videoInit("v2-0", {}, 25_000), audioInit("a1-0")];
    let before = { ranges: new Map() as ReadonlyMap<string, string>, events: new Map() as ReadonlyMap<string, string> };
    for (const [n, step] of steps.entries()) {
      for (const [index, track] of SCORED_TRACKS.entries()) {
        const { lost, newInit, score } = step[index]!;
        if (lost) continue;
        if (newInit) inits[index] = { ...inits[index]!, id: `${track.id}-${n}` };
        channel.publish(track.id, scoredSegment(track, FIRST + n, score, { init: inits[index]! }));
        const snapshot = channel.snapshot();
        if (snapshot === undefined) continue;
        const now = { ranges: dateRanges(snapshot), events: events(snapshot) };
        const listed = snapshot.tracks.flatMap(({ track, segments }) =>
          segments.map(({ number }) => `${track.id}-${number}`),
        );
        expect([...now.ranges.keys()].sort()).toEqual(listed.sort());
        expectSameWhereBoth(before.ranges, now.ranges);
        expectSameWhereBoth(before.events, now.events);
        before = now;
      }
    }
  });
  fc.assert(property, { numRuns: 60 });
});
