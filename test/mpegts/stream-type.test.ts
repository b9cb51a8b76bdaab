import { expect, test } from "vitest";
import { describeStream, languageOf } from "../../src/mpegts/stream-type.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const registration = (value: string) => ({ tag: 0x05, data: text(value) });

test.for([
  ["H.264", 0x1b, [], "h264"],
  ["H.265", 0x24, [], "h265"],
  ["AAC in ADTS", 0x0f, [], "aac"],
  ["AC-3 by ATSC", 0x81, [], "ac3"],
  ["E-AC-3 by ATSC", 0x87, [], "eac3"],
  ["AC-3 by DVB", 0x06, [{ tag: 0x6a, data: Uint8Array.of(0) }], "ac3"],
  ["E-AC-3 by DVB", 0x06, [{ tag: 0x7a, data: Uint8Array.of(0) }], "eac3"],
  ["AC-3 by registration", 0x06, [registration("AC-3")], "ac3"],
  ["E-AC-3 by registration with more behind it", 0x06, [registration("EAC3x")], "eac3"],
  [
    "a language before the descriptor that counts",
    0x06,
    [{ tag: 0x0a, data: text("eng\0") }, registration("AC-3")],
    "ac3",
  ],
  ["private data of another kind", 0x06, [registration("Opus")], undefined],
  ["a registration cut short", 0x06, [registration("AC")], undefined],
  ["private data that nothing describes", 0x06, [], undefined],
  ["SCTE 35", 0x86, [registration("CUEI")], undefined],
  ["a stream type that is not AC-3 in spite of its registration", 0x1c, [registration("AC-3")], undefined],
] as const)("%s", ([, streamType, descriptors, codec]) => {
  expect(describeStream(streamType, descriptors)?.codec).toBe(codec);
});

test.for([
  ["three letters", [{ tag: 0x0a, data: text("eng\0") }], "eng"],
  ["capitals, the first of two languages", [{ tag: 0x0a, data: text("DEU\0fra\0") }], "deu"],
  ["digits", [{ tag: 0x0a, data: text("e1g\0") }], undefined],
  ["letters beyond ASCII", [{ tag: 0x0a, data: Uint8Array.of(0xe4, 0x6e, 0x67, 0) }], undefined],
  ["two letters", [{ tag: 0x0a, data: text("en") }], undefined],
  ["no descriptor", [{ tag: 0x52, data: text("eng") }], undefined],
] as const)("language: %s", ([, descriptors, language]) => {
  expect(languageOf(descriptors)).toBe(language);
});
