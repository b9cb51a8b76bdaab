import { describe, expect, test } from "vitest";
import { isSecondField, startsNewPicture } from "../../src/h264/first-slice.ts";
import type { SliceHeader } from "../../src/h264/slice-header.ts";

const slice: SliceHeader = {
  nalRefIdc: 2,
  idrPicFlag: false,
  firstMbInSlice: 0,
  sliceType: 5,
  picParameterSetId: 0,
  seqParameterSetId: 0,
  frameNum: 4,
  fieldPicFlag: false,
  bottomFieldFlag: false,
  idrPicId: 0,
  picOrderCntType: 0,
  picOrderCntLsb: 8,
  deltaPicOrderCntBottom: 0,
  deltaPicOrderCnt: [0, 0],
  redundantPicCnt: 0,
};
const idr: SliceHeader = { ...slice, idrPicFlag: true, nalRefIdc: 3, frameNum: 0 };
const topField: SliceHeader = { ...slice, fieldPicFlag: true };
const bottomField: SliceHeader = { ...topField, bottomFieldFlag: true, picOrderCntLsb: 9 };

type Case = readonly [name: string, previous: SliceHeader, next: SliceHeader];

const newPictures: readonly Case[] = [
  ["another frame_num", slice, { ...slice, frameNum: 5 }],
  ["another picture parameter set", slice, { ...slice, picParameterSetId: 1 }],
  ["a picture parameter set that now belongs to another sequence", slice, { ...slice, seqParameterSetId: 1 }],
  ["a field after a frame", slice, topField],
  ["a field of the other parity", topField, { ...topField, bottomFieldFlag: true }],
  ["a picture no other refers to after one that others do", slice, { ...slice, nalRefIdc: 0 }],
  ["a picture others refer to after one that none does", { ...slice, nalRefIdc: 0 }, slice],
  ["another picture order count", slice, { ...slice, picOrderCntLsb: 10 }],
  ["another picture order count of the bottom field", slice, { ...slice, deltaPicOrderCntBottom: -1 }],
  ["another first delta of the picture order count", slice, { ...slice, deltaPicOrderCnt: [1, 0] }],
  ["another second delta of the picture order count", slice, { ...slice, deltaPicOrderCnt: [0, 1] }],
  ["an IDR picture after another", { ...idr, idrPicFlag: false }, idr],
  ["an IDR picture right after an IDR picture", idr, { ...idr, idrPicId: 1 }],
];

const samePicture: readonly Case[] = [
  ["a slice further down", slice, { ...slice, firstMbInSlice: 80 }],
  ["a slice further up, where slices come in any order", { ...slice, firstMbInSlice: 80 }, slice],
  ["a slice of another type", slice, { ...slice, firstMbInSlice: 80, sliceType: 7 }],
  ["a slice that is more or less of a reference", slice, { ...slice, firstMbInSlice: 80, nalRefIdc: 1 }],
  [
    "a slice of a redundant coded picture, whatever else it says",
    slice,
    { ...slice, redundantPicCnt: 1, picOrderCntLsb: 10 },
  ],
];

describe("startsNewPicture: a new picture starts with", () => {
  test.for(newPictures)("%s", ([, previous, next]) => {
    expect(startsNewPicture(previous, next)).toBe(true);
  });
});

describe("startsNewPicture: no picture starts with", () => {
  test.for(samePicture)("%s", ([, previous, next]) => {
    expect(startsNewPicture(previous, next)).toBe(false);
  });
});

const pairs: readonly Case[] = [
  ["bottom after top", topField, bottomField],
  ["top after bottom", bottomField, { ...topField, picOrderCntLsb: 10 }],
  ["a P field after an IDR field", { ...topField, idrPicFlag: true, nalRefIdc: 3 }, bottomField],
  ["two fields that nothing refers to", { ...topField, nalRefIdc: 0 }, { ...bottomField, nalRefIdc: 0 }],
  ["two fields with picture parameter sets of their own", topField, { ...bottomField, picParameterSetId: 1 }],
];

const noPairs: readonly Case[] = [
  ["two frames", slice, { ...slice, picOrderCntLsb: 10 }],
  ["a field after a frame", slice, bottomField],
  ["a frame after a field", topField, slice],
  ["two fields of one parity", topField, { ...topField, picOrderCntLsb: 10 }],
  ["two fields of two frames", topField, { ...bottomField, frameNum: 5 }],
  ["a field that nothing refers to after one that is referred to", topField, { ...bottomField, nalRefIdc: 0 }],
  ["a field that is referred to after one that is not", { ...topField, nalRefIdc: 0 }, bottomField],
  ["an IDR field", topField, { ...bottomField, idrPicFlag: true }],
  ["fields of two sequences", topField, { ...bottomField, seqParameterSetId: 1 }],
];

describe("isSecondField: one frame is made of", () => {
  test.for(pairs)("%s", ([, previous, next]) => {
    expect(isSecondField(previous, next)).toBe(true);
  });
});

describe("isSecondField: no frame is made of", () => {
  test.for(noPairs)("%s", ([, previous, next]) => {
    expect(isSecondField(previous, next)).toBe(false);
  });
});
