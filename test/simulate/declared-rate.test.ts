import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { declareRate } from "../../src/simulate/declared-rate.ts";
import { simulatedRates } from "../../src/simulate/simulated-rates.ts";
import { plainSps, type Vui, writeSps } from "../h264/write.ts";

const spsWith = (vui: Vui): Uint8Array => writeSps({ ...plainSps, vui });

test("any parameter set that declares a rate declares the other, and is the same otherwise", () => {
  const vuis = fc.record(
    {
      overscan: fc.boolean(),
      aspectRatioIdc: fc.nat(16),
      chromaLoc: fc.tuple(fc.nat(5), fc.nat(5)),
      picStruct: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const timing = fc.constantFrom([1, 50] as const, [1001, 60_000] as const, [0x01010101, 0x03000003] as const);
  fc.assert(
    fc.property(vuis, timing, fc.constantFrom(...simulatedRates.values()), (vui, from, rate) => {
      const declared = declareRate(spsWith({ ...vui, timing: from }), rate);
      expect(toHex(declared)).toBe(toHex(spsWith({ ...vui, timing: [rate.den, 2 * rate.num] })));
    }),
  );
});

test("one that declares none stays as it is", () => {
  const sps = spsWith({ picStruct: true });
  expect(declareRate(sps, { num: 30, den: 1 })).toBe(sps);
});
