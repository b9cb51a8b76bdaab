import { MalformedError } from "../problem/malformed-error.ts";
import type { Problem } from "../problem/problem.ts";
import { acceptMqaValue, findMqaRange, type MqaMetricName, mqaRanges, type NamedMqaRange } from "./mqa-metric.ts";
import { type MqaEntry, readMqaText } from "./mqa-text.ts";
import { type MqaUuid, matchesMqaUuid } from "./mqa-uuid.ts";
import { checkHasUuid, UUID_BYTES, writeUserDataUnregistered } from "./user-data-unregistered.ts";

/** What the values of a message are of: its picture, or all pictures of a GOP or segment. */
export type MqaScope = "frame" | "gop" | "segment";

/** A metric and its value. */
export type MqaValue<Name extends string = string> = readonly [name: Name, value: number];

type KnownValue = MqaValue<MqaMetricName>;

/** The quality scores in one SEI message. */
export type MqaMessage = {
  readonly scope: MqaScope;
  /** Each name once; in their metric's range. */
  readonly values: readonly KnownValue[];
  /** Numbers under names of no metric we know: in lower case, every character but letters, digits and hyphens made `?`. */
  readonly unknown: readonly MqaValue[];
  /** One `mqa-value` for each value that was left out. */
  readonly problems: readonly Problem[];
};

const encoder = new TextEncoder();

/**
 * Reads the quality message in a user_data_unregistered payload, after whose UUID stands text as `readMqaText` takes it.
 * Names compare without regard to case, and `-`, `_` and `.` are the same. Of two values of one name the later counts.
 *
 * @param uuids - The UUIDs that mark quality messages.
 * @returns undefined when the UUID is none of them.
 * @throws MalformedError - `sei-malformed` when there is no room for a UUID; `mqa-malformed` when the text has neither
 * syntax, passes a limit, or has values of a scope we do not know.
 */
export function parseMqa(payload: Uint8Array, uuids: readonly MqaUuid[]): MqaMessage | undefined {
  checkHasUuid(payload);
  return matchesMqaUuid(payload, uuids) ? buildMessage(readMqaText(payload, UUID_BYTES)) : undefined;
}

/** A number of no metric we know may be any that a header can say. */
const UNKNOWN_LIMIT = 1_000_000_000;

const NO_VALUES: readonly MqaValue[] = [];
const NO_PROBLEMS: readonly Problem[] = [];

function buildMessage(entries: readonly MqaEntry[]): MqaMessage {
  let scope: MqaScope = "frame";
  let unknown = NO_VALUES;
  let problems = NO_PROBLEMS;
  const values: KnownValue[] = [];
  for (const entry of entries) {
    const [key, value] = entry;
    const known = findMqaRange(key);
    const name = known === undefined ? canonicalName(key) : key;
    if (name === "scope") {
      scope = readScope(value);
      continue;
    }
    const range = known ?? findMqaRange(name);
    const number = readNumber(value);
    if (range !== undefined) {
      const accepted = acceptMqaValue(range, number);
      if (accepted === undefined) problems = [...problems, valueProblem(range, number)];
      // A tuple that says the same already is as good as a new one.
      else
        setValue(values, name === key && Object.is(accepted, value) ? (entry as KnownValue) : [range.name, accepted]);
      continue;
    }
    const printable = name.replace(/[^a-z0-9-]/g, "?");
    if (Math.abs(number) <= UNKNOWN_LIMIT) unknown = [...new Map([...unknown, [printable, number]])];
    else problems = [...problems, unknownProblem(printable, number)];
  }
  return { scope, values, unknown, problems };
}

function canonicalName(key: string): string {
  if (key === "scope") return key;
  return key.toLowerCase().replace(/[_.]/g, "-");
}

/** Of two values of one name the later counts; a message has so few that this is quicker than a map. */
function setValue(values: KnownValue[], value: KnownValue): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i]![0] !== value[0]) continue;
    values[i] = value;
    return;
  }
  values.push(value);
}

function readScope(value: unknown): MqaScope {
  if (value === "frame") return value;
  const scope = typeof value === "string" ? value.toLowerCase() : undefined;
  if (scope === "frame" || scope === "gop" || scope === "segment") return scope;
  throw new MalformedError("mqa-malformed", "its scope is none of frame, gop and segment");
}

/** NaN for what is no number. Neither syntax can say infinity, the PSNR of equal pictures, but as a word. */
function readNumber(value: unknown): number {
  // Nothing tells -0 from 0 but what is divided by it.
  if (typeof value === "number") return value + 0;
  const text = typeof value === "string" ? value.toLowerCase() : "";
  return text === "inf" || text === "infinity" ? Number.POSITIVE_INFINITY : Number.NaN;
}

function valueProblem({ name, min, max, whole }: NamedMqaRange, value: number): Problem {
  return wrongValue(name, value, `${whole ? "an integer" : "a number"} from ${min} to ${max}`);
}

function unknownProblem(name: string, value: number): Problem {
  return wrongValue(name, value, `a number up to ${UNKNOWN_LIMIT}`);
}

function wrongValue(name: string, value: number, wanted: string): Problem {
  const detail = Number.isFinite(value) ? `${name} is ${value}, not ${wanted}` : `${name} is not ${wanted}`;
  return { code: "mqa-value", count: 1, detail };
}

/**
 * Writes the user_data_unregistered payload of a quality message as an RFC 8941 dictionary, values rounded to the three
 * decimals that it can hold.
 *
 * @throws RangeError - when a value is not in its metric's range.
 */
export function writeMqa(uuid: Uint8Array, scope: MqaScope, values: Iterable<KnownValue>): Uint8Array {
  // Tokens, keys and numbers in these ranges are their own serialization (RFC 8941 section 4.1).
  let text = `scope=${scope}`;
  for (const [name, value] of values) {
    if (acceptMqaValue(mqaRanges[name], value) !== value) throw new RangeError(`${value} is not a value of ${name}`);
    text += `, ${name}=${Math.round(value * 1000) / 1000}`;
  }
  return writeUserDataUnregistered({ uuid, data: encoder.encode(text) });
}
