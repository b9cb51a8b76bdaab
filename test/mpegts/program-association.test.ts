import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import {
  type ProgramAssociation,
  parseProgramAssociation,
  writeProgramAssociation,
} from "../../src/mpegts/program-association.ts";
import { writeSection } from "../../src/mpegts/section.ts";
import { expectParsedOrMalformed, thrownCode } from "./malformed.ts";

const single: ProgramAssociation = {
  transportStreamId: 1,
  version: 0,
  currentNext: true,
  sectionNumber: 0,
  lastSectionNumber: 0,
  programs: [{ number: 1, pid: 0x1000 }],
};

test.for([
  ["one programme, as ffmpeg writes it", "00b00d0001c100000001f0002ab104b2", single],
  [
    "several programmes, not applying yet, second of three sections",
    "00b0150102f601020001e1000002e200fffffffe3a505591",
    {
      transportStreamId: 0x0102,
      version: 27,
      currentNext: false,
      sectionNumber: 1,
      lastSectionNumber: 2,
      programs: [
        { number: 1, pid: 0x100 },
        { number: 2, pid: 0x200 },
        { number: 0xffff, pid: 0x1ffe },
      ],
    },
  ],
] as const)("%s", ([, hex, association]) => {
  expect(parseProgramAssociation(fromHex(hex))).toEqual(association);
  expect(toHex(writeProgramAssociation(association))).toBe(hex);
});

test("the network PID is no programme", () => {
  const withNetwork = { ...single, programs: [{ number: 0, pid: 0x10 }, ...single.programs] };
  expect(parseProgramAssociation(writeProgramAssociation(withNetwork))).toEqual(single);
});

test.for([
  ["a wrong CRC", fromHex("00b00d0001c100000001f0002ab104b3"), "section-crc"],
  ["no bytes", new Uint8Array(0), "section-malformed"],
  ["a length that is not that of the bytes", fromHex("00b00c0001c100000001f0002ab104b2"), "section-malformed"],
  ["half an entry", writeSection(sectionWith(new Uint8Array(6))), "section-malformed"],
  ["another table", writeSection({ ...sectionWith(new Uint8Array(4)), tableId: 2 }), "section-malformed"],
] as const)("%s is refused", ([, bytes, code]) => {
  expect(thrownCode(() => parseProgramAssociation(bytes))).toBe(code);
});

test("a table that needs more than one section cannot be written", () => {
  const programs = (count: number) => Array.from({ length: count }, (_, i) => ({ number: i + 1, pid: 0x20 }));
  expect(writeProgramAssociation({ ...single, programs: programs(253) })).toHaveLength(1024);
  expect(() => writeProgramAssociation({ ...single, programs: programs(254) })).toThrow(RangeError);
});

test("what was written is read back", () => {
  const byte = fc.nat(255);
  const association = fc.record({
    transportStreamId: fc.nat(0xffff),
    version: fc.nat(31),
    currentNext: fc.boolean(),
    sectionNumber: byte,
    lastSectionNumber: byte,
    programs: fc.array(fc.record({ number: fc.integer({ min: 1, max: 0xffff }), pid: fc.nat(0x1fff) })),
  });
  fc.assert(
    fc.property(association, (value) => {
      expect(parseProgramAssociation(writeProgramAssociation(value))).toEqual(value);
    }),
  );
});

test("any bytes are read or refused", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expectParsedOrMalformed(() => parseProgramAssociation(bytes))));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (body) =>
      expectParsedOrMalformed(() => parseProgramAssociation(writeSection(sectionWith(body)))),
    ),
  );
});

function sectionWith(body: Uint8Array): Parameters<typeof writeSection>[0] {
  return {
    tableId: 0,
    tableIdExtension: 1,
    version: 0,
    currentNext: true,
    sectionNumber: 0,
    lastSectionNumber: 0,
    body,
  };
}
