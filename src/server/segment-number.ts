import type { PartName } from "../store/next-part.ts";

/** Only the decimal form that manifests use, so that a segment has one URL; undefined for anything else. */
export function parseSegmentNumber(text: string): number | undefined {
  const number = /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The name of a part, `{number}.{index}`; undefined for anything else. */
export function parsePartName(text: string): PartName | undefined {
  const [before = "", after = "", ...rest] = text.split(".");
  const number = parseSegmentNumber(before);
  const index = parseSegmentNumber(after);
  return number === undefined || index === undefined || rest.length > 0 ? undefined : { number, index };
}
