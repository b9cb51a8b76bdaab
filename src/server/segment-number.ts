/** Only the decimal form that manifests use, so that a segment has one URL; undefined for anything else. */
export function parseSegmentNumber(text: string): number | undefined {
  const number = /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
