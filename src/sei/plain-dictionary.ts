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

/** Powers of ten by exponent. */
const SCALES = [1, 10, 100, 1000];

/** What a byte of ASCII may be part of. */
const LETTER = 1;
const DIGIT = 2;
const WORD = 4;
const kinds = new Uint8Array(256);
for (let byte = 0x61; byte <= 0x7a; byte++) kinds[byte] = kinds[byte - 0x20] = LETTER | WORD;
for (let byte = 0x30; byte <= 0x39; byte++) kinds[byte] = DIGIT | WORD;
kinds[HYPHEN] = WORD;

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
    const from = equals + 1;
    if (from >= end || bytes[equals] !== EQUALS || (kinds[bytes[at]!]! & LETTER) === 0) return undefined;
    const name = wordOf(bytes, at, equals);
    if ((kinds[bytes[from]!]! & LETTER) !== 0) {
      at = skipWord(bytes, from, end);
      entries.push([name, wordOf(bytes, from, at)]);
    } else {
      // Both loops are here, as a number and where it ends cannot be returned without being made an object.
      const isNegative = bytes[from] === HYPHEN;
      const whole = isNegative ? from + 1 : from;
      let value = 0;
      at = whole;
      for (; at < end && (kinds[bytes[at]!]! & DIGIT) !== 0; at++) value = value * 10 + (bytes[at]! - 0x30);
      const isDecimal = at < end && bytes[at] === DOT;
      const wholeDigits = at - whole;
      if (wholeDigits === 0 || wholeDigits > (isDecimal ? MAX_WHOLE_DIGITS : MAX_INTEGER_DIGITS)) return undefined;
      if (isDecimal) {
        const fraction = ++at;
        for (; at < end && (kinds[bytes[at]!]! & DIGIT) !== 0; at++) value = value * 10 + (bytes[at]! - 0x30);
        if (at === fraction || at - fraction > MAX_FRACTION_DIGITS) return undefined;
        // A quotient of two integers is the number nearest to the decimal, as any parser gives it.
        value /= SCALES[at - fraction]!;
      }
      entries.push([name, isNegative ? -value : value]);
    }
    at = skipSpaces(bytes, at, end);
    if (at === end) return entries;
    if (bytes[at] !== COMMA) return undefined;
  }
}

function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === SPACE) at++;
  return at;
}

function skipWord(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (kinds[bytes[at]!]! & WORD) !== 0) at++;
  return at;
}

/** The names and words that are expected, by length and first letter: few have both in common. */
const expected: (readonly string[] | undefined)[] = [];
for (const word of ["scope", "frame", "gop", "segment", ...mqaMetricNames]) {
  const place = placeOf(word.length, word.charCodeAt(0));
  expected[place] = [...(expected[place] ?? []), word];
}

function placeOf(length: number, first: number): number {
  return length * 32 + (first & 0x1f);
}

/** Making a text of bytes takes longer than to find that it is there. */
function wordOf(bytes: Uint8Array, from: number, end: number): string {
  const candidates = expected[placeOf(end - from, bytes[from]!)];
  if (candidates !== undefined) for (const word of candidates) if (isWord(bytes, from, word)) return word;
  return textOf(bytes, from, end);
}

function isWord(bytes: Uint8Array, from: number, word: string): boolean {
  for (let i = word.length - 1; i >= 0; i--) if ((bytes[from + i]! | 0x20) !== word.charCodeAt(i)) return false;
  return true;
}

function textOf(bytes: Uint8Array, from: number, end: number): string {
  let text = "";
  for (let at = from; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text.toLowerCase();
}
