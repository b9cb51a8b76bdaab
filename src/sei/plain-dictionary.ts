import { mqaMetricNames } from "./mqa-metric.ts";

const SPACE = 0x20;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const EQUALS = 0x3d;

/** What RFC 8941 allows in front of the point of a decimal, behind it, and in an integer. */
const MAX_WHOLE_DIGITS = 12;
const MAX_FRACTION_DIGITS = 3;
const MAX_INTEGER_DIGITS = 15;

/**
 * Reads a dictionary of RFC 8941 in its usual form: letters, digits and hyphens in names, numbers and words as values. It comes
 * with every picture, and a parser of the whole syntax takes ten times as long.
 *
 * @param begin - Where it begins in the bytes, and before which it ends: a view of them costs as much as to read a metric.
 * @returns Names and words in lower case; undefined for any other text, right or wrong.
 */
export function readPlainDictionary(
  bytes: Uint8Array,
  begin: number,
  end: number,
): readonly (readonly [string, number | string])[] | undefined {
  const entries: (readonly [string, number | string])[] = [];
  for (let at = begin; ; at++) {
    at = skipSpaces(bytes, at, end);
    const equals = skipWord(bytes, at, end);
    if (equals + 1 >= end || bytes[equals] !== EQUALS || !isLetter(bytes[at]!)) return undefined;
    const name = nameOf(bytes, at, equals);
    const from = equals + 1;
    if (isLetter(bytes[from]!)) {
      at = skipWord(bytes, from, end);
      entries.push([name, textOf(bytes, from, at)]);
    } else {
      at = skipNumber(bytes, from, end);
      const value = readNumber(bytes, from, at);
      if (value === undefined) return undefined;
      entries.push([name, value]);
    }
    at = skipSpaces(bytes, at, end);
    if (at === end) return entries;
    if (bytes[at] !== COMMA) return undefined;
  }
}

/** Of ASCII, in either case. */
function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === SPACE) at++;
  return at;
}

function skipWord(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (!isLetter(byte) && byte !== HYPHEN && !isDigit(byte)) break;
  }
  return at;
}

function skipNumber(bytes: Uint8Array, from: number, end: number): number {
  let at = bytes[from] === HYPHEN ? from + 1 : from;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (!isDigit(byte) && byte !== DOT) break;
  }
  return at;
}

/** A quotient of two integers is the number nearest to the decimal, as any parser gives it. */
function readNumber(bytes: Uint8Array, from: number, end: number): number | undefined {
  const isNegative = bytes[from] === HYPHEN;
  const begin = isNegative ? from + 1 : from;
  let digits = 0;
  let point = end;
  for (let at = begin; at < end; at++) {
    const byte = bytes[at]!;
    if (byte !== DOT) digits = digits * 10 + (byte - 0x30);
    else if (point === end) point = at;
    else return undefined;
  }
  const fraction = point < end ? end - point - 1 : 0;
  const isDecimal = point < end;
  if (point === begin || point - begin > (isDecimal ? MAX_WHOLE_DIGITS : MAX_INTEGER_DIGITS)) return undefined;
  if (isDecimal && (fraction === 0 || fraction > MAX_FRACTION_DIGITS)) return undefined;
  const value = digits / SCALES[fraction]!;
  return isNegative ? -value : value;
}

/** Powers of ten by exponent. */
const SCALES = [1, 10, 100, 1000];

/** The names that are expected, by length and first letter: few have both in common. */
const expected = new Map<number, readonly string[]>();
for (const name of ["scope", ...mqaMetricNames]) {
  const place = placeOf(name.length, name.charCodeAt(0));
  expected.set(place, [...(expected.get(place) ?? []), name]);
}

function placeOf(length: number, first: number): number {
  return length * 32 + (first & 0x1f);
}

/** Making a text of bytes takes longer than to find that it is there. */
function nameOf(bytes: Uint8Array, from: number, end: number): string {
  const candidates = expected.get(placeOf(end - from, bytes[from]!));
  if (candidates !== undefined) for (const name of candidates) if (isName(bytes, from, name)) return name;
  return textOf(bytes, from, end);
}

function isName(bytes: Uint8Array, from: number, name: string): boolean {
  for (let i = name.length - 1; i >= 0; i--) if ((bytes[from + i]! | 0x20) !== name.charCodeAt(i)) return false;
  return true;
}

function textOf(bytes: Uint8Array, from: number, end: number): string {
  let text = "";
  for (let at = from; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text.toLowerCase();
}
