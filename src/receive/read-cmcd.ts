import type { IncomingHttpHeaders } from "node:http";
import { type Dictionary, ParseError, parseDictionary, Token } from "structured-headers";
import type { ReceiveProblem } from "./receive-problem.ts";

/** In lower case, as Node gives names of headers. */
const HEADERS = ["cmcd-object", "cmcd-request", "cmcd-session", "cmcd-status"] as const;

/** What the CMCD headers of a request say. */
export type ReadCmcd = {
  /** By key; empty where there are none, or none that can be read. */
  readonly members: Dictionary;
  readonly problems: readonly ReceiveProblem[];
};

/** What was sent, as far as it is known; `media`: neither sound nor pictures alone. */
export type SentObject = "manifest" | "init" | "video" | "audio" | "media";

/** What `ot` may be. @spec CTA-5004-B, 4 */
const OBJECT_TYPES: Readonly<Record<SentObject, readonly string[]>> = {
  manifest: ["m"],
  init: ["i"],
  video: ["v"],
  audio: ["a"],
  media: ["v", "a", "av", "tt", "c", "k", "o"],
};

/** Of custom values of version 2. */
const MAX_CUSTOM = 64;

/** Reads the CMCD headers of a request and holds them against the rules. */
export function readCmcd(headers: IncomingHttpHeaders, sent: SentObject): ReadCmcd {
  const members: Dictionary = new Map();
  const problems: ReceiveProblem[] = [];
  for (const name of HEADERS) {
    const text = headers[name];
    if (typeof text !== "string") continue;
    const read = readDictionary(text);
    if (read === undefined) {
      problems.push({ code: "cmcd-malformed", detail: `${name} has ${text.length} characters` });
      continue;
    }
    const keys = [...read.keys()];
    const at = keys.findIndex((key, i) => i > 0 && key < keys[i - 1]!);
    if (at > 0) problems.push({ code: "cmcd-order", detail: `${name}: ${keys[at]} follows ${keys[at - 1]}` });
    for (const [key, member] of read) members.set(key, member);
  }
  return { members, problems: [...problems, ...brokenRules(members, sent)] };
}

/** A value without its parameters; undefined for an inner list. */
export function bareValue(members: Dictionary, key: string): unknown {
  const value = members.get(key)?.[0];
  return Array.isArray(value) ? undefined : value;
}

function readDictionary(text: string): Dictionary | undefined {
  try {
    return parseDictionary(text);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** @spec CTA-5004-B, 2 to 4 */
function brokenRules(members: Dictionary, sent: SentObject): readonly ReceiveProblem[] {
  const problems: ReceiveProblem[] = [];
  const type = bareValue(members, "ot");
  if (members.has("ot") && !(type instanceof Token && OBJECT_TYPES[sent].includes(type.toString()))) {
    const said = type instanceof Token ? type.toString() : "no token";
    problems.push({ code: "cmcd-object-type", detail: `ot is ${said}, and what was sent is ${sent}` });
  }
  if (sent === "init" || sent === "manifest") {
    const length = ["br", "d"].filter((key) => members.has(key));
    if (length.length > 0) problems.push({ code: "cmcd-length", detail: `${length.join(" and ")} of ${sent}` });
  }
  if (bareValue(members, "v") === 2) {
    const wrong = [...members].find(([key, [value]]) => key.includes("-") && !isCustomText(value));
    if (wrong !== undefined) problems.push({ code: "cmcd-custom", detail: wrong[0] });
  }
  return problems;
}

function isCustomText(value: unknown): boolean {
  if (value instanceof Token) return value.toString().length <= MAX_CUSTOM;
  return typeof value === "string" && value.length <= MAX_CUSTOM;
}
