import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { type ProgramMap, parseProgramMap, writeProgramMap } from "../../src/mpegts/program-map.ts";
import { writeSection } from "../../src/mpegts/section.ts";
import { expectParsedOrMalformed, thrownCode } from "./malformed.ts";

const map: ProgramMap = {
  programNumber: 1,
  version: 0,
  currentNext: true,
  pcrPid: 0x100,
  streams: [
    { pid: 0x100, streamType: 0x1b, descriptors: [] },
    { pid: 0x101, streamType: 0x0f, descriptors: [{ tag: 0x0a, data: fromHex("656e6700") }] },
  ],
};

test("H.264 and AAC with a language, as ffmpeg writes them", () => {
  const hex = "02b01d0001c10000e100f0001be100f0000fe101f0060a04656e67008d829a07";
  expect(parseProgramMap(fromHex(hex))).toEqual(map);
  expect(toHex(writeProgramMap(map))).toBe(hex);
});

test("descriptors of the programme are passed over", () => {
  const body = fromHex("e100 f006 0504 43554549 1b e100 f000");
  expect(parseProgramMap(sectionWith(body)).streams).toEqual([map.streams[0]]);
});

test.for([
  ["a body without program_info_length", "e100f0"],
  ["program_info that runs past the section", "e100f001"],
  ["a descriptor of the programme that runs past its loop", "e100f0020501"],
  ["half a stream", "e100f0001be100f0"],
  ["ES_info that runs past the section", "e100f0001be100f001"],
  ["a descriptor without its length", "e100f0001be100f0010a"],
  ["a descriptor that runs past its loop into the next stream", "e100f0001be100f0020a010fe101f000"],
] as const)("%s is malformed", ([, hex]) => {
  expect(thrownCode(() => parseProgramMap(sectionWith(fromHex(hex))))).toBe("section-malformed");
});

test("a wrong CRC is named", () => {
  const section = writeProgramMap(map);
  section[12]! ^= 1;
  expect(thrownCode(() => parseProgramMap(section))).toBe("section-crc");
});

test("what was written is read back", () => {
  const descriptor = fc.record({ tag: fc.nat(255), data: fc.uint8Array({ maxLength: 20 }) });
  const stream = fc.record({
    pid: fc.nat(0x1fff),
    streamType: fc.nat(255),
    descriptors: fc.array(descriptor, { maxLength: 4 }),
  });
  const program = fc.record({
    programNumber: fc.nat(0xffff),
    version: fc.nat(31),
    currentNext: fc.boolean(),
    pcrPid: fc.nat(0x1fff),
    streams: fc.array(stream, { maxLength: 8 }),
  });
  fc.assert(
    fc.property(program, (value) => {
      expect(parseProgramMap(writeProgramMap(value))).toEqual(value);
    }),
  );
});

test("any bytes are read or refused", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expectParsedOrMalformed(() => parseProgramMap(bytes))));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (body) =>
      expectParsedOrMalformed(() => parseProgramMap(sectionWith(body))),
    ),
  );
});

function sectionWith(body: Uint8Array): Uint8Array {
  const header = { tableIdExtension: 1, version: 0, currentNext: true, sectionNumber: 0, lastSectionNumber: 0 };
  return writeSection({ ...header, tableId: 2, body });
}
