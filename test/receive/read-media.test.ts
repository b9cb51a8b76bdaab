import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { box, fullBox, u32 } from "../../src/cmaf/box.ts";
import { BoxCollector, type CollectedBoxes } from "../../src/receive/box-collector.ts";
import { readFragments, readInit, readNumber } from "../../src/receive/read-media.ts";
import { UnreadableError } from "../../src/receive/unreadable-error.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { bytesOf, publishedTracks } from "./published-tracks.ts";

const tracks = publishedTracks(8);
const inParts = publishedTracks(8, 500 as Milliseconds);

function collect(...pieces: readonly Uint8Array[]): CollectedBoxes {
  const collector = new BoxCollector();
  for (const piece of pieces) collector.push(piece);
  return collector.finish();
}

describe.for([
  ["whole", tracks],
  ["made of parts", inParts],
] as const)("segments of this packager, %s", ([, published]) => {
  test.for(["v1", "v2", "a1"])("%s are read with their number and times", (track) => {
    const segments = published.get(track)!;
    expect(segments.length).toBeGreaterThan(1);
    for (const segment of segments) {
      const init = readInit(collect(segment.init.bytes).moov[0]!);
      expect(init).toMatchObject([
        { handler: track.startsWith("v") ? "vide" : "soun", timescale: segment.init.timescale },
      ]);
      const { moof, moov, hasPrft } = collect(bytesOf(segment));
      expect({ hasPrft, moov }).toEqual({ hasPrft: true, moov: [] });
      const fragments = readFragments(moof, init);
      expect(fragments.map(({ number }) => number)).toEqual(fragments.map(() => segment.number));
      expect(readNumber(moof[0]!)).toBe(segment.number);
      expect(fragments[0]!.start).toBe(segment.start);
      const last = fragments.at(-1)!;
      expect(last.start + last.duration).toBe(segment.start + segment.duration);
    }
  });
});

test("however a body is cut, the same boxes are found", () => {
  const bytes = bytesOf(tracks.get("a1")![0]!);
  const whole = collect(bytes);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      expect(collect(...at.slice(1).map((end, i) => bytes.subarray(at[i], end)))).toEqual(whole);
    }),
    { numRuns: 50 },
  );
  expect(collect(...Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)))).toEqual(whole);
});

test.for<[name: string, bytes: Uint8Array, message: RegExp]>([
  ["a box that is cut off", box("mdat", new Uint8Array(20)).subarray(0, 20), /ends within/],
  ["a moof that is cut off", box("moof", new Uint8Array(20)).subarray(0, 20), /ends within/],
  ["half a header", Uint8Array.of(0, 0, 0, 8, 0x6d), /ends within/],
  ["half a large header", Uint8Array.of(0, 0, 0, 1, 0x6d, 0x64, 0x61, 0x74, 0), /ends within/],
  ["text", Buffer.from("<html>\n<body>\n</body></html>"), /no box/],
  ["a box of 3 bytes", Uint8Array.of(0, 0, 0, 3, 0x6d, 0x64, 0x61, 0x74), /smaller than its header/],
  ["a moof of 4 GiB", Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x6d, 0x6f, 0x6f, 0x66), /more than/],
  ["a moof of no size", Uint8Array.of(0, 0, 0, 0, 0x6d, 0x6f, 0x6f, 0x66), /more than/],
])("%s is no object", ([, bytes, message]) => {
  expect(() => collect(bytes)).toThrow(message);
  expect(() => collect(bytes)).toThrow(UnreadableError);
});

test("sizes of 64 bits, and of zero for the rest, are sizes", () => {
  const large = Uint8Array.of(0, 0, 0, 1, 0x6d, 0x64, 0x61, 0x74, 0, 0, 0, 0, 0, 0, 0, 18, 1, 2);
  const rest = Uint8Array.of(0, 0, 0, 0, 0x6d, 0x64, 0x61, 0x74, 1, 2, 3);
  expect(collect(large, box("moof"), rest).moof).toHaveLength(1);
});

test.for<[name: string, moof: Uint8Array]>([
  ["no mfhd", box("moof", box("traf"))],
  ["no traf", box("moof", fullBox("mfhd", 0, 0, u32(1)))],
  ["a run of 4 billion samples", box("moof", box("traf", fullBox("trun", 0, 0, u32(0xffffffff), u32(0))))],
  ["a table of 4 billion samples", box("moov", box("trak", fullBox("stsz", 0, 0, u32(4), u32(0xffffffff))))],
])("%s is unreadable, at once", ([, bytes]) => {
  expect(() => readFragments([bytes], [])).toThrow(UnreadableError);
  expect(() => readInit(bytes)).toThrow(UnreadableError);
});

test("any damage is read or is unreadable, and nothing else", () => {
  const segment = tracks.get("v1")![0]!;
  const [moov] = collect(segment.init.bytes).moov;
  const [moof] = collect(bytesOf(segment)).moof;
  const init = readInit(moov!);
  const damage = fc.array(fc.tuple(fc.nat(1500), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
  const damaged = (bytes: Uint8Array, places: readonly (readonly [number, number])[]): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    for (const [at, value] of places) copy[at % copy.length] = value;
    return copy;
  };
  fc.assert(
    fc.property(damage, (places) => {
      for (const read of [
        () => readInit(damaged(moov!, places)),
        () => readFragments([damaged(moof!, places)], init),
      ]) {
        try {
          read();
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableError);
        }
      }
    }),
    { numRuns: 500 },
  );
});
