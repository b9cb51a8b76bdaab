import { decodeCmsdStatic, isCmsdCustomKey } from "@svta/cml-cmsd";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CmsdStatic, serializeCmsdStatic } from "../../src/cmsd/cmsd-static.ts";
import { isCustomKey } from "../../src/structured-fields/custom-key.ts";

describe("serializeCmsdStatic", () => {
  test.for<[string, CmsdStatic, string]>([
    ["writes nothing for nothing", {}, ""],
    [
      "sorts reserved and custom keys together",
      {
        st: "l",
        ot: "v",
        n: "mqa-packager",
        d: 1920,
        br: 5000,
        at: 1_700_000_000_123,
        custom: { "org.svta.mqa-video": 54, "com.example-a": 1, "zz-top": 2 },
      },
      'at=1700000000123, br=5000, com.example-a=1, d=1920, n="mqa-packager", org.svta.mqa-video=54, ot=v, st=l, zz-top=2',
    ],
    ["escapes quotes and backslashes in strings", { n: 'a"b\\c' }, String.raw`n="a\"b\\c"`],
    ["writes a true flag as a bare key", { su: true, ht: 0 }, "ht=0, su"],
    ["leaves out a false flag and version 1", { su: false, v: 1, ot: "m" }, "ot=m"],
    ["keeps a version other than 1", { v: 2 }, "v=2"],
    ["writes a path as a string", { nor: "124.m4s", sf: "d" }, 'nor="124.m4s", sf=d'],
    ["writes a custom string and a custom flag", { custom: { "a-b": "x", "a-c": true } }, 'a-b="x", a-c'],
    ["rounds decimals to three places", { custom: { "a-b": 47.00049, "a-c": 93.1236 } }, "a-b=47, a-c=93.124"],
    ["rounds 99.9999 up to a whole number with no point", { custom: { "a-b": 99.9999 } }, "a-b=100"],
    [
      "writes inner lists, of numbers and of texts",
      { custom: { "a-b": [54, 47.1236, 100], "a-c": ["PSNR", 'a"b'], "a-d": [] } },
      String.raw`a-b=(54 47.124 100), a-c=("PSNR" "a\"b"), a-d=()`,
    ],
    ["writes negative numbers and zero", { custom: { "a-b": -0.0001, "a-c": -1.5 } }, "a-b=0, a-c=-1.5"],
    ["writes the largest integer", { at: 999_999_999_999_999 }, "at=999999999999999"],
  ])("%s", ([, members, text]) => {
    expect(serializeCmsdStatic(members)).toBe(text);
  });

  test.for<[string, CmsdStatic]>([
    ["an upper-case key", { custom: { "org.svta.mqa-VIDEO": 1 } }],
    ["the bare namespace", { custom: { "org.svta.mqa": 1 } }],
    ["a reserved key among the custom ones", { custom: { br: 1 } }],
    ["text that is not ASCII", { n: "é" }],
    ["a line break", { n: "a\r\nSet-Cookie: b" }],
    ["custom text with a line break", { custom: { "a-b": "\n" } }],
    ["a list with a line break", { custom: { "a-b": ["a", "\n"] } }],
    ["a list with NaN", { custom: { "a-b": [1, Number.NaN] } }],
    ["NaN", { custom: { "a-b": Number.NaN } }],
    ["infinity", { custom: { "a-b": Number.POSITIVE_INFINITY } }],
    ["an integer of 16 digits", { at: 1e15 }],
    ["a decimal of 13 integer digits", { custom: { "a-b": 1e12 + 0.5 } }],
    ["a fraction where an integer stands", { br: 0.5 }],
  ])("refuses %s", ([, members]) => {
    expect(() => serializeCmsdStatic(members)).toThrow(RangeError);
  });

  test("gives text that an independent decoder reads back, whatever the members", () => {
    const integer = fc.integer({ min: 0, max: 999_999_999_999_999 });
    const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
    const members = fc.record(
      {
        at: integer,
        br: integer,
        d: integer,
        ht: integer,
        n: text,
        nor: text,
        ot: fc.constantFrom("m", "i", "v", "a"),
        sf: fc.constantFrom("d", "h"),
        st: fc.constantFrom("v", "l"),
        su: fc.constant(true),
        v: fc.integer({ min: 2, max: 9 }),
        custom: fc.dictionary(
          fc.stringMatching(/^[a-z][a-z0-9.]{0,9}-[a-z0-9.]{1,9}$/),
          fc.oneof(fc.integer(), fc.double({ min: -999_999_999_999, max: 999_999_999_999, noNaN: true })),
          { noNullPrototype: true },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(members, ({ custom, ...rest }) => {
        const decoded = decodeCmsdStatic(serializeCmsdStatic({ ...rest, custom: custom ?? {} })) as Record<
          string,
          unknown
        >;
        for (const [key, value] of Object.entries(rest)) expect(String(asText(decoded[key]))).toBe(String(value));
        for (const [key, value] of Object.entries(custom ?? {})) {
          expect(Math.abs((decoded[key] as number) - value)).toBeLessThanOrEqual(0.000501);
        }
        expect(Object.keys(decoded).length).toBe(Object.keys(rest).length + Object.keys(custom ?? {}).length);
      }),
    );
  });
});

describe("isCustomKey", () => {
  test.for([
    ["org.svta.mqa-video", true],
    ["com.example-a-b", true],
    ["a-1", true],
    ["org.svta.mqa", false],
    ["vmaf", false],
    ["-video", false],
    ["org.svta.mqa-", false],
    ["a-b-", false],
    ["Org-video", false],
    ["org.svta.mqa-VIDEO", false],
    ["1-a", false],
    ["a_b-c", false],
    ["a-b c", false],
    ["a-é", false],
    ["", false],
  ] as const)("of %s is %s", ([name, expected]) => {
    expect(isCustomKey(name)).toBe(expected);
  });

  test("never allows a name that the SVTA library refuses", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."aZ0.-_* ") }), (name) => {
        if (isCustomKey(name)) expect(isCmsdCustomKey(name)).toBe(true);
      }),
    );
  });
});

/** The decoder gives tokens as symbols. */
function asText(value: unknown): unknown {
  return typeof value === "symbol" ? value.description : value;
}
