import fc from "fast-check";
import { expect, test } from "vitest";
import { BitReader } from "../../src/bytes/bit-reader.ts";
import { BitWriter } from "../../src/bytes/bit-writer.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";

/** One field: how it is written, and how it is read back. */
type Field = {
  readonly name: string;
  readonly value: number | boolean | string;
  readonly write: (writer: BitWriter) => BitWriter;
  readonly read: (reader: BitReader) => number | boolean | string;
};

const text = (bytes: Uint8Array) => [...bytes].join(" ");

const u: fc.Arbitrary<Field> = fc
  .integer({ min: 0, max: 32 })
  .chain((bits) => fc.tuple(fc.constant(bits), fc.integer({ min: 0, max: 2 ** bits - 1 })))
  .map(([bits, value]) => ({
    name: `u(${bits})`,
    value,
    write: (writer) => writer.u(bits, value),
    read: (reader) => reader.u(bits),
  }));
const i: fc.Arbitrary<Field> = fc
  .integer({ min: 1, max: 32 })
  .chain((bits) => fc.tuple(fc.constant(bits), fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })))
  .map(([bits, value]) => ({
    name: `i(${bits})`,
    value,
    write: (writer) => writer.i(bits, value),
    read: (reader) => reader.i(bits),
  }));
const ue: fc.Arbitrary<Field> = fc
  .oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 33 - 2 }))
  .map((value) => ({ name: "ue", value, write: (writer) => writer.ue(value), read: (reader) => reader.ue() }));
const se: fc.Arbitrary<Field> = fc
  .oneof(fc.integer({ min: -150, max: 150 }), fc.integer({ min: -(2 ** 32) + 1, max: 2 ** 32 - 1 }))
  .map((value) => ({ name: "se", value, write: (writer) => writer.se(value), read: (reader) => reader.se() }));
const flag: fc.Arbitrary<Field> = fc
  .boolean()
  .map((value) => ({ name: "flag", value, write: (writer) => writer.flag(value), read: (reader) => reader.flag() }));

test("any fields in any order are read as they were written", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(u, i, ue, se, flag), { maxLength: 60 }), (fields) => {
      const writer = new BitWriter();
      for (const field of fields) field.write(writer);
      const reader = new BitReader(writer.finish(), "slice-malformed");
      for (const field of fields) expect([field.name, field.read(reader)]).toEqual([field.name, field.value]);
      expect(reader.position).toBe(writer.position);
    }),
    { numRuns: 300 },
  );
});

test("any whole bytes after a byte boundary are read as they were written", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 20 }), (a, b) => {
      const bytes = new BitWriter().bytes(a).bytes(b).finish();
      const reader = new BitReader(bytes, "slice-malformed");
      expect([text(reader.bytes(a.length)), text(reader.bytes(b.length))]).toEqual([text(a), text(b)]);
    }),
  );
});

test.for<[value: number, code: string]>([
  [0, "1"],
  [1, "010"],
  [2, "011"],
  [3, "00100"],
  [6, "00111"],
  [7, "0001000"],
  [2 ** 32 - 2, `${"0".repeat(31)}1${"1".repeat(31)}`],
  [2 ** 33 - 2, `${"0".repeat(32)}1${"1".repeat(32)}`],
])("ue(v) %d is %s (H.264 9.1)", ([value, code]) => {
  const writer = new BitWriter().ue(value);
  const digits = [...writer.finish()].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  expect(digits.slice(0, writer.position)).toBe(code);
});

test.for<[value: number, mapped: number]>([
  [0, 0],
  [1, 1],
  [-1, 2],
  [2, 3],
  [-2, 4],
])("se(v) %d is written as ue(v) %d (H.264 table 9-3)", ([value, mapped]) => {
  const bytes = new BitWriter().se(value).finish();
  expect(new BitReader(bytes, "slice-malformed").ue()).toBe(mapped);
  expect(new BitReader(bytes, "slice-malformed").se()).toBe(value);
});

test.for<[name: string, bytes: number[], read: (reader: BitReader) => unknown]>([
  ["u(1) of nothing", [], (reader) => reader.u(1)],
  ["u(9) of one byte", [0xff], (reader) => reader.u(9)],
  ["u(8) after one bit of one byte", [0xff], (reader) => [reader.u(1), reader.u(8)]],
  ["flag() of nothing", [], (reader) => reader.flag()],
  ["i(16) of one byte", [0x80], (reader) => reader.i(16)],
  ["ue() of zeros alone", [0, 0], (reader) => reader.ue()],
  ["ue() whose second half is missing", [0b0000_0001], (reader) => reader.ue()],
  ["ue() of 33 leading zeros", [0, 0, 0, 0, 0b0111_1111, 0xff, 0xff, 0xff, 0xff], (reader) => reader.ue()],
  ["se() of nothing", [], (reader) => reader.se()],
  ["skip(9) of one byte", [0], (reader) => reader.skip(9)],
  ["bytes(2) of one byte", [0], (reader) => reader.bytes(2)],
])("%s throws by the name it was given", ([, bytes, read]) => {
  const reader = new BitReader(Uint8Array.from(bytes), "sei-malformed");
  expect(() => read(reader)).toThrow(expect.objectContaining({ name: "MalformedError", code: "sei-malformed" }));
});

test("any reads of any bytes either stay inside or throw MalformedError", () => {
  const reads = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 32 }).map((bits) => (reader: BitReader) => reader.u(bits)),
      fc.constantFrom(
        (reader: BitReader) => reader.ue(),
        (reader: BitReader) => reader.se(),
        (reader: BitReader) => reader.flag(),
        (reader: BitReader) => reader.i(7),
        (reader: BitReader) => reader.skip(5),
      ),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), reads, (bytes, all) => {
      const reader = new BitReader(bytes, "slice-malformed");
      try {
        for (const read of all) read(reader);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedError);
      }
      expect(reader.position).toBeLessThanOrEqual(bytes.length * 8);
      expect(reader.remaining).toBe(bytes.length * 8 - reader.position);
    }),
    { numRuns: 300 },
  );
});

test("a read that throws leaves the position where it was", () => {
  const reader = new BitReader(Uint8Array.of(0x00, 0x10), "slice-malformed");
  expect(() => reader.u(17)).toThrow(MalformedError);
  expect(reader.position).toBe(0);
  expect(reader.u(16)).toBe(0x10);
});

test.for<[bits: number, hex: string]>([
  [0, "80"],
  [1, "c0"],
  [7, "ff"],
  [8, "ff80"],
])("%d one bits and the trailing bits are %s", ([bits, hex]) => {
  const bytes = new BitWriter()
    .u(bits, 2 ** bits - 1)
    .trailingBits()
    .finish();
  expect([...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")).toBe(hex);
});

test("zeros are written up to the byte boundary, and none at it", () => {
  expect([...new BitWriter().u(3, 7).alignZero().u(8, 0xaa).alignZero().finish()]).toEqual([0xe0, 0xaa]);
});

test("fields of up to 53 bits and more bytes than it began with are kept", () => {
  const writer = new BitWriter().u(53, Number.MAX_SAFE_INTEGER);
  for (let k = 0; k < 1000; k++) writer.u(8, k & 0xff);
  const reader = new BitReader(writer.finish(), "slice-malformed");
  expect([reader.u(21), reader.u(32)]).toEqual([2 ** 21 - 1, 2 ** 32 - 1]);
  for (let k = 0; k < 1000; k++) expect(reader.u(8)).toBe(k & 0xff);
});

test("what was finished does not change when more is written", () => {
  const writer = new BitWriter().u(4, 0xa);
  const before = writer.finish();
  writer.u(4, 0xb);
  expect([[...before], [...writer.finish()]]).toEqual([[0xa0], [0xab]]);
});
