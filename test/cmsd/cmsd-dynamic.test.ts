import { parseList } from "structured-headers";
import { expect, test } from "vitest";
import { serializeCmsdDynamic } from "../../src/cmsd/cmsd-dynamic.ts";

test.for<[n: string, parameters: Record<string, number>, text: string]>([
  ["mqa-packager", { psnr: 47.12, ssim: 100, vmaf: 93.056 }, '"mqa-packager";psnr=47.12;ssim=100;vmaf=93.056'],
  ['a"b\\c', { vmaf: 0 }, String.raw`"a\"b\\c";vmaf=0`],
  ["mqa-packager", {}, '"mqa-packager"'],
])("%s with %j", ([n, parameters, text]) => {
  expect(serializeCmsdDynamic(n, parameters)).toBe(text);
  expect(parseList(text)).toEqual([[n, new Map(Object.entries(parameters))]]);
});

test("text that is not ASCII is refused", () => {
  expect(() => serializeCmsdDynamic("é", { vmaf: 1 })).toThrow();
});
