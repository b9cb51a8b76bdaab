import { describe, expect, test } from "vitest";
import { joinByteStream, splitByteStream } from "../../src/annexb/nal-units.ts";
import { startsNewPicture } from "../../src/h264/first-slice.ts";
import { nalUnitRole } from "../../src/h264/nal-unit-role.ts";
import { nalUnitType, nalUnitTypes } from "../../src/h264/nal-unit-type.ts";
import { type PictureParameterSet, parsePictureParameterSet } from "../../src/h264/picture-parameter-set.ts";
import { parseSequenceParameterSet, type SequenceParameterSet } from "../../src/h264/sequence-parameter-set.ts";
import { parseSliceHeader, type SliceHeader } from "../../src/h264/slice-header.ts";
import { camelCase, encode, hasFfmpeg, type TracedUnit, traceHeaders } from "../annexb/ffmpeg.ts";
import {
  type Hrd,
  type Pps,
  plainPps,
  plainSlice,
  plainSps,
  type Slice,
  type Sps,
  writePps,
  writeSlice,
  writeSps,
} from "./write.ts";

type Header = SequenceParameterSet | PictureParameterSet | SliceHeader;

/** Every header of a stream as we read it, in order. */
function readHeaders(elementary: Uint8Array): {
  readonly all: readonly Header[];
  readonly slices: readonly SliceHeader[];
} {
  const sequence = new Map<number, SequenceParameterSet>();
  const picture = new Map<number, PictureParameterSet>();
  const all: Header[] = [];
  const slices: SliceHeader[] = [];
  for (const nal of splitByteStream(elementary).nalUnits) {
    if (nalUnitType(nal) === nalUnitTypes.sequenceParameterSet) {
      const sps = parseSequenceParameterSet(nal);
      sequence.set(sps.seqParameterSetId, sps);
      all.push(sps);
    } else if (nalUnitType(nal) === nalUnitTypes.pictureParameterSet) {
      const pps = parsePictureParameterSet(nal);
      picture.set(pps.picParameterSetId, pps);
      all.push(pps);
    } else if (nalUnitRole(nal) === "vcl") {
      slices.push(parseSliceHeader(nal, picture, sequence));
      all.push(slices.at(-1)!);
    }
  }
  return { all, slices };
}

const titles = ["Sequence Parameter Set", "Picture Parameter Set", "Slice Header"];

/** What we hold under the names of the standard, cut down to what ffmpeg has a name for too. */
function expectSameElements(ours: Header, theirs: TracedUnit): void {
  const traced = new Map([...theirs.elements].map(([name, value]) => [camelCase(name), value]));
  const hrd = "vui" in ours ? (ours.vui?.nalHrd ?? ours.vui?.vclHrd) : undefined;
  const [delta0, delta1] = "deltaPicOrderCnt" in ours ? ours.deltaPicOrderCnt : [0, 0];
  const flat = {
    ...ours,
    ...("vui" in ours && { ...ours.vui?.timing, picStructPresentFlag: ours.vui?.picStructPresentFlag, ...hrd }),
    "deltaPicOrderCnt[0]": delta0,
    "deltaPicOrderCnt[1]": delta1,
  };
  let compared = 0;
  for (const [name, value] of Object.entries(flat)) {
    if (!traced.has(name)) continue;
    expect([theirs.title, name, Number(value) + 0]).toEqual([theirs.title, name, traced.get(name)]);
    compared++;
  }
  expect(compared).toBeGreaterThanOrEqual(4);
}

function expectAgreement(elementary: Uint8Array): readonly SliceHeader[] {
  const traced = traceHeaders("h264", elementary).filter(({ title }) => titles.includes(title));
  const { all, slices } = readHeaders(elementary);
  expect(all.length).toBe(traced.length);
  all.forEach((header, i) => {
    expectSameElements(header, traced[i]!);
  });
  const packets = traced.filter(({ title }) => title === "Slice Header").map(({ packet }) => packet);
  slices.slice(1).forEach((slice, i) => {
    if (slice.redundantPicCnt > 0) return;
    expect([i + 1, startsNewPicture(slices[i]!, slice)]).toEqual([i + 1, packets[i + 1] !== packets[i]]);
  });
  return slices;
}

const encoded: readonly (readonly [name: string, options: readonly string[], x264: string])[] = [
  ["B-frames that others refer to, four slices a picture", [], "slices=4:bframes=3:b-pyramid=normal:keyint=10"],
  ["no B-frames (picture order count type 2)", ["-profile:v", "baseline"], "bframes=0:slices=3"],
  ["interlaced frames", ["-flags", "+ildct+ilme"], "tff=1:slices=2:nal-hrd=vbr:vbv-maxrate=500:vbv-bufsize=500:aud=1"],
  ["all IDR pictures", [], "keyint=1:pic-struct=1"],
  ["weighted prediction, several references and open GOPs", [], "ref=4:weightp=2:open-gop=1:keyint=8:bframes=2"],
  ["scaling lists and other ids", ["-pix_fmt", "yuv444p"], "cqm=jvt:sps-id=3:keyint=12"],
];

describe.skipIf(!hasFfmpeg())("headers are read as ffmpeg's trace_headers reads them:", { timeout: 60_000 }, () => {
  test.for(encoded)("%s", ([, options, x264]) => {
    const encoder = ["-frames:v", "24", "-c:v", "libx264", "-preset", "veryfast", ...options];
    const { elementary } = encode("h264", "testsrc2=s=160x96:r=25", [...encoder, "-x264-params", x264]);
    expect(expectAgreement(elementary).length).toBeGreaterThanOrEqual(24);
  });

  test("fields, each with its own slices, and redundant slices", () => {
    const sps: Sps = { ...plainSps, frameMbsOnlyFlag: false };
    const pps: Pps = { ...plainPps, redundantPicCntPresentFlag: true, bottomFieldPicOrderInFramePresentFlag: true };
    const field = (changes: Partial<Slice>): Uint8Array =>
      writeSlice({ ...plainSlice, fieldPicFlag: true, idrPicFlag: false, sliceType: 2, ...changes }, sps, pps);
    const slices = [
      field({ idrPicFlag: true }),
      field({ idrPicFlag: true, firstMbInSlice: 6 }),
      field({ bottomFieldFlag: true, picOrderCntLsb: 1 }),
      field({ bottomFieldFlag: true, picOrderCntLsb: 1, firstMbInSlice: 6 }),
      field({ frameNum: 1, picOrderCntLsb: 2 }),
      field({ frameNum: 1, picOrderCntLsb: 3, bottomFieldFlag: true }),
      field({ frameNum: 2, fieldPicFlag: false, picOrderCntLsb: 4, deltaPicOrderCntBottom: -3 }),
    ];
    const read = expectAgreement(joinByteStream([writeSps(sps), writePps(pps), ...slices]));
    expect(read.map(({ fieldPicFlag }) => fieldPicFlag)).toEqual([true, true, true, true, true, true, false]);
  });

  const hrd: Hrd = {
    bitRateScale: 3,
    cpbSizeScale: 4,
    cpbs: [
      [5000, 6000],
      [7000, 8000],
    ],
    cpbRemovalDelayLengthMinus1: 17,
    dpbOutputDelayLengthMinus1: 6,
    timeOffsetLength: 21,
  };
  const ramp = (size: number): readonly number[] => Array.from({ length: size }, (_, i) => [2, -1, -1, 0][i % 4]!);
  const written: readonly (readonly [string, Partial<Sps>])[] = [
    [
      "a VUI with everything in it",
      {
        vui: {
          aspectRatioIdc: 255,
          sar: [40, 33],
          overscan: true,
          fullRange: true,
          colour: [9, 16, 9],
          chromaLoc: [2, 3],
          timing: [1001, 60_000],
          nalHrd: hrd,
          vclHrd: hrd,
          picStruct: true,
        },
      },
    ],
    ["VCL HRD parameters alone", { vui: { vclHrd: hrd, picStruct: true } }],
    ["picture order count type 1", { picOrderCntType: 1, offsetForRefFrame: [3, -4, 5] }],
    ["twelve scaling lists", { profileIdc: 244, chromaFormatIdc: 3, scalingLists: [16, 16, 16, 16, 16, 16].map(ramp) }],
    [
      "scaling lists that end early",
      { scalingLists: [[-8], [1, 2, -11], undefined, ramp(16), undefined, [-8], ramp(64), [5, -13]] },
    ],
  ];

  test.for(written)("%s", ([, changes]) => {
    const sps: Sps = { ...plainSps, ...changes };
    const slice = writeSlice({ ...plainSlice, deltaPicOrderCnt: [-2, 0] }, sps, plainPps);
    expectAgreement(joinByteStream([writeSps(sps), writePps(plainPps), slice]));
  });
});
