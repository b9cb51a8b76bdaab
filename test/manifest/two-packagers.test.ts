import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { writeMpd } from "../../src/manifest/mpd.ts";
import type { ChannelSnapshot, Segment, Track } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { a1, audioInit, audioSegment, FIRST, segment, store, v1, v2, videoInit, videoSegment } from "../store/media.ts";
import { readMpd } from "./mpd-client.ts";
import { readPlaylist } from "./playlist-client.ts";

/** What came to a packager: everything from a number on, but what it missed, such as `v1/3`. Numbers count from FIRST. */
type Past = { readonly from: number; readonly missed: ReadonlySet<string> };

const TRACKS: readonly Track[] = [v1, v2, a1];
const COUNT = 24;
/** Where the parameters of pictures change, and of sound too at the second. */
const CHANGES = [5, 13] as const;
/** No packager has this one of v1. */
const LOST = 9;
/** The encoder is 0.4 s late with this one. */
const LATE = 16;

/** The segment of a number as the encoder makes it, for whoever receives it. */
function made(track: Track, number: number): Segment {
  const changes = CHANGES.filter((change) => change <= number).length;
  const one =
    track === a1
      ? audioSegment(FIRST + number, audioInit(`a1-${changes === 2}`), 2)
      : track === v2
        ? videoSegment(FIRST + number, videoInit("v2", {}, 30_000), 60, 1000)
        : videoSegment(FIRST + number, videoInit(`v1-${changes}`));
  const late = number === LATE ? 0.4 * one.init.timescale : 0;
  return segment({ ...one, start: one.start + late, duration: one.duration - late });
}

function packaged({ from, missed }: Past): ChannelSnapshot {
  const channel = store(TRACKS, { window: 120_000 as Milliseconds });
  for (let number = from; number < COUNT; number++) {
    for (const track of TRACKS) {
      const isLost = missed.has(`${track.id}/${number}`) || (track === v1 && number === LOST);
      if (!isLost) channel.publish(track.id, made(track, number));
    }
  }
  return channel.snapshot()!;
}

/** A media playlist: its head but for the first number, and the lines of each segment with the EXT-X-MAP in force. */
function linesOf(channel: ChannelSnapshot, trackId: string) {
  const track = channel.tracks.find((one) => one.track.id === trackId)!;
  const text = writeMediaPlaylist(channel, track);
  const [head, ...rest] = text.trimEnd().split(/\n(?=#EXT-X-MAP)/);
  const segments = new Map<string, string>();
  for (const stretch of rest) {
    const [map, ...lines] = stretch.split("\n");
    for (const [entry, uri] of lines.join("\n").matchAll(/(?:#.*\n)+(\d+\.m4s)/g)) {
      if (!entry.includes("#EXT-X-GAP")) segments.set(uri!, `${map}\n${entry}`);
    }
  }
  const counted = new Set(readPlaylist(text).entries.map(({ discontinuitySequence }) => discontinuitySequence));
  return { head: head!.replace(/#EXT-X-MEDIA-SEQUENCE.*\n/, ""), segments, counted };
}

/** For each segment of an MPD what a client makes of it, and how far its time in the presentation is from media time. */
function segmentsOf(channel: ChannelSnapshot) {
  const { periods } = readMpd(writeMpd(channel, { publishTime: 0 as Milliseconds }));
  const segments = new Map<string, object>();
  const ticksOff: number[] = [];
  for (const { start, representations } of periods) {
    for (const { id, timescale, offset, initialization, segments: listed } of representations) {
      for (const { number, t, d } of listed) {
        segments.set(`${id}/${number}`, { t, d, timescale, initialization });
        ticksOff.push(Math.abs((start * timescale) / 1e6 - offset));
      }
    }
  }
  return { periods: periods.map(({ id, start }) => [id, start]), segments, ticksOff };
}

/** The values of two maps for the keys that are in both. */
function shared<Value>(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): [Value[], Value[]] {
  const keys = [...a.keys()].filter((key) => b.has(key));
  return [keys.map((key) => a.get(key)!), keys.map((key) => b.get(key)!)];
}

function expectAgreement(a: ChannelSnapshot, b: ChannelSnapshot): void {
  for (const { track } of b.tracks) {
    const [ofA, ofB] = [linesOf(a, track.id), linesOf(b, track.id)];
    expect(ofB.head).toBe(ofA.head);
    expect([ofA.counted, ofB.counted]).toEqual([new Set([0]), new Set([0])]);
    const [linesA, linesB] = shared(ofA.segments, ofB.segments);
    expect(linesB).toEqual(linesA);
    expect(linesB).toHaveLength(ofB.segments.size);
  }
  const [ofA, ofB] = [segmentsOf(a), segmentsOf(b)];
  const [saidA, saidB] = shared(ofA.segments, ofB.segments);
  expect(saidB).toEqual(saidA);
  expect(saidB).toHaveLength(ofB.segments.size);
  // Period@start in microseconds and @presentationTimeOffset in ticks name one instant as exactly as they can.
  expect(Math.max(...ofA.ticksOff, ...ofB.ticksOff)).toBeLessThanOrEqual(0.6);
}

describe("two packagers of a channel whose parameters change twice and that loses a segment", () => {
  const everything = packaged({ from: 0, missed: new Set() });
  const later = packaged({ from: 7, missed: new Set(["v1/11", "a1/11", "a1/12", "v1/18", "v2/18", "a1/18"]) });

  test("say the same of every segment both list, though one began after the first change and missed others", () => {
    expectAgreement(everything, later);
    const { head, segments } = linesOf(later, "v1");
    expect(head).toBe("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-DISCONTINUITY-SEQUENCE:0");
    expect(segments.size).toBe(COUNT - 7 - [LOST, 11, 18].length);
    expect(segments.get(`${FIRST + LATE}.m4s`)).toBe(
      `#EXT-X-MAP:URI="init-v1-2.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:32.400Z\n#EXTINF:1.600000,\n${FIRST + LATE}.m4s`,
    );
  });

  test("divide an MPD by what each of them saw and missed", () => {
    const divided = (channel: ChannelSnapshot): unknown[] => segmentsOf(channel).periods.map(([id]) => id);
    expect(divided(everything)).toEqual(["p0", ...[5, 10, 13, 16].map((number) => `p${FIRST + number}`)]);
    expect(divided(later)).toEqual(["p0", ...[10, 13, 16, 19].map((number) => `p${FIRST + number}`)]);
  });

  test("say the same whatever each of them has missed", () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: COUNT - 4 }), { maxLength: 8 });
    const past = fc
      .record({ from: fc.integer({ min: 0, max: COUNT - 4 }), v1: numbers, v2: numbers, a1: numbers })
      .map(({ from, ...missed }): Past => {
        const names = Object.entries(missed).flatMap(([id, numbers]) => numbers.map((number) => `${id}/${number}`));
        return { from, missed: new Set(names) };
      });
    fc.assert(
      fc.property(past, (past) => expectAgreement(everything, packaged(past))),
      { numRuns: 200 },
    );
  });
});
