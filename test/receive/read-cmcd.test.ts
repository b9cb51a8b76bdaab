import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cmcdHeaders } from "../../src/cmcd/cmcd-headers.ts";
import { serializeCmsdStatic } from "../../src/cmsd/cmsd-static.ts";
import { cmsdOfCmcd, scoreOf } from "../../src/receive/cmsd-of-cmcd.ts";
import { readCmcd, type SentObject } from "../../src/receive/read-cmcd.ts";

function lower(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

const codes = (object: string, sent: SentObject, session = "v=2"): readonly string[] =>
  readCmcd({ "cmcd-object": object, "cmcd-session": session }, sent).problems.map(({ code }) => code);

test.for<[object: string, sent: SentObject, session: string, expected: readonly string[]]>([
  ['br=(1451;v), d=1920, org.svta.mqa-video="98", ot=v', "video", "v=2", []],
  ["br=1451, d=1920, org.svta.mqa-video=98, ot=v", "video", 'sid="x"', []],
  ["d=1920, br=1451, ot=v", "video", "v=2", ["cmcd-order"]],
  ["ot=v", "audio", "v=2", ["cmcd-object-type"]],
  ["ot=i", "audio", "v=2", ["cmcd-object-type"]],
  ['ot="i"', "init", "v=2", ["cmcd-object-type"]],
  ["ot=i", "init", "v=2", []],
  ["ot=m", "manifest", "v=2", []],
  ["ot=av", "media", "v=2", []],
  ["ot=x", "media", "v=2", ["cmcd-object-type"]],
  ["br=(1;i), ot=i", "init", "v=2", ["cmcd-length"]],
  ["d=1, ot=m", "manifest", "v=2", ["cmcd-length"]],
  ["com.example-a=5, ot=v", "video", "v=2", ["cmcd-custom"]],
  ["com.example-a=5, ot=v", "video", "st=l", []],
  ["com.example-a=word, ot=v", "video", "v=2", []],
  [`com.example-a="${"x".repeat(64)}", ot=v`, "video", "v=2", []],
  [`com.example-a="${"x".repeat(65)}", ot=v`, "video", "v=2", ["cmcd-custom"]],
  ["com.example-a=(1 2), ot=v", "video", "v=2", ["cmcd-custom"]],
  ["Ot=v", "video", "v=2", ["cmcd-malformed"]],
  ["ot=", "video", "v=2", ["cmcd-malformed"]],
])("CMCD-Object: %s of %s, CMCD-Session: %s: %j", ([object, sent, session, expected]) => {
  expect(codes(object, sent, session)).toEqual(expected);
});

test("a request without CMCD breaks none of its rules, and has nothing to serve", () => {
  const { members, problems } = readCmcd({}, "video");
  expect(problems).toEqual([]);
  expect(cmsdOfCmcd(members)).toBeUndefined();
  expect(scoreOf(members)).toBeUndefined();
});

describe.for([1, 2] as const)("what this packager writes in version %i", (version) => {
  const custom = { "org.svta.mqa-psnr": 47.39, "org.svta.mqa-video": 98, "org.svta.mqa-loudness": -23.5 };
  const shared = { cid: "news", sid: "s", sf: "d", st: "ll", sn: 3 } as const;
  const media = lower(cmcdHeaders({ ...shared, ot: "v", br: 1451, d: 1920, custom, nor: "9.cmfv" }, version));

  test("breaks no rule", () => {
    expect(readCmcd(media, "video").problems).toEqual([]);
    expect(readCmcd(lower(cmcdHeaders({ ...shared, ot: "i" }, version)), "init").problems).toEqual([]);
  });

  test("is served as it serves it itself", () => {
    const { members } = readCmcd(media, "video");
    const served = serializeCmsdStatic({ br: 1451, d: 1920, n: "mqa-packager", ot: "v", st: "l", custom });
    expect(cmsdOfCmcd(members)).toBe(served);
    expect(scoreOf(members)).toBe(98);
  });
});

test.for([
  ["br=1.5, d=-1, ot=x", 'n="mqa-packager"'],
  ['br=(), com.example-a="word", com.example-b, com.example-c=(1), com.example-d="1e5"', undefined],
  ['com.example-a="12345678901234567890"', 'com.example-a="12345678901234567890", n="mqa-packager"'],
] as const)("values that CMSD cannot have never come through: %s", ([object, expected]) => {
  const text = cmsdOfCmcd(readCmcd({ "cmcd-object": object }, "video").members);
  expect(text).toBe(expected ?? 'com.example-a="word", com.example-b, com.example-d="1e5", n="mqa-packager"');
});

test("whatever headers say, it is read or it is told, and what is served is a header", () => {
  const key = fc.constantFrom("br", "d", "ot", "st", "v", "com.example-a", "*", "nor");
  const value = fc.oneof(
    fc.constantFrom(
      "=1",
      "=1.5",
      "=(1;v 2)",
      '="x"',
      "=:AAE=:",
      "=?0",
      "=@1659578233",
      '=%"f%c3%bc"',
      "",
      "=v",
      '="1e400"',
    ),
    fc.string({ maxLength: 8 }),
  );
  const text = fc.array(fc.tuple(key, value).map((pair) => pair.join(""))).map((members) => members.join(", "));
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), fc.constantFrom<SentObject>("init", "video", "media"), (object, sent) => {
      const { members } = readCmcd({ "cmcd-object": object }, sent);
      expect(cmsdOfCmcd(members) ?? "x").toMatch(/^[\x20-\x7e]+$/);
    }),
    { numRuns: 1000 },
  );
});
