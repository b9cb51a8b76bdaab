import { describe, expect, test } from "vitest";
import { joinByteStream, splitByteStream } from "../../src/annexb/nal-units.ts";
import { nalUnitRole } from "../../src/h265/nal-unit-role.ts";
import { nalUnitType, nalUnitTypes } from "../../src/h265/nal-unit-type.ts";
import { parsePictureParameterSet } from "../../src/h265/picture-parameter-set.ts";
import { parseSequenceParameterSet, type SequenceParameterSet } from "../../src/h265/sequence-parameter-set.ts";
import { parseSliceHeader, type SliceHeader } from "../../src/h265/slice-header.ts";
import { parseVideoParameterSet } from "../../src/h265/video-parameter-set.ts";
import { camelCase, encode, hasFfmpeg, type TracedUnit, traceHeaders } from "../annexb/ffmpeg.ts";
import {
  type Pps,
  plainPps,
  plainSps,
  plainVps,
  type Sps,
  writeIdrSlice,
  writePps,
  writeSps,
  writeVps,
} from "./write.ts";
import type { Hrd } from "./write-vui.ts";

const titles: Readonly<Record<string, number>> = {
  "Video Parameter Set": nalUnitTypes.videoParameterSet,
  "Sequence Parameter Set": nalUnitTypes.sequenceParameterSet,
  "Picture Parameter Set": nalUnitTypes.pictureParameterSet,
};

/** What we hold of a NAL unit, flat, under the standard's names as far as it is held as sent. */
function readElements(nal: Uint8Array): Readonly<Record<string, unknown>> {
  switch (nalUnitType(nal)) {
    case nalUnitTypes.videoParameterSet: {
      const { timing, ...vps } = parseVideoParameterSet(nal);
      return { ...vps, vpsNumUnitsInTick: timing?.numUnitsInTick, vpsTimeScale: timing?.timeScale };
    }
    case nalUnitTypes.sequenceParameterSet:
      return spsElements(parseSequenceParameterSet(nal));
    case nalUnitTypes.pictureParameterSet:
      return parsePictureParameterSet(nal);
    default:
      return parseSliceHeader(nal);
  }
}

function spsElements({ vui, profileTierLevel, ...sps }: SequenceParameterSet): Readonly<Record<string, unknown>> {
  return {
    ...sps,
    ...profileTierLevel,
    vuiNumUnitsInTick: vui?.timing?.numUnitsInTick,
    vuiTimeScale: vui?.timing?.timeScale,
    colourPrimaries: vui?.colour?.primaries,
    transferCharacteristics: vui?.colour?.transfer,
    matrixCoefficients: vui?.colour?.matrix,
    minSpatialSegmentationIdc: vui?.minSpatialSegmentationIdc,
  };
}

function expectAgreement(elementary: Uint8Array): number {
  const traced = traceHeaders("hevc", elementary).filter(
    ({ title }) => title in titles || title === "Slice Segment Header",
  );
  const nalUnits = splitByteStream(elementary).nalUnits.filter((nal) =>
    ["parameter-set", "vcl"].includes(nalUnitRole(nal)),
  );
  expect(nalUnits.length).toBe(traced.length);
  let packet = -1;
  nalUnits.forEach((nal, i) => {
    const theirs = traced[i]!;
    expectSameElements(nal, theirs);
    if (nalUnitRole(nal) !== "vcl") return;
    const { firstSliceSegmentInPicFlag } = parseSliceHeader(nal) satisfies SliceHeader;
    expect([i, firstSliceSegmentInPicFlag]).toEqual([i, theirs.packet !== packet]);
    packet = theirs.packet;
  });
  return packet + 1;
}

function expectSameElements(nal: Uint8Array, theirs: TracedUnit): void {
  const traced = new Map([...theirs.elements].map(([name, value]) => [camelCase(name), value]));
  expect(nalUnitType(nal)).toBe(titles[theirs.title] ?? traced.get("nalUnitType"));
  let compared = 0;
  for (const [name, value] of Object.entries(readElements(nal))) {
    if (!traced.has(name) || value === undefined) continue;
    expect([theirs.title, name, Number(value)]).toEqual([theirs.title, name, traced.get(name)]);
    compared++;
  }
  expect(compared).toBeGreaterThanOrEqual(1);
}

const encoded: readonly (readonly [name: string, options: readonly string[], x265: string])[] = [
  ["open GOPs with CRA pictures and three slices a picture", [], "slices=3:keyint=8:bframes=3:b-pyramid=1:open-gop=1"],
  [
    "closed GOPs with IDR pictures, HRD parameters and delimiters",
    [],
    "keyint=5:open-gop=0:hrd=1:vbv-maxrate=500:vbv-bufsize=500:aud=1",
  ],
  [
    "10 bits, scaling lists, colours",
    ["-pix_fmt", "yuv422p10le"],
    "scaling-list=default:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
  ],
  ["temporal layers, no wavefronts", [], "temporal-layers=3:wpp=0:keyint=12"],
];

const hrd: Hrd = {
  nal: true,
  vcl: true,
  subPic: true,
  bitRateScale: 2,
  cpbSizeScale: 3,
  subLayers: [
    { fixedGeneral: true, fixedWithinCvs: true, lowDelay: false, cpbs: [[10, 20]] },
    {
      fixedGeneral: false,
      fixedWithinCvs: true,
      lowDelay: false,
      cpbs: [
        [30, 40],
        [50, 60],
      ],
    },
    { fixedGeneral: false, fixedWithinCvs: false, lowDelay: true, cpbs: [[70, 80]] },
  ],
};

const written: readonly (readonly [name: string, sps: Partial<Sps>, pps: Partial<Pps>])[] = [
  [
    "sub-layers, scaling lists, PCM, predicted reference picture sets, long-term pictures, a VUI with everything in it",
    {
      subLayers: [
        [true, true],
        [false, true],
      ],
      scaling: "lists",
      pcm: true,
      conformanceWindow: [0, 1, 0, 2],
      longTerm: 3,
      refPicSets: [
        { negative: [0, 1], positive: [0] },
        { deltaRps: -1, pictures: ["used", "kept", "dropped", "used"] },
        { deltaRps: 2, pictures: ["used", "used", "used", "used"] },
        { deltaRps: 1, pictures: ["used", "kept", "used"] },
        { negative: [4], positive: [] },
      ],
      vui: {
        sar: [40, 33],
        fullRange: true,
        colour: [9, 16, 9],
        chromaLoc: [1, 2],
        defaultDisplayWindow: [1, 1, 1, 1],
        timing: [1001, 60_000, 0],
        hrd,
        minSpatialSegmentationIdc: 77,
      },
    },
    { cuQpDelta: true, tilesEnabledFlag: true },
  ],
  [
    "sub-layers with ordering information of the highest alone, wavefronts",
    {
      subLayers: [[false, false]],
      subLayerOrderingInfo: false,
      vui: { timing: [1, 50], minSpatialSegmentationIdc: 5 },
    },
    { entropyCodingSyncEnabledFlag: true },
  ],
];

describe.skipIf(!hasFfmpeg())("headers are read as ffmpeg's trace_headers reads them:", { timeout: 60_000 }, () => {
  test.for(encoded)("%s", ([, options, x265]) => {
    const encoder = ["-frames:v", "24", "-c:v", "libx265", "-preset", "ultrafast", ...options];
    const x265Options = ["-x265-params", `log-level=error:pools=1:${x265}`];
    const { elementary } = encode("hevc", "testsrc2=s=160x192:r=25", [...encoder, ...x265Options]);
    expect(expectAgreement(elementary)).toBe(24);
  });

  test.for(written)("%s", ([, spsChanges, ppsChanges]) => {
    const sps = { ...plainSps, ...spsChanges };
    const pps = { ...plainPps, ...ppsChanges };
    const { subLayers, subLayerOrderingInfo } = sps;
    const vps = { ...plainVps, subLayers, subLayerOrderingInfo, vpsMaxLayerId: 2, vpsNumLayerSetsMinus1: 2 };
    const stream = [writeVps({ ...vps, timing: [1, 50, 1] }), writeSps(sps), writePps(pps), writeIdrSlice(pps)];
    expect(expectAgreement(joinByteStream(stream))).toBe(1);
  });
});
