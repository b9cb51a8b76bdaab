import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinByteStream, type NalSplit, splitByteStream } from "../../src/annexb/nal-units.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";

type Case = readonly [name: string, stream: string, head: number, tail: number, nalUnits: readonly string[]];

const cases: readonly Case[] = [
  ["nothing in nothing", "", 0, -1, []],
  ["one NAL unit after a three-byte start code", "000001 6588", 0, 0, ["6588"]],
  ["one NAL unit after a four-byte start code, whose first zero is nobody's", "00000001 6588", 0, 1, ["6588"]],
  ["two NAL units", "000001 0910 00000001 6588", 0, 6, ["0910", "6588"]],
  ["no trailing zeros in a NAL unit", "000001 6588 000000 000001 41 0000", 0, 8, ["6588", "41"]],
  ["zeros before the first start code as nobody's", "0000000000 000001 65", 0, 5, ["65"]],
  ["no NAL unit between start codes in a row", "000001 000001 000001 65", 0, 6, ["65"]],
  ["no NAL unit after a start code at the end", "000001 65 000001", 0, 4, ["65"]],
  ["bytes before the first start code as the head", "aabb 000001 65", 2, 2, ["65"]],
  ["zeros that end the head as nobody's", "aabb0000 000001 65", 2, 4, ["65"]],
  ["all bytes as the head without a start code", "aabb0000", 4, -1, []],
  ["a start code cut off at the end as data so far", "000001 65 0000", 0, 0, ["65"]],
  ["no start code in 00 00 02 and 00 00 03", "000001 65000002 000003 010001", 0, 0, ["65000002000003010001"]],
  ["an 01 without its zeros as data", "000001 65 0101 000101 010001", 0, 0, ["650101000101010001"]],
  [
    "a start code at the very beginning of what is passed over at once",
    "000001 65 050505050505050505 000001 41",
    0,
    13,
    ["65050505050505050505", "41"],
  ],
];

describe("splitByteStream finds", () => {
  test.for(cases)("%s", ([, stream, head, tail, nalUnits]) => {
    expect(readable(splitByteStream(fromHex(stream)))).toEqual({ head, tail, nalUnits });
  });

  test("views, not copies", () => {
    const stream = fromHex("000001 6588");
    expect(splitByteStream(stream).nalUnits[0]!.buffer).toBe(stream.buffer);
  });

  test("nothing before the offset it is told to begin at, not even part of a start code", () => {
    const stream = fromHex("000001 65 0000 01 09 000001 41");
    expect(readable(splitByteStream(stream, 5))).toEqual({ head: 3, tail: 8, nalUnits: ["41"] });
    expect(readable(splitByteStream(stream, 4))).toEqual({ head: 0, tail: 8, nalUnits: ["09", "41"] });
  });
});

describe("splitByteStream, whatever the bytes,", () => {
  test("finds what a search byte by byte finds", () => {
    fc.assert(
      fc.property(nearStartCodes, fc.nat({ max: 8 }), (stream, from) => {
        const begin = Math.min(from, stream.length);
        expect(readable(splitByteStream(stream, begin))).toEqual(readable(searchByteByByte(stream, begin)));
      }),
      { numRuns: 1000 },
    );
  });

  test("gives NAL units that join to a stream with the same NAL units", () => {
    fc.assert(
      fc.property(nearStartCodes, (stream) => {
        const { nalUnits } = splitByteStream(stream);
        expect(splitByteStream(joinByteStream(nalUnits)).nalUnits).toEqual(nalUnits);
      }),
    );
  });

  test("gives the same NAL units cut in two anywhere, when what is open at the cut is split again", () => {
    fc.assert(
      fc.property(nearStartCodes, fc.nat(), (bytes, at) => {
        const stream = Uint8Array.of(0, 0, 1, ...bytes);
        const cut = 3 + (at % (bytes.length + 1));
        const [before, after] = [stream.subarray(0, cut), stream.subarray(cut)];
        const first = splitByteStream(before);
        const complete = splitByteStream(before.subarray(0, first.tail)).nalUnits;
        const rest =
          splitByteStream(after).head === 0 && after.length > 0
            ? [...splitByteStream(before.subarray(first.tail)).nalUnits, ...splitByteStream(after).nalUnits]
            : splitByteStream(Uint8Array.of(...before.subarray(first.tail), ...after)).nalUnits;
        expect([...complete, ...rest].map(toHex)).toEqual(splitByteStream(stream).nalUnits.map(toHex));
      }),
      { numRuns: 1000 },
    );
  });
});

test("joinByteStream writes four-byte start codes", () => {
  expect(toHex(joinByteStream([fromHex("0910"), fromHex("6588")]))).toBe(
    "00000001 0910 00000001 6588".replaceAll(" ", ""),
  );
});

/** Bytes among which start codes and almost start codes are common. */
const nearStartCodes = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom([0], [0, 0], [1], [0, 0, 1], [3]) },
      { weight: 2, arbitrary: fc.array(fc.integer({ min: 2, max: 255 }), { maxLength: 20 }) },
    ),
    { maxLength: 30 },
  )
  .map((pieces) => Uint8Array.from(pieces.flat()));

function readable({ head, tail, nalUnits }: NalSplit): object {
  return { head, tail, nalUnits: nalUnits.map(toHex) };
}

/** The definition, without any haste. */
function searchByteByByte(stream: Uint8Array, from: number): NalSplit {
  const startCodes: number[] = [];
  for (let i = from; i + 2 < stream.length; i++) {
    if (stream[i] === 0 && stream[i + 1] === 0 && stream[i + 2] === 1) startCodes.push(i);
  }
  const withoutZeros = (begin: number, end: number): Uint8Array => {
    const last = stream.subarray(begin, end).findLastIndex((byte) => byte !== 0);
    return stream.subarray(begin, begin + last + 1);
  };
  return {
    head: startCodes.length > 0 ? withoutZeros(from, startCodes[0]!).length : stream.length - from,
    tail: startCodes.at(-1) ?? -1,
    nalUnits: startCodes
      .map((start, i) => withoutZeros(start + 3, startCodes[i + 1] ?? stream.length))
      .filter((nal) => nal.length > 0),
  };
}
