import { serializeDictionary } from "structured-headers";

/**
 * Writes the value of a `CMSD-MQA` header, a vendor's own, as a dictionary of structured fields.
 *
 * @param members - By key: lower-case letters, digits, hyphens and dots, beginning with a letter; in this order. At most three decimals.
 * @spec RFC 8941, 3.2
 */
export function serializeCmsdMqa(members: Readonly<Record<string, number>>): string {
  return serializeDictionary(new Map(Object.entries(members).map(([key, value]) => [key, [value, new Map()]])));
}
