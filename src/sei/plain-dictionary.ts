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
 * with every picture, and a parser of the whole syntax takes eight times as long.
 *
 * @returns Names and words in lower case; undefined for any other text, right or wrong.
 */
export function readPlainDictionary(bytes: Uint8Array): readonly (readonly [string, number | string])[] | undefined {
  const entries: (readonly [string, number | string])[] = [];
  for (let at = 0; ; at++) {
    while (bytes[at] === SPACE) at++;
    const nameEnd = skipWord(bytes, at);
    if (!isLetter(bytes[at]) || bytes[nameEnd] !== EQUALS) return undefined;
    const from = nameEnd + 1;
    const valueEnd = skipValue(bytes, from);
    const value = isLetter(bytes[from]) ? readWord(bytes, from, valueEnd) : readNumber(bytes, from, valueEnd);
    if (value === undefined) return undefined;
    entries.push([nameOf(bytes, at, nameEnd), value]);
    at = valueEnd;
    while (bytes[at] === SPACE) at++;
    if (at === bytes.length) return entries;
    if (bytes[at] !== COMMA) return undefined;
  }
}

/** Of ASCII, in either case. */
function isLetter(byte: number | undefined): boolean {
  const lower = byte! | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isDigit(byte: number | undefined): boolean {
  return byte! >= 0x30 && byte! <= 0x39;
}

function skipWord(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isLetter(bytes[at]) || bytes[at] === HYPHEN || isDigit(bytes[at])) at++;
  return at;
}

function skipValue(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at]) || bytes[at] === DOT || isLetter(bytes[at]) || bytes[at] === HYPHEN) at++;
  return at;
}

function readWord(bytes: Uint8Array, from: number, end: number): string | undefined {
  return skipWord(bytes, from) === end ? textOf(bytes, from, end) : undefined;
}

/** A quotient of two integers is the number nearest to the decimal, as any parser gives it. */
function readNumber(bytes: Uint8Array, from: number, end: number): number | undefined {
  const isNegative = bytes[from] === HYPHEN;
  const begin = isNegative ? from + 1 : from;
  let digits = 0;
  let scale = 0;
  let point = end;
  for (let at = begin; at < end; at++) {
    const byte = bytes[at]!;
    if (isDigit(byte)) {
      digits = digits * 10 + (byte - 0x30);
      scale *= 10;
    } else if (byte === DOT && point === end) {
      point = at;
      scale = 1;
    } else return undefined;
  }
  const isDecimal = point < end;
  if (point === begin || point - begin > (isDecimal ? MAX_WHOLE_DIGITS : MAX_INTEGER_DIGITS)) return undefined;
  if (isDecimal && (scale === 1 || scale > 10 ** MAX_FRACTION_DIGITS)) return undefined;
  const value = isDecimal ? digits / scale : digits;
  return isNegative ? -value : value;
}

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
