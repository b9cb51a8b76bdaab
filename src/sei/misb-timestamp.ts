import { equalBytes } from "../bytes/equal-bytes.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { parseUserDataUnregistered, parseUuid, writeUserDataUnregistered } from "./user-data-unregistered.ts";

/** Which of the three messages a timestamp came in: where it is used, and its unit. */
export type MisbTimestampKind = "h264-microseconds" | "h265-microseconds" | "h265-nanoseconds";

/** An absolute time of a picture, as MISB ST 0604 puts it into a stream. */
export type MisbTimestamp = {
  readonly kind: MisbTimestampKind;
  /**
   * Bits of {@link misbStatus}. Bits 4 to 0 are reserved and set (0x1f: locked, in order); some writers leave out bit 4.
   */
  readonly status: number;
  /** Microseconds or nanoseconds since 1970-01-01T00:00:00Z: unsigned, 64 bits. */
  readonly value: bigint;
};

/** Bits of a MISB timestamp's status byte. */
export const misbStatus = {
  /** The clock was not locked to an absolute reference. */
  notLocked: 0x80,
  /** Time has not run on evenly since the message before. */
  discontinuity: 0x40,
  /** It jumped back; set only with `discontinuity`. */
  reverse: 0x20,
} as const;

/** The H.264 identifier is the text `MISPmicrosectime`. */
const UUIDS: Readonly<Record<MisbTimestampKind, string>> = {
  "h264-microseconds": "4d495350-6d69-6372-6f73-656374696d65",
  "h265-microseconds": "a8687dd4-d759-3758-a5ce-f0338b6545f1",
  "h265-nanoseconds": "cf848278-ee23-306c-9265-e8fef22fb8b8",
};

const KINDS: readonly { readonly kind: MisbTimestampKind; readonly uuid: Uint8Array }[] = Object.entries(UUIDS).map(
  ([kind, uuid]) => ({ kind: kind as MisbTimestampKind, uuid: parseUuid(uuid) }),
);

/** One status byte, then the time in four pairs of bytes with a marker between them. */
const DATA_BYTES = 12;

/** Keeps the eight bytes of the time from looking like a start code. */
const MARKER = 0xff;
const MARKER_OFFSETS: readonly number[] = [3, 6, 9];

/**
 * Reads the absolute time in a user_data_unregistered payload.
 *
 * @returns undefined when the UUID is none of ST 0604.
 * @throws MalformedError - `sei-malformed` when the payload ends early or its markers are missing.
 * @spec MISB ST 0604, precision time stamp and nano precision time stamp
 */
export function parseMisbTimestamp(payload: Uint8Array): MisbTimestamp | undefined {
  const { uuid, data } = parseUserDataUnregistered(payload);
  const kind = KINDS.find((known) => equalBytes(known.uuid, uuid))?.kind;
  if (kind === undefined) return undefined;
  if (data.length < DATA_BYTES || MARKER_OFFSETS.some((offset) => data[offset] !== MARKER)) {
    throw new MalformedError("sei-malformed", `MISB timestamp of ${data.length} bytes is short or lacks its markers`);
  }
  let value = 0n;
  for (let offset = 1; offset < DATA_BYTES; offset++) {
    if (!MARKER_OFFSETS.includes(offset)) value = (value << 8n) | BigInt(data[offset]!);
  }
  return { kind, status: data[0]!, value };
}

/** Writes the user_data_unregistered payload of an absolute time: the inverse of {@link parseMisbTimestamp}. */
export function writeMisbTimestamp({ kind, status, value }: MisbTimestamp): Uint8Array {
  const data = new Uint8Array(DATA_BYTES).fill(MARKER);
  data[0] = status;
  let left = value;
  for (let offset = DATA_BYTES - 1; offset > 0; offset--) {
    if (MARKER_OFFSETS.includes(offset)) continue;
    data[offset] = Number(left & 0xffn);
    left >>= 8n;
  }
  return writeUserDataUnregistered({ uuid: parseUuid(UUIDS[kind]), data });
}
