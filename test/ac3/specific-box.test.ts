import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Ec3SpecificBox, parseDac3, parseDec3, writeDac3, writeDec3 } from "../../src/ac3/specific-box.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";

const surround = { fscod: 0, bsid: 16, asvc: false, bsmod: 0, acmod: 7, lfeon: true, numDepSub: 0, chanLoc: 0 };

const boxes: readonly (readonly [string, string, Ec3SpecificBox])[] = [
  ["5.1", "0e00200f00", { dataRate: 448, independentSubstreams: [surround] }],
  ["7.1", "1800200f0202", { dataRate: 768, independentSubstreams: [{ ...surround, numDepSub: 1, chanLoc: 0x002 }] }],
  [
    "LFE2 in a dependent substream, and Dolby Atmos",
    "1800200f05000110",
    {
      dataRate: 768,
      independentSubstreams: [{ ...surround, numDepSub: 2, chanLoc: 0x100 }],
      complexityIndexTypeA: 16,
    },
  ],
  [
    "a main and an associated service",
    "0e01200f0020a200",
    {
      dataRate: 448,
      independentSubstreams: [surround, { ...surround, asvc: true, bsmod: 2, acmod: 1, lfeon: false }],
    },
  ],
];

describe("dac3", () => {
  const box = { fscod: 1, bsid: 8, bsmod: 0, acmod: 7, lfeon: true, bitRateCode: 15 };

  test("is read and written", () => {
    expect(parseDac3(fromHex("503de0"))).toEqual(box);
    expect(toHex(writeDac3(box))).toBe("503de0");
  });

  test("is refused when it ends early", () => {
    expect(() => parseDac3(fromHex("503d"))).toThrow(MalformedError);
  });
});

describe("dec3", () => {
  test.for(boxes)("is read: %s", ([, hex, box]) => {
    expect(parseDec3(fromHex(hex))).toEqual(box);
  });

  test.for(boxes)("is written: %s", ([, hex, box]) => {
    expect(toHex(writeDec3(box))).toBe(hex);
  });

  test.for(boxes)("is refused when it ends early: %s", ([, hex, box]) => {
    const end = box.complexityIndexTypeA === undefined ? -1 : -3;
    expect(() => parseDec3(fromHex(hex).subarray(0, end))).toThrow(MalformedError);
  });

  test("reads what was written", () => {
    const substream = fc
      .record({
        fscod: fc.integer({ min: 0, max: 3 }),
        bsid: fc.integer({ min: 0, max: 31 }),
        asvc: fc.boolean(),
        bsmod: fc.integer({ min: 0, max: 7 }),
        acmod: fc.integer({ min: 0, max: 7 }),
        lfeon: fc.boolean(),
        numDepSub: fc.integer({ min: 0, max: 15 }),
        chanLoc: fc.integer({ min: 0, max: 0x1ff }),
      })
      .map((value) => (value.numDepSub === 0 ? { ...value, chanLoc: 0 } : value));
    const box = fc.record(
      {
        dataRate: fc.integer({ min: 0, max: 8191 }),
        independentSubstreams: fc.array(substream, { minLength: 1, maxLength: 8 }),
        complexityIndexTypeA: fc.integer({ min: 1, max: 255 }),
      },
      { requiredKeys: ["dataRate", "independentSubstreams"] },
    );
    fc.assert(
      fc.property(box, (value) => {
        expect(parseDec3(writeDec3(value))).toEqual(value);
      }),
    );
  });

  test("any bytes are read or refused by name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          expect(parseDec3(bytes).independentSubstreams.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });
});
