import { expect, test } from "vitest";
import type { ElementaryStream } from "../../src/demux/access-unit.ts";
import { StreamNames } from "../../src/timeline/stream-names.ts";

const video: ElementaryStream = { pid: 256, kind: "video", codec: "h264" };
const english: ElementaryStream = { pid: 257, kind: "audio", codec: "aac", language: "eng" };
const unknown: ElementaryStream = { pid: 258, kind: "audio", codec: "aac" };
const dolby: ElementaryStream = { pid: 259, kind: "audio", codec: "ac3", language: "eng" };

test("the streams of a lone input are numbered", () => {
  const names = new StreamNames(1);
  expect(names.identify(0, video, 1)).toEqual({ id: "v1" });
  expect(names.identify(0, video, 2)).toEqual({ id: "v2" });
  expect(names.identify(0, english, 1)).toEqual({ id: "a1", language: "eng" });
  expect(names.identify(0, unknown, 2)).toEqual({ id: "a2" });
});

test("the first streams of each of several inputs have its number, the others theirs after it", () => {
  const names = new StreamNames(3);
  expect(names.identify(0, video, 1)).toEqual({ id: "v1" });
  expect(names.identify(1, video, 1)).toEqual({ id: "v2" });
  expect(names.identify(1, video, 3)).toEqual({ id: "v2-3" });
  expect(names.identify(2, english, 2)).toEqual({ id: "a3-2", language: "eng" });
});

test("the sound that an earlier input has is not taken again, another codec or language is", () => {
  const names = new StreamNames(2);
  expect(names.identify(0, english, 1)).toBeDefined();
  expect(names.identify(1, english, 1)).toBeUndefined();
  expect(names.identify(1, dolby, 1)).toEqual({ id: "a2", language: "eng" });
  expect(names.identify(1, unknown, 2)).toEqual({ id: "a2-2" });
});

test("a programme that is announced again keeps its names", () => {
  const names = new StreamNames(2);
  for (let time = 0; time < 3; time++) {
    expect(names.identify(0, english, 1)).toEqual({ id: "a1", language: "eng" });
    expect(names.identify(1, dolby, 1)).toEqual({ id: "a2", language: "eng" });
  }
});
