import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../support/packager.ts";
import { sourceFiles } from "../support/source-files.ts";

const MAX_LINES = 300;

/** Files that may be longer, each with the reason. */
const LONGER: Readonly<Record<string, string>> = {};

/** What makes a result depend on something other than its arguments, or on Node. */
const IMPURE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a clock", /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\./],
  ["a timer", /\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/],
  ["randomness", /\bMath\.random\b|\bcrypto\b/],
  ["Node", /\bBuffer\b|\bprocess\.|\bglobalThis\b|\brequire\(/],
  ["a log", /\bconsole\./],
];

/** Where something of Node's is a pure function that nothing written here comes near, each with the reason. */
const BORROWED: readonly string[] = [
  // Buffer.indexOf searches with vector instructions, and every byte of every picture is searched.
  "src/bytes/find-bytes.ts:9 has Node",
];

const PURE =
  /^src\/(?:bytes|time|problem|structured-fields|mpegts|annexb|h264|h265|aac|ac3|sei|cmaf|cmsd|cmcd|demux|timeline|segment|quality|package|store|manifest|inspect|encoder)\/|^src\/pipeline\.ts$/;

function linesOf(file: string): readonly string[] {
  return readFileSync(join(PROJECT, file), "utf8").trimEnd().split("\n");
}

test(`no source file is longer than ${MAX_LINES} lines`, () => {
  const files = sourceFiles();
  expect(files.length).toBeGreaterThan(100);
  const long = files.filter((file) => linesOf(file).length > MAX_LINES);
  expect(long).toEqual(Object.keys(LONGER));
});

test("foundation, formats, domain and pipeline have no clock, no randomness, no timer, no log and nothing of Node's", () => {
  const files = sourceFiles().filter((file) => PURE.test(file));
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) =>
    linesOf(file).flatMap((line, i) => {
      const isComment = /^\s*(?:\/?\*|\/\/)/.test(line);
      return IMPURE.filter(([, pattern]) => !isComment && pattern.test(line)).map(
        ([what]) => `${file}:${i + 1} has ${what}`,
      );
    }),
  );
  expect(found).toEqual(BORROWED);
});

test.for([
  ["const now = Date.now();", "a clock"],
  ["const now = new Date();", "a clock"],
  ["setTimeout(() => {}, 1);", "a timer"],
  ["return Math.random();", "randomness"],
  ["Buffer.from(bytes)", "Node"],
  ["console.log(bytes)", "a log"],
  ["const text = new Date(milliseconds).toISOString();", undefined],
  ["readonly bufferSize: number;", undefined],
])("the search finds in %j: %s", ([line, what]) => {
  expect(IMPURE.find(([, pattern]) => pattern.test(line!))?.[0]).toBe(what);
});
