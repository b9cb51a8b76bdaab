import { Token } from "structured-headers";
import { isCustomKey } from "../structured-fields/custom-key.ts";
import { type Member, plainItem, writeDictionary } from "../structured-fields/dictionary.ts";

/** What is served: manifest, init segment, video or audio media. */
export type CmsdObjectType = "m" | "i" | "v" | "a";

/** How it is described: DASH, HLS. */
export type CmsdStreamingFormat = "d" | "h";

/** What the origin knows of an object for as long as it exists. Absent members are unknown or do not apply. */
export type CmsdStatic = {
  /** When its first byte became available at the origin: milliseconds since 1970-01-01T00:00:00Z. */
  readonly at?: number | undefined;
  /** Encoded bit rate, mean over the object, in whole kbit/s; media only. */
  readonly br?: number | undefined;
  /** Playback duration in whole milliseconds; media only. */
  readonly d?: number | undefined;
  /** How long the origin held the response, in whole milliseconds. */
  readonly ht?: number | undefined;
  /** Who processes the response: printable ASCII. */
  readonly n?: string | undefined;
  /** The object probably asked for next: a URL-encoded path relative to this one. */
  readonly nor?: string | undefined;
  readonly ot?: CmsdObjectType | undefined;
  readonly sf?: CmsdStreamingFormat | undefined;
  /** `v`: all segments exist; `l`: more will follow. */
  readonly st?: "v" | "l" | undefined;
  /** Wanted at once, as at start-up; false is left out. */
  readonly su?: boolean | undefined;
  /** Version of CMSD; 1 is left out. */
  readonly v?: number | undefined;
  /** By custom key. Numbers are written with at most three decimals. */
  readonly custom?: Readonly<Record<string, CmsdCustomValue>>;
};

type CmsdScalar = number | string | boolean;

/** What a custom key may have: one value, or an inner list of some. */
export type CmsdCustomValue = CmsdScalar | readonly CmsdScalar[];

const reserved = {
  at: "integer",
  br: "integer",
  d: "integer",
  ht: "integer",
  n: "string",
  nor: "string",
  ot: "token",
  sf: "token",
  st: "token",
  su: "boolean",
  v: "integer",
} as const satisfies Record<Exclude<keyof CmsdStatic, "custom">, "integer" | "string" | "token" | "boolean">;

/**
 * Writes the value of a `CMSD-Static` header. Keys stand in alphabetical order, so that equal members give equal text.
 *
 * @throws RangeError - for a custom key that is none, a number that no structured field can hold, or an `n` or `nor`
 *   that is not printable ASCII: names and values are checked where they enter, so this is a bug of the caller.
 * @spec CTA-5006; RFC 8941, 3.2 and 4.1.2
 */
export function serializeCmsdStatic(members: CmsdStatic): string {
  const items: [string, Member][] = [];
  for (const [key, type] of Object.entries(reserved)) {
    const value = members[key as keyof typeof reserved];
    if (value === undefined || value === false || (key === "v" && value === 1)) continue;
    if (type === "integer" && !Number.isInteger(value)) throw new RangeError(`CMSD ${key} is not an integer: ${value}`);
    items.push([key, plainItem(`CMSD ${key}`, type === "token" ? new Token(value as string) : value)]);
  }
  for (const [key, value] of Object.entries(members.custom ?? {})) {
    if (!isCustomKey(key)) throw new RangeError(`not a CMSD custom key: ${key}`);
    const write = (one: CmsdScalar) => plainItem(`CMSD ${key}`, one);
    items.push([key, isList(value) ? [value.map(write), new Map()] : write(value)]);
  }
  return writeDictionary(items);
}

function isList(value: CmsdCustomValue): value is readonly CmsdScalar[] {
  return Array.isArray(value);
}
