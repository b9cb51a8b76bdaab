import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import {
  formatUuid,
  parseUserDataUnregistered,
  parseUuid,
  writeUserDataUnregistered,
} from "../../src/sei/user-data-unregistered.ts";
import { expectTotal, thrownCode } from "./malformed.ts";

const X264 = "dc45e9bd-e6d9-48b7-962c-d820d923eeef";

test("the UUID is the first 16 bytes, the rest is data", () => {
  const payload = fromHex(`${X264} 78323634`);
  const { uuid, data } = parseUserDataUnregistered(payload);
  expect(formatUuid(uuid)).toBe(X264);
  expect(new TextDecoder().decode(data)).toBe("x264");
  expect(toHex(writeUserDataUnregistered({ uuid, data }))).toBe(toHex(payload));
});

test("a UUID alone is enough, a byte less is not", () => {
  expect(parseUserDataUnregistered(new Uint8Array(16)).data).toHaveLength(0);
  expect(thrownCode(() => parseUserDataUnregistered(new Uint8Array(15)))).toBe("sei-malformed");
});

test("the text of a UUID may be in either case and comes back in lower case", () => {
  expect(formatUuid(parseUuid(X264.toUpperCase()))).toBe(X264);
});

test.for([
  ["without hyphens", X264.replaceAll("-", "")],
  ["a digit short", X264.slice(0, -1)],
  ["with another letter", X264.replace("d", "g")],
  ["empty", ""],
] as const)("a UUID %s is refused", ([, text]) => {
  expect(() => parseUuid(text)).toThrow(RangeError);
});

test("a UUID that is not 16 bytes cannot be written", () => {
  expect(() => writeUserDataUnregistered({ uuid: new Uint8Array(15), data: new Uint8Array(4) })).toThrow(RangeError);
});

test("any user data comes back as it was written", () => {
  const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(uuid, fc.uint8Array(), (uuid, data) => {
      expect(parseUserDataUnregistered(writeUserDataUnregistered({ uuid, data }))).toEqual({ uuid, data });
      expect(parseUuid(formatUuid(uuid))).toEqual(uuid);
    }),
  );
});

test("any bytes are read or refused by name", () => expectTotal(parseUserDataUnregistered));
