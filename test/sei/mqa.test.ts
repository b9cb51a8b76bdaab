import { parseDictionary, Token } from "structured-headers";
import { describe, expect, test } from "vitest";
import { parseMqa, writeMqa } from "../../src/sei/mqa.ts";
import { type MqaMetricName, mqaMetricNames, mqaRanges } from "../../src/sei/mqa-metric.ts";
import { DEFAULT_MQA_UUIDS, OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { parseUuid, writeUserDataUnregistered } from "../../src/sei/user-data-unregistered.ts";
import { thrownCode } from "./malformed.ts";

const OURS = parseUuid(OWN_MQA_UUID);
const utf8 = (text: string) => new TextEncoder().encode(text);
const payload = (text: string, uuid = OURS) => writeUserDataUnregistered({ uuid, data: utf8(text) });

function parse(text: string) {
  const message = parseMqa(payload(text), DEFAULT_MQA_UUIDS);
  if (message === undefined) throw new Error("not taken for ours");
  return { ...message, values: Object.fromEntries(message.values), unknown: Object.fromEntries(message.unknown) };
}

const codeOf = (text: string) => thrownCode(() => parse(text));

test.for([
  [
    "a dictionary of RFC 8941",
    "scope=frame, mqa-video=54, mqa-audio=97, psnr=47.12, ssim=0.998, vmaf=93.1, errors=8",
    { "mqa-video": 54, "mqa-audio": 97, psnr: 47.12, ssim: 0.998, vmaf: 93.1, errors: 8 },
  ],
  [
    "a JSON object",
    '{"scope":"frame","MQA-VIDEO":54,"PSNR":47.12,"SSIM":0.998,"VMAF-HD":93.1,"errors":8}',
    { "mqa-video": 54, psnr: 47.12, ssim: 0.998, "vmaf-hd": 93.1, errors: 8 },
  ],
  ["a dictionary with upper-case names", "MQA-VIDEO=54,PSNR=47.1", { "mqa-video": 54, psnr: 47.1 }],
  ["underscores for hyphens", "mqa_video=54, vmaf_uhd=80", { "mqa-video": 54, "vmaf-uhd": 80 }],
  ["dots for hyphens", '{"Mqa.Audio": 54, "ms.ssim": 0.5}', { "mqa-audio": 54, "ms-ssim": 0.5 }],
  ["parameters after a value", "psnr=40;luma, ssim=0.9;n=2", { psnr: 40, ssim: 0.9 }],
  ["white space around the text", ' \n{"psnr": 40}\r\n', { psnr: 40 }],
  ["NUL bytes behind the text", "psnr=40\0\0\0", { psnr: 40 }],
  ["a name twice: the later counts", "psnr=40, ssim=1, PSNR=41", { psnr: 41, ssim: 1 }],
  ["a name twice in other spellings", '{"vmaf_hd": 1, "VMAF-HD": 2}', { "vmaf-hd": 2 }],
  ["no values", "", {}],
  ["no values in JSON", "{}", {}],
  ["the infinite PSNR of equal pictures", "psnr=inf", { psnr: 60 }],
  ["the same in JSON", '{"psnr": "Infinity"}', { psnr: 60 }],
  ["a PSNR that JSON cannot hold", '{"psnr": 1e999}', { psnr: 60 }],
  ["a PSNR above any that can be seen", "psnr=72.5", { psnr: 60 }],
  ["an SSIM already times 100", "ssim=99.8", { ssim: 99.8 }],
  ["a negative SSIM", "ssim=-0.25", { ssim: -0.25 }],
] as const)("reads %s", ([, text, values]) => {
  expect(parse(text)).toEqual({ scope: "frame", values, unknown: {}, problems: [] });
});

test.for(mqaMetricNames)("knows %s by both syntaxes in any spelling, up to the ends of its range", (name) => {
  const { min, max } = mqaRanges[name];
  for (const value of [min, max]) {
    expect(parse(`${name}=${value}`).values).toEqual({ [name]: value });
    expect(parse(JSON.stringify({ [name.toUpperCase().replaceAll("-", "_")]: value })).values).toEqual({
      [name]: value,
    });
  }
});

test.for([
  ["scope=gop, psnr=40", "gop"],
  ['scope="segment", psnr=40', "segment"],
  ["psnr=40, SCOPE=Frame", "frame"],
  ['{"Scope": "GOP"}', "gop"],
  ["psnr=40", "frame"],
] as const)("%s has scope %s", ([text, scope]) => {
  expect(parse(text).scope).toBe(scope);
});

test.for([
  ["a text", 'psnr="high"'],
  ["a number as text", '{"psnr": "40"}'],
  ["a token", "psnr=high"],
  ["no value", "psnr"],
  ["a boolean", '{"psnr": true}'],
  ["null", '{"psnr": null}'],
  ["a list", "psnr=(40 41)"],
  ["an array of one number", '{"psnr": [40]}'],
  ["an object that plays a number", '{"psnr": {"valueOf": 40, "toString": 40}}'],
  ["bytes", "psnr=:AAAA:"],
  ["a word that is no number", '{"psnr": "NaN"}'],
  ["minus infinity", '{"psnr": -1e999}'],
  ["a negative PSNR", "psnr=-0.001"],
] as const)("a PSNR that is %s is reported and left out", ([, text]) => {
  const { values, problems } = parse(text);
  expect(values).toEqual({});
  expect(problems).toEqual([
    { code: "mqa-value", count: 1, detail: expect.stringMatching(/^psnr is (-0\.001, )?not a number from 0 to 60$/) },
  ]);
});

test.for([
  ["vmaf=100.001", "vmaf"],
  ["vmaf=-0.001", "vmaf"],
  ["vmaf=inf", "vmaf"],
  ["mqa-video=101", "mqa-video"],
  ["ssim=-1.001", "ssim"],
  ["ssim=100.001", "ssim"],
  ['{"mqcs": 1e400}', "mqcs"],
  ["errors=-1", "errors"],
  ["errors=1.5", "errors"],
  ["errors=1000001", "errors"],
  ['{"errors": 1e308}', "errors"],
  ['{"freeze": true}', "freeze"],
] as const)("%s is out of range", ([text, name]) => {
  const { values, problems } = parse(text);
  expect(values).toEqual({});
  expect(problems).toEqual([{ code: "mqa-value", count: 1, detail: expect.stringContaining(`${name} is `) }]);
});

test("a wrong value leaves the others alone", () => {
  const { values, problems } = parse('{"psnr": "?", "vmaf": 90, "errors": -1, "ssim": 0.9}');
  expect(values).toEqual({ vmaf: 90, ssim: 0.9 });
  expect(problems.map(({ detail }) => detail)).toEqual([
    "psnr is not a number from 0 to 60",
    "errors is -1, not an integer from 0 to 1000000",
  ]);
});

test("names of no metric are kept apart, fit to be printed", () => {
  const text = '{"x-vendor": 1, "PSNR-Y": 40, "<b>\\u0000": 1, "größe": "x", "psnr": 40, "x.vendor": 2}';
  const { values, unknown, problems } = parse(text);
  expect(values).toEqual({ psnr: 40 });
  expect(unknown).toEqual({ "x-vendor": 2, "psnr-y": 40, "?b??": 1 });
  expect(problems).toEqual([{ code: "mqa-value", count: 1, detail: "gr??e is not a number up to 1000000000" }]);
});

test.for(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
  "%s is a name like any other",
  (name) => {
    const { values, unknown } = parse(`{"${name}": 1, "vmaf": 90}`);
    expect(values).toEqual({ vmaf: 90 });
    expect(Object.entries(unknown)).toEqual([[name.toLowerCase().replaceAll("_", "-"), 1]]);
    expect(Object.hasOwn(Object.prototype, "psnr")).toBe(false);
  },
);

test.for([
  ["free text", "PSNR is 40"],
  ["a trailing comma", "psnr=40,"],
  ["a fourth decimal, which RFC 8941 does not have", "psnr=40.1234"],
  ["JSON that ends early", '{"psnr": 40'],
  ["two JSON objects", '{"psnr": 40}{"psnr": 41}'],
  ["a JSON array", "[40]"],
  ["a JSON number that JSON does not have", '{"psnr": NaN}'],
  ["JSON nested without end", '{"a":'.repeat(800)],
  ["an unknown scope", "scope=shot, psnr=40"],
  ["a scope that is no word", '{"scope": {"toString": 1}, "psnr": 40}'],
  ["a NUL inside the text", "psnr=40\0, ssim=1"],
] as const)("%s is malformed", ([, text]) => {
  expect(codeOf(text)).toBe("mqa-malformed");
});

test("bytes that are not UTF-8 are malformed, and do not spoil the message after them", () => {
  const broken = Uint8Array.of(...utf8('{"psnr": 40, "maker": "'), 0xe2, 0x82, ...utf8('"}'));
  const code = thrownCode(() => parseMqa(writeUserDataUnregistered({ uuid: OURS, data: broken }), DEFAULT_MQA_UUIDS));
  expect(code).toBe("mqa-malformed");
  expect(parse("psnr=40").values).toEqual({ psnr: 40 });
});

describe("limits", () => {
  const vendor = (count: number) => Array.from({ length: count }, (_, i) => `x${i}=1`).join(",");

  test("4096 bytes of text are read, one more is malformed; NUL bytes behind it do not count", () => {
    const json = (length: number) => `{"psnr":40${" ".repeat(length - 11)}}`;
    expect(parse(json(4096)).values).toEqual({ psnr: 40 });
    expect(parse(json(4096) + "\0".repeat(100)).values).toEqual({ psnr: 40 });
    expect(codeOf(json(4097))).toBe("mqa-malformed");
  });

  test("64 names are read, one more is malformed", () => {
    expect(Object.keys(parse(vendor(64)).unknown)).toHaveLength(64);
    expect(codeOf(vendor(65))).toBe("mqa-malformed");
  });

  test("a name of 64 characters is read, one of 65 is malformed", () => {
    expect(parse(`${"x".repeat(64)}=1`).unknown).toEqual({ ["x".repeat(64)]: 1 });
    expect(codeOf(`${"x".repeat(65)}=1`)).toBe("mqa-malformed");
    expect(codeOf(`{"${"x".repeat(65)}":1}`)).toBe("mqa-malformed");
  });

  test("a megabyte of NULs before a letter takes no time", () => {
    const data = new Uint8Array(1 << 20);
    data[data.length - 1] = 0x78;
    const started = performance.now();
    expect(thrownCode(() => parseMqa(writeUserDataUnregistered({ uuid: OURS, data }), DEFAULT_MQA_UUIDS))).toBe(
      "mqa-malformed",
    );
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test("a message of another maker is passed over, whatever it says", () => {
  const x264 = parseUuid("dc45e9bd-e6d9-48b7-962c-d820d923eeef");
  expect(parseMqa(payload("psnr=40", x264), DEFAULT_MQA_UUIDS)).toBeUndefined();
  expect(parseMqa(payload("\0,,{", x264), DEFAULT_MQA_UUIDS)).toBeUndefined();
  expect(parseMqa(payload("psnr=40"), [])).toBeUndefined();
});

test("a payload without room for a UUID is refused", () => {
  expect(thrownCode(() => parseMqa(OURS.subarray(0, 15), DEFAULT_MQA_UUIDS))).toBe("sei-malformed");
});

test("writes a dictionary that structured-headers reads", () => {
  const written = writeMqa(
    OURS,
    "gop",
    new Map<MqaMetricName, number>([
      ["mqa-video", 54],
      ["psnr", 47.1256],
      ["vmaf", 99.9999],
    ]),
  );
  const text = new TextDecoder().decode(written.subarray(16));
  expect(text).toBe("scope=gop, mqa-video=54, psnr=47.126, vmaf=100");
  expect(parseDictionary(text).get("scope")?.[0]).toEqual(new Token("gop"));
});

test.for([
  ["psnr", 61],
  ["psnr", Number.POSITIVE_INFINITY],
  ["vmaf", Number.NaN],
  ["errors", 0.5],
] as const)("%s %d cannot be written", ([name, value]) => {
  expect(() => writeMqa(OURS, "frame", new Map([[name, value]]))).toThrow(RangeError);
});
