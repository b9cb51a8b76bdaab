import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { SectionAssembler } from "../../src/mpegts/section-assembler.ts";
import { thrownCode } from "./malformed.ts";

/** [payload, unitStart] of each packet, and the sections that must come out of each. */
type Packets = readonly (readonly [string, boolean, readonly string[]])[];

test.for<readonly [string, Packets]>([
  ["a section in one packet with stuffing behind it", [["00 00b002aabb ffffff", true, ["00b002aabb"]]]],
  ["stuffing before the section behind pointer_field", [["02 0000 00b001aa", true, ["00b001aa"]]]],
  ["two sections in one packet", [["00 00b001aa 02b001bb ff", true, ["00b001aa", "02b001bb"]]]],
  [
    "a section over three packets",
    [
      ["00 00b005aa", true, []],
      ["bbcc", false, []],
      ["ddee ffff", false, ["00b005aabbccddee"]],
    ],
  ],
  [
    "a section cut inside its length",
    [
      ["00 00b0", true, []],
      ["02aabb", false, ["00b002aabb"]],
    ],
  ],
  [
    "a section that ends where another begins",
    [
      ["00 00b004aabb", true, []],
      ["02 ccdd 02b001ee ff", true, ["00b004aabbccdd", "02b001ee"]],
    ],
  ],
  [
    "a packet before the first start",
    [
      ["aabbcc", false, []],
      ["00 00b001aa", true, ["00b001aa"]],
    ],
  ],
  [
    "a section cut short by the next",
    [
      ["00 00b004aa", true, []],
      ["01 bb 02b001ee", true, ["02b001ee"]],
    ],
  ],
  ["a packet with nothing but stuffing", [["00 ffff", true, []]]],
])("joins %s", ([, packets]) => {
  const assembler = new SectionAssembler();
  for (const [payload, unitStart, sections] of packets) {
    expect(assembler.push(fromHex(payload), unitStart).map(toHex)).toEqual(sections);
  }
});

test.for([
  ["pointer_field past the payload", "05 0000"],
  ["an empty payload", ""],
  ["a section longer than 1024 bytes", "00 00b3fe"],
] as const)("%s is malformed, and the next start works", ([, payload]) => {
  const assembler = new SectionAssembler();
  expect(thrownCode(() => assembler.push(fromHex(payload), true))).toBe("section-malformed");
  expect(assembler.push(fromHex("aabb"), false)).toEqual([]);
  expect(assembler.push(fromHex("00 00b001aa"), true).map(toHex)).toEqual(["00b001aa"]);
});

test("the longest section passes", () => {
  const section = new Uint8Array(1024);
  section.set(fromHex("00b3fd"));
  const assembler = new SectionAssembler();
  expect(assembler.push(Uint8Array.of(0, ...section), true)).toEqual([section]);
});

test("reset forgets the section under way", () => {
  const assembler = new SectionAssembler();
  assembler.push(fromHex("00 00b002aa"), true);
  assembler.reset();
  expect(assembler.push(fromHex("bb"), false)).toEqual([]);
});

test("sections are copies: the packet may be written over", () => {
  const payload = fromHex("00 00b001aa");
  const [section] = new SectionAssembler().push(payload, true);
  payload.fill(0);
  expect(toHex(section!)).toBe("00b001aa");
});

test("any payloads give sections of the length they say, or are malformed", () => {
  const packet = fc.tuple(fc.uint8Array({ maxLength: 184 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(packet), (packets) => {
      const assembler = new SectionAssembler();
      for (const [payload, unitStart] of packets) {
        const code = thrownCode(() => {
          for (const section of assembler.push(payload, unitStart)) {
            expect(section.length).toBe(3 + (((section[1]! & 0x0f) << 8) | section[2]!));
          }
        });
        expect([undefined, "section-malformed"]).toContain(code);
      }
    }),
  );
});

test("sections come out whole wherever packets cut them", () => {
  const section = fc
    .uint8Array({ maxLength: 300 })
    .map((body) => Uint8Array.of(2, 0xb0 | (body.length >> 8), body.length & 0xff, ...body));
  fc.assert(
    fc.property(
      fc.array(section, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 183 }),
      (sections, size) => {
        const assembler = new SectionAssembler();
        const out: Uint8Array[] = [];
        for (const whole of sections) {
          for (let offset = 0; offset < whole.length; offset += size) {
            const part = whole.subarray(offset, offset + size);
            out.push(...assembler.push(offset === 0 ? Uint8Array.of(0, ...part) : part, offset === 0));
          }
        }
        expect(out).toEqual(sections);
      },
    ),
  );
});
