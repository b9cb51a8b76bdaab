import { ParseError, parseDictionary, Token } from "structured-headers";
import { MalformedError } from "../problem/malformed-error.ts";
import type { Problem } from "../problem/problem.ts";
import { acceptMqaValue, isMqaMetricName, type MqaMetricName, mqaRanges } from "./mqa-metric.ts";
import { type MqaUuid, matchesMqaUuid } from "./mqa-uuid.ts";
import { parseUserDataUnregistered, writeUserDataUnregistered } from "./user-data-unregistered.ts";

/** What the values of a message are of: its picture, or all pictures of a GOP or segment. */
export type MqaScope = "frame" | "gop" | "segment";

/** The quality scores in one SEI message. */
export type MqaMessage = {
  readonly scope: MqaScope;
  /** In their metric's range. */
  readonly values: ReadonlyMap<MqaMetricName, number>;
  /** Names of no metric we know, in lower case, every character but letters, digits and hyphens made `?`. */
  readonly unknownNames: ReadonlySet<string>;
  /** One `mqa-value` for each value of a known metric that was left out. */
  readonly problems: readonly Problem[];
};

/** Every metric we know, in either syntax, takes about 300 bytes; this leaves room for as many again and vendors' own. */
const MAX_TEXT_BYTES = 4096;

/** More than three times the metrics known. */
const MAX_NAMES = 64;

/** What RFC 8941 asks of every parser of dictionaries; no metric's name comes near. */
const MAX_NAME_LENGTH = 64;

const encoder = new TextEncoder();

/**
 * Reads the quality message in a user_data_unregistered payload: text after the UUID, which is a dictionary of RFC 8941
 * (`scope=frame, mqa-video=54, psnr=47.12`) or a JSON object (`{"MQA-VIDEO":54,"PSNR":47.12}`). Names compare without
 * regard to case, and `-`, `_` and `.` are the same. Of two values of one name the later counts.
 *
 * @param uuids - The UUIDs that mark quality messages.
 * @returns undefined when the UUID is none of them.
 * @throws MalformedError - `sei-malformed` when there is no room for a UUID; `mqa-malformed` when the text has neither
 * syntax, passes a limit, or has values of a scope we do not know.
 */
export function parseMqa(payload: Uint8Array, uuids: readonly MqaUuid[]): MqaMessage | undefined {
  const { uuid, data } = parseUserDataUnregistered(payload);
  if (!matchesMqaUuid(uuid, uuids)) return undefined;
  return buildMessage(decodeEntries(decodeText(data)));
}

type Entry = readonly [name: string, value: unknown];

function malformed(detail: string): MalformedError {
  return new MalformedError("mqa-malformed", detail);
}

/** Some writers (FFmpeg) close the text with a NUL. */
function decodeText(data: Uint8Array): string {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) end--;
  if (end > MAX_TEXT_BYTES) throw malformed(`${end} bytes of text, more than ${MAX_TEXT_BYTES}`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data.subarray(0, end)).trim();
  } catch (error) {
    if (error instanceof TypeError) throw malformed(`${end} bytes that are not UTF-8`);
    throw error;
  }
}

function decodeEntries(text: string): readonly Entry[] {
  const entries = text.startsWith("{") ? decodeJson(text) : decodeDictionary(text);
  if (entries.length > MAX_NAMES) throw malformed(`${entries.length} names, more than ${MAX_NAMES}`);
  const tooLong = entries.find(([name]) => name.length > MAX_NAME_LENGTH);
  if (tooLong) throw malformed(`a name of ${tooLong[0].length} characters, more than ${MAX_NAME_LENGTH}`);
  return entries;
}

function decodeJson(text: string): readonly Entry[] {
  try {
    return Object.entries<unknown>(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed(`${text.length} characters that are no JSON object`);
    throw error;
  }
}

/** RFC 8941 has lower-case keys only; those who write upper case mean the same. */
function decodeDictionary(text: string): readonly Entry[] {
  try {
    return Array.from(parseDictionary(text.toLowerCase()), ([name, [value]]) => [name, value] as const);
  } catch (error) {
    if (error instanceof ParseError) throw malformed(`${text.length} characters that are no RFC 8941 dictionary`);
    throw error;
  }
}

function buildMessage(entries: readonly Entry[]): MqaMessage {
  let scope: MqaScope = "frame";
  const values = new Map<MqaMetricName, number>();
  const unknownNames = new Set<string>();
  const problems: Problem[] = [];
  for (const [key, value] of entries) {
    const name = key.toLowerCase().replace(/[_.]/g, "-");
    if (name === "scope") {
      scope = readScope(value);
    } else if (isMqaMetricName(name)) {
      const number = readNumber(value);
      const accepted = acceptMqaValue(name, number);
      if (accepted === undefined) problems.push(valueProblem(name, number));
      else values.set(name, accepted);
    } else {
      unknownNames.add(name.replace(/[^a-z0-9-]/g, "?"));
    }
  }
  return { scope, values, unknownNames, problems };
}

/** The text of a token or string of either syntax. */
function readText(value: unknown): string | undefined {
  return value instanceof Token || typeof value === "string" ? value.toString().toLowerCase() : undefined;
}

function readScope(value: unknown): MqaScope {
  const scope = readText(value);
  if (scope === "frame" || scope === "gop" || scope === "segment") return scope;
  throw malformed("its scope is none of frame, gop and segment");
}

/** NaN for what is no number. Neither syntax can say infinity, the PSNR of equal pictures, but as a word. */
function readNumber(value: unknown): number {
  if (typeof value === "number") return value;
  const text = readText(value);
  return text === "inf" || text === "infinity" ? Number.POSITIVE_INFINITY : Number.NaN;
}

function valueProblem(name: MqaMetricName, value: number): Problem {
  const { min, max, whole } = mqaRanges[name];
  const wanted = `${whole ? "an integer" : "a number"} from ${min} to ${max}`;
  return { code: "mqa-value", count: 1, detail: `${name} is ${value}, not ${wanted}` };
}

/**
 * Writes the user_data_unregistered payload of a quality message as an RFC 8941 dictionary, values rounded to the three
 * decimals that it can hold.
 *
 * @throws RangeError - when a value is not in its metric's range.
 */
export function writeMqa(uuid: Uint8Array, scope: MqaScope, values: ReadonlyMap<MqaMetricName, number>): Uint8Array {
  // Tokens, keys and numbers in these ranges are their own serialization (RFC 8941 section 4.1).
  let text = `scope=${scope}`;
  for (const [name, value] of values) {
    if (acceptMqaValue(name, value) !== value) throw new RangeError(`${value} is not a value of ${name}`);
    text += `, ${name}=${Math.round(value * 1000) / 1000}`;
  }
  return writeUserDataUnregistered({ uuid, data: encoder.encode(text) });
}
