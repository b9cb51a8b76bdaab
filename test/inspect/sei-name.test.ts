import { expect, test } from "vitest";
import { fromHex } from "../../src/bytes/hex.ts";
import { SeiCensus } from "../../src/inspect/sei-census.ts";
import { seiName } from "../../src/inspect/sei-name.ts";
import { DEFAULT_MQA_UUIDS } from "../../src/sei/mqa-uuid.ts";

test.for([
  [0, "", "buffering_period"],
  [1, "80", "pic_timing"],
  [6, "80", "recovery_point"],
  [136, "", "time_code"],
  [137, "", "mastering_display_colour_volume"],
  [999, "", "type 999"],
  [4, "b5 0031 47413934 03 c1ff", "captions (GA94)"],
  [4, "b5 0031 47413934 06", "bar data (GA94)"],
  [4, "b5 0031 47413934", "GA94"],
  [4, "b5 0031 44544731 41f8", "AFD (DTG1)"],
  [4, "b5 0031 41424344", "T.35 country 0xb5 provider 0x0031"],
  [4, "b5 003c 0001 04", "HDR10+"],
  [4, "b5 003b 00000800", "Dolby metadata"],
  [4, "26 0004 0005", "T.35 country 0x26 provider 0x0004"],
  [4, "", "T.35 country 0x0 provider 0x0000"],
  [5, "dc45e9bde6d948b7962cd820d923eeef 78323634", "x264 user data"],
  [5, "2ca2de09b51747dbbb55a4fe7fc2fc4e 78323635", "x265 user data"],
  [5, "4d4953506d6963726f73656374696d65 1f", "MISB timestamp"],
  [5, "9a21f10c3a384b4ea123456789abcdef 7b7d", "quality scores"],
  [5, "3497f44ac2d74e2fb365fcd4aabe9852", "quality scores"],
  [5, "00112233445566778899aabbccddeeff 00", "user data 00112233-4455-6677-8899-aabbccddeeff"],
  [5, "0011", "user data without UUID"],
] as const)("type %i with %s is: %s", ([payloadType, hex, name]) => {
  expect(seiName({ payloadType, payload: fromHex(hex) }, DEFAULT_MQA_UUIDS)).toBe(name);
});

test("kinds are counted, the most frequent first", () => {
  const census = new SeiCensus(DEFAULT_MQA_UUIDS);
  const [timing, period] = [1, 0].map((payloadType) => ({ payloadType, payload: new Uint8Array(0) }));
  census.push([period!, timing!]);
  census.push([timing!]);
  expect(census.report()).toEqual([
    { payloadType: 1, name: "pic_timing", count: 2 },
    { payloadType: 0, name: "buffering_period", count: 1 },
  ]);
});

test("a thousand kinds are sixty-four, and none is lost", () => {
  const census = new SeiCensus(DEFAULT_MQA_UUIDS);
  const messages = Array.from({ length: 1000 }, (_, i) => ({ payloadType: 1000 + i, payload: new Uint8Array(0) }));
  census.push(messages);
  const report = census.report();
  expect(report).toHaveLength(64);
  expect(report[0]).toEqual({ name: "others", count: 1000 - 63 });
});
