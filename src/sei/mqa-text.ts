import { ParseError, parseDictionary, Token } from "structured-headers";
import { MalformedError } from "../problem/malformed-error.ts";
import { readPlainDictionary } from "./plain-dictionary.ts";

/** A name, and a value as its syntax gives it: numbers as such, words of RFC 8941 (tokens) as text in lower case. */
export type MqaEntry = readonly [name: string, value: unknown];

/** Every metric we know, in either syntax, takes about 350 bytes; this leaves room for as many again and vendors' own. */
const MAX_TEXT_BYTES = 4096;

/** More than three times the metrics known. */
const MAX_NAMES = 64;

/** What RFC 8941 asks of every parser of dictionaries; no metric's name comes near. */
const MAX_NAME_LENGTH = 64;

/**
 * Reads the text of a quality message: a dictionary of RFC 8941 (`scope=frame, psnr=47.12`) or a JSON object
 * (`{"PSNR":47.12}`). Some writers (FFmpeg) close it with a NUL.
 *
 * @param begin - Where it begins in the bytes.
 * @returns Names and values in the order in which they stand; names of a dictionary in lower case.
 * @throws MalformedError - `mqa-malformed` when it has neither syntax or passes a limit.
 */
export function readMqaText(bytes: Uint8Array, begin: number): readonly MqaEntry[] {
  let end = bytes.length;
  while (end > begin && bytes[end - 1] === 0) end--;
  if (end - begin > MAX_TEXT_BYTES) throw malformed(`${end - begin} bytes of text, more than ${MAX_TEXT_BYTES}`);
  return limited(readPlainDictionary(bytes, begin, end) ?? readAny(bytes.subarray(begin, end)));
}

function readAny(bytes: Uint8Array): readonly MqaEntry[] {
  const text = decode(bytes);
  return text.startsWith("{") ? readJson(text) : readDictionary(text);
}

function limited(entries: readonly MqaEntry[]): readonly MqaEntry[] {
  if (entries.length > MAX_NAMES) throw malformed(`${entries.length} names, more than ${MAX_NAMES}`);
  for (const [name] of entries) {
    if (name.length > MAX_NAME_LENGTH) {
      throw malformed(`a name of ${name.length} characters, more than ${MAX_NAME_LENGTH}`);
    }
  }
  return entries;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
  } catch (error) {
    if (error instanceof TypeError) throw malformed(`${bytes.length} bytes that are not UTF-8`);
    throw error;
  }
}

function readJson(text: string): readonly MqaEntry[] {
  try {
    return Object.entries<unknown>(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed(`${text.length} characters that are no JSON object`);
    throw error;
  }
}

/** RFC 8941 has lower-case keys only; those who write upper case mean the same. */
function readDictionary(text: string): readonly MqaEntry[] {
  try {
    return Array.from(parseDictionary(text.toLowerCase()), ([name, [value]]) => [
      name,
      value instanceof Token ? value.toString() : value,
    ]);
  } catch (error) {
    if (error instanceof ParseError) throw malformed(`${text.length} characters that are no RFC 8941 dictionary`);
    throw error;
  }
}

function malformed(detail: string): MalformedError {
  return new MalformedError("mqa-malformed", detail);
}
