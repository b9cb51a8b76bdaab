import { describe, expect, test } from "vitest";
import type { BitWriter } from "../../src/bytes/bit-writer.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { parsePictureParameterSet } from "../../src/h264/picture-parameter-set.ts";
import { expectEveryCutRefused, expectParsedOrMalformed, thrownCode } from "../annexb/malformed.ts";
import { type Pps, plainPps, writePps } from "./write.ts";

const sliceGroups: readonly (readonly [name: string, write: (w: BitWriter) => void])[] = [
  ["interleaved", (w) => w.ue(2).ue(0).ue(5).ue(6).ue(7)],
  ["dispersed", (w) => w.ue(7).ue(1)],
  ["foreground with left-over", (w) => w.ue(2).ue(2).ue(3).ue(40).ue(50).ue(90)],
  ["box-out", (w) => w.ue(1).ue(3).flag(true).ue(11)],
  ["raster scan", (w) => w.ue(1).ue(4).flag(false).ue(11)],
  ["wipe", (w) => w.ue(1).ue(5).flag(true).ue(11)],
  ["explicit, two groups in a bit each", (w) => explicit(w.ue(1), 1, 99)],
  ["explicit, three groups in two bits each", (w) => explicit(w.ue(2), 2, 99)],
  ["explicit, eight groups in three bits each", (w) => explicit(w.ue(7), 3, 99)],
];

function explicit(w: BitWriter, bits: number, mapUnits: number): void {
  w.ue(6).ue(mapUnits - 1);
  for (let unit = 0; unit < mapUnits; unit++) w.u(bits, unit % 2);
}

describe("a picture parameter set is read", () => {
  const flags: Pps = { ...plainPps, bottomFieldPicOrderInFramePresentFlag: true, redundantPicCntPresentFlag: true };

  test.for([
    plainPps,
    flags,
    { ...flags, picParameterSetId: 255, seqParameterSetId: 31 },
    { ...plainPps, redundantPicCntPresentFlag: true },
  ])("as written: %o", (pps) => {
    expect(parsePictureParameterSet(writePps(pps))).toEqual(pps);
  });

  test.for(sliceGroups)("past slice groups: %s", ([, write]) => {
    expect(parsePictureParameterSet(writePps({ ...flags, sliceGroups: write }))).toEqual(flags);
    const without = { ...plainPps, picParameterSetId: 3 };
    expect(parsePictureParameterSet(writePps({ ...without, sliceGroups: write }))).toEqual(without);
  });
});

const refused: readonly (readonly [string, Partial<Pps>])[] = [
  ["an id above 255", { picParameterSetId: 256 }],
  ["a sequence parameter set id above 31", { seqParameterSetId: 32 }],
  ["more than eight slice groups", { sliceGroups: (w) => w.ue(8).ue(1) }],
  ["an unknown kind of slice groups", { sliceGroups: (w) => w.ue(1).ue(7) }],
  ["a slice group map of more units than a picture has", { sliceGroups: (w) => w.ue(1).ue(6).ue(139_264) }],
];

describe("refuses", () => {
  test.for(refused)("%s", ([, changes]) => {
    const nal = writePps({ ...plainPps, ...changes });
    expect(thrownCode(() => parsePictureParameterSet(nal))).toBe("parameter-set-malformed");
  });

  test("every picture parameter set that ends early", () => {
    const nal = writePps({ ...plainPps, sliceGroups: (w) => explicit(w.ue(7), 3, 99) });
    expectEveryCutRefused(parsePictureParameterSet, nal, nal.length - 1);
  });
});

test("any bytes are parsed or refused by name", () => {
  for (const beginning of ["68", "68ee", "68c0"]) {
    expectParsedOrMalformed(parsePictureParameterSet, ["parameter-set-malformed"], fromHex(beginning));
  }
});
