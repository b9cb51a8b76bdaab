import { fromHex, toHex } from "../bytes/hex.ts";
import { MalformedError } from "../problem/malformed-error.ts";

/** The payload begins with them. */
export const UUID_BYTES = 16;
const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A message whose meaning only those who know its UUID can tell. Views into the payload it came from. */
export type UserDataUnregistered = {
  /** 16 bytes. */
  readonly uuid: Uint8Array;
  readonly data: Uint8Array;
};

/**
 * Reads a user_data_unregistered payload.
 *
 * @throws MalformedError - `sei-malformed` when it is too short for its UUID.
 * @spec Rec. ITU-T H.264 D.1.7, H.265 D.2.7
 */
export function parseUserDataUnregistered(payload: Uint8Array): UserDataUnregistered {
  checkHasUuid(payload);
  return { uuid: payload.subarray(0, UUID_BYTES), data: payload.subarray(UUID_BYTES) };
}

/** @throws MalformedError - `sei-malformed` when a payload is too short for its UUID. */
export function checkHasUuid(payload: Uint8Array): void {
  if (payload.length >= UUID_BYTES) return;
  throw new MalformedError("sei-malformed", `user data of ${payload.length} bytes has no room for its UUID`);
}

/**
 * Writes a user_data_unregistered payload: the inverse of {@link parseUserDataUnregistered}.
 *
 * @throws RangeError - when the UUID is not 16 bytes.
 */
export function writeUserDataUnregistered({ uuid, data }: UserDataUnregistered): Uint8Array {
  if (uuid.length !== UUID_BYTES) throw new RangeError(`a UUID has 16 bytes, not ${uuid.length}`);
  const payload = new Uint8Array(UUID_BYTES + data.length);
  payload.set(uuid);
  payload.set(data, UUID_BYTES);
  return payload;
}

/**
 * The 16 bytes of a UUID in its usual text form, in either case.
 *
 * @throws RangeError - when the text has another form.
 * @spec RFC 9562 section 4
 */
export function parseUuid(text: string): Uint8Array {
  if (!UUID_TEXT.test(text)) throw new RangeError(`not a UUID: ${text}`);
  return fromHex(text);
}

/** The text form of a UUID of 16 bytes, in lower case: the inverse of {@link parseUuid}. */
export function formatUuid(uuid: Uint8Array): string {
  const hex = toHex(uuid);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
