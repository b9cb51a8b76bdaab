import fc from "fast-check";
import { parseDictionary, Token } from "structured-headers";
import { expect, test } from "vitest";
import { mqaMetricNames } from "../../src/sei/mqa-metric.ts";
import { readPlainDictionary } from "../../src/sei/plain-dictionary.ts";

const encoder = new TextEncoder();

/** With other text around it, which is not its. */
function read(text: string) {
  const before = encoder.encode("a=1, ");
  const bytes = encoder.encode(text);
  return readPlainDictionary(Buffer.concat([before, bytes, before]), before.length, before.length + bytes.length);
}

/** The same by a parser of the whole syntax; names that stand twice, once. */
function judge(text: string): Map<string, unknown> {
  const entries = Array.from(parseDictionary(text.toLowerCase()), ([name, [value]]) => [
    name,
    value instanceof Token ? value.toString() : value,
  ]);
  return new Map(entries as [string, unknown][]);
}

test.for([
  [
    "scope=frame, psnr=47.12",
    [
      ["scope", "frame"],
      ["psnr", 47.12],
    ],
  ],
  [
    "PSNR=47,VMAF-HD=1.5",
    [
      ["psnr", 47],
      ["vmaf-hd", 1.5],
    ],
  ],
  [
    "  x=-1.125 ,y=inf ",
    [
      ["x", -1.125],
      ["y", "inf"],
    ],
  ],
  [
    "a=999999999999999, b=0.001",
    [
      ["a", 999_999_999_999_999],
      ["b", 0.001],
    ],
  ],
] as const)("reads %s", ([text, entries]) => {
  expect(read(text)).toEqual(entries);
});

test.for([
  "",
  "psnr",
  "psnr=",
  "=1",
  "psnr=40,",
  "psnr=40;a",
  "psnr=(1 2)",
  'psnr="x"',
  "psnr=1.1234",
  "psnr=1.",
  "psnr=.5",
  "psnr=-",
  "psnr=1.2.3",
  "psnr=1000000000000000",
  "psnr=1000000000000.5",
  "1=1",
  "-a=1",
  "a_b=1",
  "a=b.c",
  "a=1 b=2",
  "é=1",
  "a=1\0",
  '{"a":1}',
])("leaves %j to the parser of the whole syntax", (text) => {
  expect(read(text)).toBeUndefined();
});

test("what it reads is what the parser of the whole syntax reads", () => {
  const name = fc.oneof(
    fc.constantFrom(...mqaMetricNames, "scope", "VMAF", "Mqa-Video", "x1"),
    fc.stringMatching(/^[a-zA-Z*][a-z0-9-]{0,12}$/),
  );
  const value = fc.oneof(
    fc.integer().map(String),
    fc.stringMatching(/^-?\d{1,13}(\.\d{1,4})?$/),
    fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/),
  );
  const pair = fc.tuple(name, value).map(([key, text]) => `${key}=${text}`);
  const separator = fc.constantFrom(",", ", ", " , ", "  ,", ";", " ");
  let taken = 0;
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 8 }), separator, (pairs, between) => {
      const text = pairs.join(between);
      const entries = read(text);
      if (entries === undefined) return;
      taken++;
      expect(new Map<string, unknown>(entries)).toEqual(judge(text));
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(200);
});
