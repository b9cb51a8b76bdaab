import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { buildSegmentHeader, type Fragment, type Sample } from "../../src/cmaf/media-segment.ts";
import { readFragment } from "../support/fragment.ts";
import { dump } from "./dump.ts";

const sample = (fields: Partial<Sample> = {}): Sample => ({
  duration: 3600,
  size: 3,
  compositionOffset: 0,
  sync: false,
  ...fields,
});
const fragment = (samples: readonly Sample[], fields: Partial<Fragment> = {}): Fragment => ({
  sequenceNumber: 7,
  baseMediaDecodeTime: 159_059_074_050_000,
  timescale: 90_000,
  captured: true,
  begins: "segment",
  ends: false,
  samples,
  ...fields,
});

/** The whole segment, its media counting up. */
function segment(value: Fragment): Uint8Array {
  const media = Uint8Array.from({ length: value.samples.reduce((sum, { size }) => sum + size, 0) }, (_, n) => n & 0xff);
  return new Uint8Array([...buildSegmentHeader(value), ...media]);
}

test("a later chunk of a segment says so in its styp", () => {
  const later = toHex(buildSegmentHeader(fragment([sample({ sync: true })], { begins: "chunk" })));
  expect(later.slice(0, 48)).toBe("0000001873747970636d666c00000000636d666c636d6663");
});

test("the last segment of a track says so in its styp", () => {
  const last = Buffer.from(buildSegmentHeader(fragment([sample({ sync: true })], { ends: true })));
  expect(last.toString("latin1", 4, 36).replaceAll("\0", ".")).toBe("stypcmfs....cmfscmffcmfcmsdhlmsg");
});

test("one sample is byte for byte this", () => {
  expect(toHex(buildSegmentHeader(fragment([sample({ sync: true })])))).toBe(
    [
      "00000020 73747970 636d6673 00000000 636d6673 636d6666 636d6663 6d736468", // styp cmfs: cmfs cmff cmfc msdh
      "00000020 70726674 01000018 00000001 ed01b425 00000000 000090a9d39b67d0", // prft: captured, track 1, NTP, tfdt
      "00000064 6d6f6f66",
      "  00000010 6d666864 00000000 00000007", // mfhd
      "  0000004c 74726166",
      "    00000018 74666864 00020028 00000001 00000e10 02000000", // tfhd: track 1, 3600, sync
      "    00000014 74666474 01000000 000090a9d39b67d0", // tfdt
      "    00000018 7472756e 01000201 00000001 0000006c 00000003", // trun: one sample of 3 bytes, 108 after moof
      "0000000b 6d646174",
    ]
      .join("")
      .replaceAll(" ", ""),
  );
});

test.for<[name: string, samples: readonly Sample[]]>([
  [
    "segment-reordered",
    [
      sample({ sync: true }),
      sample({ compositionOffset: 7200 }),
      sample({ compositionOffset: -3600 }),
      sample({ compositionOffset: -3600, duration: 7200 }),
    ],
  ],
  ["segment-audio", [sample({ sync: true, duration: 1024 }), sample({ sync: true, duration: 1024 })]],
])("%s is as kept", async ([name, samples]) => {
  const text = dump(segment(fragment(samples)));
  expect(text.split("\n").filter((line) => line.startsWith("!"))).toEqual([]);
  await expect(text).toMatchFileSnapshot(`../golden/cmaf/${name}.txt`);
});

test("any samples are read as they were written, each default said once", () => {
  const any = fc.record<Sample>({
    duration: fc.oneof(fc.constant(3600), fc.integer({ min: 1, max: 2 ** 31 })),
    size: fc.integer({ min: 0, max: 20 }),
    compositionOffset: fc.oneof(fc.constant(0), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    sync: fc.boolean(),
  });
  const samples = fc.oneof(
    fc.array(any, { minLength: 1, maxLength: 20 }),
    fc.integer({ min: 1, max: 20 }).map((count) => Array.from({ length: count }, (_, n) => sample({ sync: n === 0 }))),
    fc.integer({ min: 1, max: 20 }).map((count) => Array.from({ length: count }, () => sample({ sync: true }))),
  );
  const time = fc.integer({ min: 0, max: 2 ** 52 });
  fc.assert(
    fc.property(
      samples,
      time,
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (samples, baseMediaDecodeTime, sequenceNumber) => {
        const read = readFragment(segment(fragment(samples, { baseMediaDecodeTime, sequenceNumber })));
        expect(read).toMatchObject({ baseMediaDecodeTime, sequenceNumber });
        expect(
          read.samples.map(({ duration, bytes, presentationTime, decodeTime, sync }) => ({
            duration,
            size: bytes.length,
            compositionOffset: presentationTime - decodeTime,
            sync,
          })),
        ).toEqual(samples);
        expect([...read.samples.flatMap(({ bytes }) => [...bytes])].every((byte, n) => byte === (n & 0xff))).toBe(true);
        expect(read.faults.filter((fault) => !fault.startsWith("the earliest presentation time"))).toEqual([]);
      },
    ),
  );
});

test("flags are written once: for all, for the first and the others, or for each", () => {
  const size = (...sync: boolean[]) => buildSegmentHeader(fragment(sync.map((sync) => sample({ sync })))).length;
  const none = size(false, false, false);
  expect(size(true, true, true)).toBe(none);
  expect(size(true, false, false)).toBe(none + 4);
  expect(size(true, false, true)).toBe(none + 12);
});
