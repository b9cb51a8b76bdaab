import type { Box } from "mp4box";
import { expect, test } from "vitest";
import type { TrackConfiguration } from "../../src/demux/track-configuration.ts";
import { buildTrackInit } from "../../src/package/track-init.ts";
import type { BitsPerSecond } from "../../src/time/units.ts";
import { AAC, AC3, EAC3, H264, H265 } from "../cmaf/configurations.ts";
import { boxAt, boxesAt, parseBoxes } from "../support/iso-boxes.ts";

type Fields = Box & Readonly<Record<string, unknown>>;

function entryOf(configuration: TrackConfiguration): {
  readonly header: Fields;
  readonly entry: Fields;
  readonly boxes: readonly Box[];
} {
  const { boxes, complaints } = parseBoxes(buildTrackInit(configuration, 90_000, undefined).bytes);
  expect(complaints).toEqual([]);
  const entries = boxAt<Box & { readonly entries: readonly Fields[] }>(boxes, "moov/trak/mdia/minf/stbl/stsd").entries;
  expect(entries).toHaveLength(1);
  return { header: boxAt<Fields>(boxes, "moov/trak/tkhd"), entry: entries[0]!, boxes };
}

test.for<[type: string, configuration: TrackConfiguration]>([
  ["avc1", H264],
  ["hvc1", H265],
  ["mp4a", AAC],
  ["ac-3", AC3],
  ["ec-3", EAC3],
])("%s is what its codec is called", ([type, configuration]) => {
  expect(entryOf(configuration).entry.type).toBe(type);
});

test("the same configuration has the same bytes and id, made at any time", () => {
  const [a, b] = [H264, { ...H264 }].map((configuration) => buildTrackInit(configuration, 90_000, "eng"));
  expect(a!.id).toMatch(/^[0-9a-f]{16}$/);
  expect([b!.id, [...b!.bytes]]).toEqual([a!.id, [...a!.bytes]]);
});

test("whatever a player could tell apart has another id", () => {
  const inits = [
    buildTrackInit(H264, 90_000, undefined),
    buildTrackInit(H264, 60_000, undefined),
    buildTrackInit(H264, 90_000, "eng"),
    buildTrackInit(H265, 90_000, undefined),
    buildTrackInit({ ...H264, width: 322 }, 90_000, undefined),
    buildTrackInit({ ...H264, pixelAspectRatio: { num: 4, den: 3 } }, 90_000, undefined),
    buildTrackInit({ ...H264, colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: false } }, 90_000, undefined),
    buildTrackInit({ ...H264, decoderConfiguration: Uint8Array.of(1, 2, 3, 4) }, 90_000, undefined),
    buildTrackInit({ ...H264, maxBitrate: 5_000_000 as BitsPerSecond }, 90_000, undefined),
    buildTrackInit(AAC, 48_000, undefined),
    buildTrackInit(AAC, 44_100, undefined),
    buildTrackInit({ ...AAC, channels: 1 }, 48_000, undefined),
  ];
  expect(new Set(inits.map(({ id }) => id)).size).toBe(inits.length);
});

test("an unknown language is und, as if none were there", () => {
  expect(buildTrackInit(AAC, 48_000, undefined).id).toBe(buildTrackInit(AAC, 48_000, "und").id);
});

test("the track header has the width in square samples, the sample entry the coded one", () => {
  const { header, entry } = entryOf({ ...H264, width: 720, height: 576, pixelAspectRatio: { num: 16, den: 11 } });
  expect([header["width"], header["height"]]).toEqual([1047 * 65_536, 576 * 65_536]);
  expect([entry["width"], entry["height"]]).toEqual([720, 576]);
  const absurd = entryOf({ ...H264, width: 60_000, pixelAspectRatio: { num: 65_535, den: 1 } });
  expect(absurd.header["width"]).toBe(65_535 * 65_536);
});

test("a bit rate is only said where the stream declares it", () => {
  expect(boxesAt(entryOf(H264).boxes, "moov/trak/mdia/minf/stbl/stsd/avc1/btrt")).toEqual([]);
  const declared = { ...H264, maxBitrate: 5_000_000 as BitsPerSecond, bufferSizeBits: 8_000_004 };
  expect(boxAt<Fields>(entryOf(declared).boxes, "moov/trak/mdia/minf/stbl/stsd/avc1/btrt")).toMatchObject({
    bufferSizeDB: 1_000_000,
    maxBitrate: 5_000_000,
    avgBitrate: 5_000_000,
  });
  const huge = { ...H264, maxBitrate: (2 ** 40) as BitsPerSecond, bufferSizeBits: 2 ** 50 };
  expect(boxAt<Fields>(entryOf(huge).boxes, "moov/trak/mdia/minf/stbl/stsd/avc1/btrt")).toMatchObject({
    bufferSizeDB: 0xffffffff,
    maxBitrate: 0xffffffff,
  });
  expect(boxAt<Fields>(entryOf(AC3).boxes, "moov/trak/mdia/minf/stbl/stsd/ac-3/btrt")).toMatchObject({
    maxBitrate: 448_000,
  });
});
