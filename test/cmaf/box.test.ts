import { expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { ascii, box, cString, fullBox, u8, u16, u24, u32, u64, zeros } from "../../src/cmaf/box.ts";

test.for<[name: string, bytes: readonly number[], hex: string]>([
  ["u8", u8(0xab), "ab"],
  ["u16", u16(0x1234), "1234"],
  ["u24", u24(0x123456), "123456"],
  ["u32", u32(0x12345678), "12345678"],
  ["u32 with its highest bit", u32(0xfedcba98), "fedcba98"],
  ["u32 of a negative number", u32(-2), "fffffffe"],
  ["u64", u64(0x12345678), "0000000012345678"],
  ["u64 past 32 bits", u64(2 ** 32 + 1), "0000000100000001"],
  ["u64 of an epoch time at 90 kHz", u64(159_059_074_050_000), "000090a9d39b67d0"],
  ["u64 of the largest", u64(Number.MAX_SAFE_INTEGER), "001fffffffffffff"],
  ["ascii", ascii("moov"), "6d6f6f76"],
])("%s", ([, bytes, hex]) => {
  expect(toHex(Uint8Array.from(bytes))).toBe(hex);
});

test.for<[name: string, bytes: Uint8Array, hex: string]>([
  ["an empty box", box("free"), "0000000866726565"],
  ["a full box", fullBox("mfhd", 0, 0, u32(7)), "000000106d666864 00000000 00000007"],
  ["version and flags", fullBox("trun", 1, 0xa05), "0000000c7472756e 01000a05"],
  [
    "content nested at will",
    box("free", [[u8(1), [u16(2)]], zeros(2)], box("skip", u8(9))),
    "0000001666726565 010002 0000 00000009736b697009",
  ],
  ["text with its end", box("free", cString("é")), "0000000b66726565 c3a900"],
])("%s", ([, bytes, hex]) => {
  expect(toHex(bytes)).toBe(hex.replaceAll(" ", ""));
});
