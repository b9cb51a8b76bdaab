import { expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { DEFAULT_MQA_UUIDS, matchesMqaUuid, OWN_MQA_UUID, parseMqaUuid } from "../../src/sei/mqa-uuid.ts";
import { parseUuid } from "../../src/sei/user-data-unregistered.ts";

const MISB_H264 = "4d495350-6d69-6372-6f73-656374696d65";

test.for([
  ["9a21f10c-3a38-4b4e-a000-000000000000", true],
  ["9a21f10c-3a38-4b4e-afff-ffffffffffff", true],
  ["9a21f10c-3a38-4b4e-b000-000000000000", false],
  ["9a21f10c-3a38-4b4e-9fff-ffffffffffff", false],
  ["9a21f10c-3a38-4b4f-a000-000000000000", false],
  ["8a21f10c-3a38-4b4e-a000-000000000000", false],
  ["00000000-0000-0009-a21f-10c3a384b4ea", false],
  [OWN_MQA_UUID, true],
  [OWN_MQA_UUID.replace(/.$/, "0"), false],
  ["dc45e9bd-e6d9-48b7-962c-d820d923eeef", false],
  [MISB_H264, false],
  ["a8687dd4-d759-3758-a5ce-f0338b6545f1", false],
  ["cf848278-ee23-306c-9265-e8fef22fb8b8", false],
  ["00000000-0000-0000-0000-000000000000", false],
] as const)("%s is ours by default: %s", ([uuid, ours]) => {
  expect(matchesMqaUuid(parseUuid(uuid), DEFAULT_MQA_UUIDS)).toBe(ours);
});

test("our own UUID is a random one of version 4", () => {
  expect(OWN_MQA_UUID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("an operator's UUID replaces the default ones", () => {
  const list = [parseMqaUuid("01234567-89AB-4cde-8f")];
  expect(matchesMqaUuid(parseUuid("01234567-89ab-4cde-8f00-000000000001"), list)).toBe(true);
  expect(matchesMqaUuid(parseUuid("01234567-89ab-4cde-8e00-000000000001"), list)).toBe(false);
  expect(matchesMqaUuid(parseUuid(OWN_MQA_UUID), list)).toBe(false);
  expect(matchesMqaUuid(parseUuid(OWN_MQA_UUID), [])).toBe(false);
});

test.for([
  ["16 digits", "0123456789abcdef", "0123456789abcdef"],
  ["an odd number of digits", "9A21F10C-3A38-4B4E-A", "9a21f10c3a384b4ea"],
  ["a whole UUID", OWN_MQA_UUID, OWN_MQA_UUID.replaceAll("-", "")],
] as const)("%s are enough", ([, text, prefixHex]) => {
  const { prefix, lastDigit } = parseMqaUuid(text);
  expect(toHex(prefix) + (lastDigit?.toString(16) ?? "")).toBe(prefixHex);
});

test.for([
  ["nothing, which would match everything,", ""],
  ["15 digits", "0123456789abcde"],
  ["33 digits", `${OWN_MQA_UUID}0`],
  ["another letter", "0123456789abcdeg"],
  ["white space", "0123456789abcdef "],
] as const)("%s is no UUID to configure", ([, text]) => {
  expect(() => parseMqaUuid(text)).toThrow(RangeError);
});
