import { fromHex } from "../bytes/hex.ts";

/** A UUID, or the first digits of one, that marks user data as a quality message. */
export type MqaUuid = {
  /** Its first bytes. */
  readonly prefix: Uint8Array;
  /** The digit after them, where the prefix ends in the middle of a byte. */
  readonly lastDigit?: number;
};

/** 64 bits of agreement are no accident; a shorter prefix might take other people's data for ours. */
const MIN_PREFIX_DIGITS = 16;
const UUID_DIGITS = 32;

/**
 * Reads a UUID, or a prefix of one, as an operator writes it: hexadecimal, in either case, hyphens anywhere.
 *
 * @throws RangeError - when it is anything else, shorter than 16 digits or longer than a UUID.
 */
export function parseMqaUuid(text: string): MqaUuid {
  const digits = text.replaceAll("-", "").toLowerCase();
  if (!/^[0-9a-f]*$/.test(digits) || digits.length < MIN_PREFIX_DIGITS || digits.length > UUID_DIGITS) {
    throw new RangeError(`not ${MIN_PREFIX_DIGITS} to ${UUID_DIGITS} hexadecimal digits of a UUID: ${text}`);
  }
  const prefix = fromHex(digits.slice(0, digits.length & ~1));
  return digits.length % 2 === 0 ? { prefix } : { prefix, lastDigit: Number.parseInt(digits.at(-1)!, 16) };
}

/** The UUID of the messages this project writes. Its payload is the RFC 8941 form that `writeMqa` gives. */
export const OWN_MQA_UUID = "3497f44a-c2d7-4e2f-b365-fcd4aabe9852";

/** What is known in public of the UUID of SVTA2128: its first 68 bits. */
const SVTA_MQA_UUID_PREFIX = "9a21f10c-3a38-4b4e-a";

/** The UUIDs that mark quality messages unless the operator says otherwise. */
export const DEFAULT_MQA_UUIDS: readonly MqaUuid[] = [SVTA_MQA_UUID_PREFIX, OWN_MQA_UUID].map(parseMqaUuid);

/** Tells whether bytes, at least 16, start with one of the prefixes. */
export function matchesMqaUuid(bytes: Uint8Array, list: readonly MqaUuid[]): boolean {
  for (const uuid of list) if (startsWith(bytes, uuid)) return true;
  return false;
}

function startsWith(bytes: Uint8Array, { prefix, lastDigit }: MqaUuid): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[i] !== prefix[i]) return false;
  return lastDigit === undefined || bytes[prefix.length]! >> 4 === lastDigit;
}
