import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { parseSeiMessages, writeSeiMessages } from "../../src/sei/message.ts";
import { expectTotal, thrownCode } from "./malformed.ts";

const message = (payloadType: number, payload: Uint8Array) => ({ payloadType, payload });

test.for([
  ["one message", "01 02 aabb 80", [message(1, fromHex("aabb"))]],
  ["several messages in one NAL unit", "01 01 aa 06 01 c4 80", [message(1, fromHex("aa")), message(6, fromHex("c4"))]],
  ["an empty message", "05 00 80", [message(5, fromHex(""))]],
  ["no message", "80", []],
  ["a payload that ends in zeros and one bit", "05 03 000080 80", [message(5, fromHex("000080"))]],
  ["a type and a size of exactly 255", `ff00 ff00 ${"11".repeat(255)} 80`, [message(255, fromHex("11".repeat(255)))]],
  ["x264's 677 bytes", `05 ffffa7 ${"22".repeat(677)} 80`, [message(5, fromHex("22".repeat(677)))]],
  ["a type above 510", "ffff02 01 aa 80", [message(512, fromHex("aa"))]],
] as const)("%s: both ways", ([, hex, messages]) => {
  expect(parseSeiMessages(fromHex(hex))).toEqual(messages);
  expect(toHex(writeSeiMessages(messages))).toBe(toHex(fromHex(hex)));
});

test.for([
  ["zeros behind the trailing bits", "01 02 aabb 80 0000", "01 02 aabb 80"],
  ["trailing bits that are missing", "01 02 aabb", "01 02 aabb 80"],
  ["nothing at all", "", "80"],
] as const)("%s are tolerated", ([, hex, same]) => {
  expect(parseSeiMessages(fromHex(hex))).toEqual(parseSeiMessages(fromHex(same)));
});

test.for([
  ["a size that runs past the end", "05 04 aabb 80"],
  ["a size that takes in the trailing bits", "05 02 aa 80"],
  ["a type without a size", "05 80"],
  ["a type that never ends", "ffffff 80"],
  ["a size that never ends", "05 ffffff 80"],
] as const)("%s is refused", ([, hex]) => {
  expect(thrownCode(() => parseSeiMessages(fromHex(hex)))).toBe("sei-malformed");
});

test("1024 messages are read and one more is refused", () => {
  const rbsp = (count: number) => fromHex(`${"0500".repeat(count)}80`);
  expect(parseSeiMessages(rbsp(1024))).toHaveLength(1024);
  expect(thrownCode(() => parseSeiMessages(rbsp(1025)))).toBe("sei-malformed");
});

test("payloads are views", () => {
  const rbsp = fromHex("01 02 aabb 80");
  expect(parseSeiMessages(rbsp)[0]?.payload.buffer).toBe(rbsp.buffer);
});

test("any messages come back as they were written", () => {
  const messages = fc.array(
    fc.record({ payloadType: fc.nat({ max: 70_000 }), payload: fc.uint8Array({ maxLength: 600 }) }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(messages, (value) => {
      expect(parseSeiMessages(writeSeiMessages(value))).toEqual(value);
    }),
  );
});

test("any bytes are read or refused by name", () => expectTotal(parseSeiMessages));
