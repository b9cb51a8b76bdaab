import { type BareItem, type Item, Token } from "structured-headers";
import { isCustomKey } from "../structured-fields/custom-key.ts";
import { type Member, plainItem, writeDictionary } from "../structured-fields/dictionary.ts";

/** 1 is CTA-5004; 2 is CTA-5004-A and -B. They differ in how values are written. */
export type CmcdVersion = 1 | 2;

/** What is sent: manifest, init segment, video or audio media. */
export type CmcdObjectType = "m" | "i" | "v" | "a";

/** What a sender knows of an object and of its session. Absent members are unknown or do not apply. */
export type Cmcd = {
  /** Encoded bit rate, mean over the object, in whole kbit/s; media only. */
  readonly br?: number | undefined;
  /** Playback duration in whole milliseconds; media only. */
  readonly d?: number | undefined;
  readonly ot: CmcdObjectType;
  /** By custom key; of the object. Written with at most three decimals, in version 2 as text. */
  readonly custom?: Readonly<Record<string, number>>;
  /** What is sent next of the track: a path relative to this one. */
  readonly nor?: string | undefined;
  /** Counts the requests of the session from 0; version 2 only. */
  readonly sn?: number | undefined;
  /** What is sent: at most 128 printable ASCII characters. */
  readonly cid: string;
  /** This run of the sender: at most 64 printable ASCII characters. */
  readonly sid: string;
  /** How it is described: DASH, HLS, or nothing that is known. */
  readonly sf?: "d" | "h" | undefined;
  /** Live, of low latency or not; version 1 knows no `ll`. */
  readonly st: "l" | "ll";
};

/** The request headers, each with at least one member. */
export type CmcdHeaders = Readonly<Partial<Record<"CMCD-Object" | "CMCD-Request" | "CMCD-Session", string>>>;

/** Longest custom value of version 2. */
const MAX_CUSTOM = 64;

/**
 * Writes the CMCD request headers of one object.
 *
 * @throws RangeError - for a custom key that is none, or a value that no structured field can hold: names and values are checked where
 *   they enter, so this is a bug of the caller.
 * @spec CTA-5004; CTA-5004-B, 2 to 4
 */
export function cmcdHeaders(members: Cmcd, version: CmcdVersion): CmcdHeaders {
  const { br, d, ot, custom = {}, nor, sn, cid, sid, sf, st } = members;
  const isMedia = ot === "v" || ot === "a";
  const headers = {
    "CMCD-Object": [
      ...given("br", isMedia ? br : undefined, (value) =>
        version === 1 ? plain("br", value) : typed("br", value, ot),
      ),
      ...given("d", isMedia ? d : undefined, (value) => plain("d", value)),
      ["ot", plain("ot", new Token(ot))],
      ...Object.entries(custom).map(([key, value]) => [key, customItem(key, value, version)] as const),
    ],
    "CMCD-Request": [
      ...given("nor", nor, (value) => (version === 1 ? plain("nor", encodeURIComponent(value)) : list("nor", value))),
      ...given("sn", version === 1 ? undefined : sn, (value) => plain("sn", value)),
    ],
    "CMCD-Session": [
      ["cid", plain("cid", cid)],
      ...given("sf", sf, (value) => plain("sf", new Token(value))),
      ["sid", plain("sid", sid)],
      ["st", plain("st", new Token(version === 1 ? "l" : st))],
      ...given("v", version === 1 ? undefined : version, (value) => plain("v", value)),
    ],
  } as const satisfies Record<string, readonly (readonly [string, Member])[]>;
  const written = Object.entries(headers).filter(([, members]) => members.length > 0);
  return Object.fromEntries(written.map(([name, members]) => [name, writeDictionary(members)]));
}

function given<Value>(
  key: string,
  value: Value | undefined,
  write: (value: Value) => Member,
): readonly (readonly [string, Member])[] {
  return value === undefined ? [] : [[key, write(value)]];
}

function plain(key: string, value: BareItem): Item {
  return plainItem(`CMCD ${key}`, value);
}

/** An inner list of one value that says what it is of. */
function typed(key: string, value: number, ot: CmcdObjectType): Member {
  const [bare] = plain(key, value);
  return [[[bare, new Map([[ot, true]])]], new Map()];
}

function list(key: string, value: string): Member {
  return [[plain(key, value)], new Map()];
}

function customItem(key: string, value: number, version: CmcdVersion): Member {
  if (!isCustomKey(key)) throw new RangeError(`not a CMCD custom key: ${key}`);
  const [bare] = plain(key, value);
  return version === 1 ? [bare, new Map()] : plain(key, String(bare).slice(0, MAX_CUSTOM));
}
