import { type BareItem, type InnerList, type Item, serializeDictionary } from "structured-headers";

/** A member of a dictionary: one value, or an inner list of some. */
export type Member = Item | InnerList;

/**
 * Writes a dictionary. Keys stand in alphabetical order, so that equal members give equal text.
 *
 * @spec RFC 8941, 3.2 and 4.1.2
 */
export function writeDictionary(members: Iterable<readonly [key: string, member: Member]>): string {
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  return serializeDictionary(new Map(sorted));
}

/** A value without parameters, after {@link bareItem}. */
export function plainItem(what: string, value: BareItem): Item {
  return [bareItem(what, value), new Map()];
}

/**
 * Checks one value. Decimals are rounded here: a structured field has at most three places, and the serializer would
 * turn 99.9999 into `100.`, which is malformed.
 *
 * @param what - Its name in errors, such as `CMSD br`.
 * @throws RangeError - for a number that no structured field can hold, or a text that is not printable ASCII.
 * @spec RFC 8941, 3.3
 */
export function bareItem(what: string, value: BareItem): BareItem {
  if (typeof value === "string" && !/^[\x20-\x7e]*$/.test(value))
    throw new RangeError(`${what} is not printable ASCII`);
  if (typeof value !== "number") return value;
  const limit = Number.isInteger(value) ? 1e15 : 1e12;
  if (!(Math.abs(value) < limit)) throw new RangeError(`${what} is out of range: ${value}`);
  return Number.isInteger(value) ? value : Math.round(value * 1000) / 1000;
}
