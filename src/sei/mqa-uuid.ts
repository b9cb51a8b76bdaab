/** A UUID, or the first digits of one, that marks user data as a quality message. */
export type MqaUuid = {
  /** Lower-case hexadecimal without hyphens; may have an odd number of digits. Made by {@link parseMqaUuid}. */
  readonly prefixHex: string;
};

/** 64 bits of agreement are no accident; a shorter prefix might take other people's data for ours. */
const MIN_PREFIX_DIGITS = 16;
const UUID_DIGITS = 32;
const HEX_DIGITS = "0123456789abcdef";

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
  return { prefixHex: digits };
}

/** The UUID of the messages this project writes. Its payload is the RFC 8941 form that `writeMqa` gives. */
export const OWN_MQA_UUID = "3497f44a-c2d7-4e2f-b365-fcd4aabe9852";

/** What is known in public of the UUID of SVTA2128: its first 68 bits. */
const SVTA_MQA_UUID_PREFIX = "9a21f10c-3a38-4b4e-a";

/** The UUIDs that mark quality messages unless the operator says otherwise. */
export const DEFAULT_MQA_UUIDS: readonly MqaUuid[] = [SVTA_MQA_UUID_PREFIX, OWN_MQA_UUID].map(parseMqaUuid);

/** Tells whether the 16 bytes of a UUID start with one of the prefixes. */
export function matchesMqaUuid(uuid: Uint8Array, list: readonly MqaUuid[]): boolean {
  return list.some(({ prefixHex }) => startsWith(uuid, prefixHex));
}

/** Digit by digit: it is asked of every picture, and most messages differ in the first. */
function startsWith(bytes: Uint8Array, prefixHex: string): boolean {
  for (let i = 0; i < prefixHex.length; i++) {
    const byte = bytes[i >> 1]!;
    const digit = i % 2 === 0 ? byte >> 4 : byte & 0x0f;
    if (HEX_DIGITS.charCodeAt(digit) !== prefixHex.charCodeAt(i)) return false;
  }
  return true;
}
