import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Eac3Metadata, parseEac3Metadata } from "../../src/ac3/eac3-metadata.ts";
import { type Eac3Syncframe, parseSyncframe } from "../../src/ac3/syncframe.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";
import { type Eac3Fields, writeEac3Syncframe } from "./eac3-writer.ts";

function parse(fields: Eac3Fields): Eac3Metadata {
  const bytes = writeEac3Syncframe(fields);
  return parseEac3Metadata(bytes, parseSyncframe(bytes) as Eac3Syncframe);
}

/** addbsi of a stream with 16 objects: the marker comes last, so that it is found only if all before it was understood. */
const ATMOS = [0x01, 0x10];

describe("E-AC-3 metadata", () => {
  test("is a complete main service where nothing is said", () => {
    expect(parse({})).toEqual({ bsmod: 0, convsync: false });
  });

  test("places the channels of a dependent substream", () => {
    expect(parse({ strmtyp: 1, chanmap: 0x0200 })).toEqual({ bsmod: 0, chanmap: 0x0200, convsync: false });
    expect(parse({ strmtyp: 1 })).toEqual({ bsmod: 0, convsync: false });
  });

  test("marks the first of the syncframes that make six blocks", () => {
    expect(parse({ numblkscod: 0, convsync: true }).convsync).toBe(true);
    expect(parse({ numblkscod: 0, convsync: false }).convsync).toBe(false);
  });

  test("counts the objects of a Dolby Atmos stream", () => {
    expect(parse({ addbsi: ATMOS }).complexityIndexTypeA).toBe(16);
  });

  test.for([
    ["without the marker", [0x00, 0x10]],
    ["with the marker but no objects", [0x01, 0x00]],
    ["too short for a count", [0x01]],
  ] as const)("has no objects: additional information %s", ([, addbsi]) => {
    expect(parse({ addbsi })).not.toHaveProperty("complexityIndexTypeA");
  });

  test("is found behind every form of the fields before it", () => {
    const fields = fc.record({
      strmtyp: fc.constantFrom(0, 1, 2),
      numblkscod: fc.integer({ min: 0, max: 3 }),
      fscod: fc.integer({ min: 0, max: 2 }),
      acmod: fc.integer({ min: 0, max: 7 }),
      lfeon: fc.boolean(),
      bsmod: fc.integer({ min: 0, max: 7 }),
      mixdef: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fields, fc.boolean(), fc.boolean(), (value, isMixed, isInformed) => {
        const { mixdef, bsmod, ...rest } = value;
        const optional = { ...(isMixed && { mixdef }), ...(isInformed && { bsmod }) };
        const metadata = parse({ ...rest, ...optional, addbsi: ATMOS });
        expect(metadata).toMatchObject({ bsmod: isInformed ? bsmod : 0, complexityIndexTypeA: 16 });
      }),
      { numRuns: 1000 },
    );
  });

  test("is refused when its fields run past the end of the syncframe", () => {
    const bytes = writeEac3Syncframe({ mixdef: 3, acmod: 7 });
    expect(() => parseEac3Metadata(bytes.subarray(0, 12), parseSyncframe(bytes) as Eac3Syncframe)).toThrow(
      MalformedError,
    );
  });
});
