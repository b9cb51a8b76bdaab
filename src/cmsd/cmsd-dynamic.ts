import { serializeList } from "structured-headers";

/**
 * Writes the value of a `CMSD-Dynamic` header that one host on the way contributed to: a list of one member, its parameters in the
 * order given.
 *
 * @param n - Who contributed: printable ASCII.
 * @param parameters - By key: lower-case letters, digits, hyphens and dots, beginning with a letter. At most three decimals.
 * @spec CTA-5006; RFC 8941, 3.1 and 3.1.2
 */
export function serializeCmsdDynamic(n: string, parameters: Readonly<Record<string, number>>): string {
  return serializeList([[n, new Map(Object.entries(parameters))]]);
}
