import { describe, expect, test } from "vitest";
import { fromHex } from "../../src/bytes/hex.ts";
import { parsePictureParameterSet } from "../../src/h265/picture-parameter-set.ts";
import { parseVideoParameterSet } from "../../src/h265/video-parameter-set.ts";
import { expectEveryCutRefused, expectParsedOrMalformed, thrownCode } from "../annexb/malformed.ts";
import { type Pps, plainPps, plainVps, type Vps, writePps, writeVps } from "./write.ts";

const videoParameterSets: readonly (readonly [name: string, changes: Partial<Vps>, timing?: object])[] = [
  ["without timing", {}],
  ["with timing", { timing: [1001, 60_000] }, { numUnitsInTick: 1001, timeScale: 60_000, numTicksPocDiffOne: 1 }],
  [
    "with timing in picture order counts",
    { timing: [1, 50, 1] },
    { numUnitsInTick: 1, timeScale: 50, numTicksPocDiffOne: 2 },
  ],
  [
    "with sub-layers and layer sets",
    {
      subLayers: [
        [true, true],
        [false, true],
      ],
      subLayerOrderingInfo: false,
      vpsMaxLayerId: 5,
      vpsNumLayerSetsMinus1: 3,
      timing: [1, 25],
    },
    { numUnitsInTick: 1, timeScale: 25, numTicksPocDiffOne: 1 },
  ],
  [
    "with ordering information of each sub-layer",
    { subLayers: [[false, false]], subLayerOrderingInfo: true, timing: [1, 25] },
    { numUnitsInTick: 1, timeScale: 25, numTicksPocDiffOne: 1 },
  ],
];

describe("a video parameter set", () => {
  test.for(videoParameterSets)("%s is read", ([, changes, timing]) => {
    const parsed = parseVideoParameterSet(writeVps({ ...plainVps, ...changes }));
    expect(parsed).toEqual({ vpsVideoParameterSetId: 0, ...(timing && { timing }) });
  });

  test("with more layer sets than allowed is refused", () => {
    const nal = writeVps({ ...plainVps, vpsNumLayerSetsMinus1: 1024 });
    expect(thrownCode(() => parseVideoParameterSet(nal))).toBe("parameter-set-malformed");
  });

  test("that ends early is refused", () => {
    const nal = writeVps({ ...plainVps, timing: [1001, 60_000, 1] });
    expectEveryCutRefused(parseVideoParameterSet, nal, nal.length - 1);
  });

  test("of any bytes is parsed or refused by name", () => {
    for (const beginning of ["4001", "40010c01ffff016000000300900000030000"]) {
      expectParsedOrMalformed(parseVideoParameterSet, ["parameter-set-malformed"], fromHex(beginning));
    }
  });
});

const pictureParameterSets: readonly Partial<Pps>[] = [
  {},
  { ppsPicParameterSetId: 63, ppsSeqParameterSetId: 15 },
  { cuQpDelta: true, tilesEnabledFlag: true },
  { entropyCodingSyncEnabledFlag: true },
  { cuQpDelta: true, tilesEnabledFlag: true, entropyCodingSyncEnabledFlag: true },
];

describe("a picture parameter set", () => {
  test.for(pictureParameterSets)("is read as written: %o", (changes) => {
    const { cuQpDelta, ...read } = { ...plainPps, ...changes };
    expect(parsePictureParameterSet(writePps({ ...read, cuQpDelta }))).toEqual(read);
  });

  test.for([{ ppsPicParameterSetId: 64 }, { ppsSeqParameterSetId: 16 }])("is refused with %o", (changes) => {
    const nal = writePps({ ...plainPps, ...changes });
    expect(thrownCode(() => parsePictureParameterSet(nal))).toBe("parameter-set-malformed");
  });

  test("that ends early is refused", () => {
    const nal = writePps({ ...plainPps, cuQpDelta: true });
    expectEveryCutRefused(parsePictureParameterSet, nal, nal.length - 2);
  });

  test("of any bytes is parsed or refused by name", () => {
    for (const beginning of ["4401", "4401c0"]) {
      expectParsedOrMalformed(parsePictureParameterSet, ["parameter-set-malformed"], fromHex(beginning));
    }
  });
});
