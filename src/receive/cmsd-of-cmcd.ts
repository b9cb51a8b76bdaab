import { type Dictionary, Token } from "structured-headers";
import { type CmsdCustomValue, type CmsdObjectType, serializeCmsdStatic } from "../cmsd/cmsd-static.ts";
import { defaultPublishOptions } from "../quality/publish-options.ts";
import { isCustomKey } from "../structured-fields/custom-key.ts";
import { bareValue } from "./read-cmcd.ts";

const OBJECT_TYPES: readonly string[] = ["m", "i", "v", "a"] satisfies readonly CmsdObjectType[];

/** A number as a structured field has it, which CMCD version 2 sends as text. @spec RFC 8941, 3.3.1 and 3.3.2 */
const NUMBER = /^-?(?:\d{1,15}|\d{1,12}\.\d{1,3})$/;

/**
 * What an origin says of an object that was pushed, as this packager would say it of one that is pulled: from the CMCD headers it came with.
 *
 * @returns The value of `CMSD-Static`; undefined where there was no CMCD.
 * @spec CTA-5004-B; CTA-5006
 */
export function cmsdOfCmcd(members: Dictionary): string | undefined {
  if (members.size === 0) return undefined;
  const ot = tokenOf(members, "ot");
  return serializeCmsdStatic({
    br: countOf(firstOf(members, "br")),
    d: countOf(firstOf(members, "d")),
    n: defaultPublishOptions.identifier,
    ot: ot !== undefined && OBJECT_TYPES.includes(ot) ? (ot as CmsdObjectType) : undefined,
    st: streamType(tokenOf(members, "st")),
    custom: customOf(members),
  });
}

/** The composite score that came with an object; undefined where there is none. */
export function scoreOf(members: Dictionary): number | undefined {
  const [, score] =
    Object.entries(customOf(members)).find(([key]) => /\.mqa-(?:prev-)?(?:video|audio)$/.test(key)) ?? [];
  return typeof score === "number" ? score : undefined;
}

function customOf(members: Dictionary): Record<string, CmsdCustomValue> {
  const custom: Record<string, CmsdCustomValue> = {};
  for (const key of members.keys()) {
    const value = bareValue(members, key);
    if (!isCustomKey(key)) continue;
    if (typeof value === "number" || typeof value === "boolean") custom[key] = value;
    else if (typeof value === "string") custom[key] = NUMBER.test(value) ? Number(value) : value;
    else if (value instanceof Token) custom[key] = value.toString();
  }
  return custom;
}

/** Version 2 has a list of values, each of a type; what is pushed has one. */
function firstOf(members: Dictionary, key: string): unknown {
  const value = members.get(key)?.[0];
  return Array.isArray(value) ? value[0]?.[0] : value;
}

function countOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function tokenOf(members: Dictionary, key: string): string | undefined {
  const value = bareValue(members, key);
  return value instanceof Token ? value.toString() : undefined;
}

function streamType(st: string | undefined): "l" | "v" | undefined {
  if (st === "l" || st === "ll") return "l";
  return st === "v" ? "v" : undefined;
}
