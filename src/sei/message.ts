import { MalformedError } from "../problem/malformed-error.ts";

/**
 * One supplemental enhancement information message.
 *
 * `payload` has its emulation prevention removed.
 */
export type SeiMessage = { readonly payloadType: number; readonly payload: Uint8Array };

/** Encoders put a handful into a NAL unit; empty messages without end would take far more memory than they came in. */
const MAX_MESSAGES = 1024;

/**
 * Splits the RBSP of an SEI NAL unit (header and emulation prevention removed) into its messages.
 *
 * @returns The messages in wire order, payloads as views.
 * @throws MalformedError - `sei-malformed` when a message runs past the end, or there are too many to be real.
 * @spec Rec. ITU-T H.264 7.3.2.3.1, H.265 7.3.5
 */
export function parseSeiMessages(rbsp: Uint8Array): readonly SeiMessage[] {
  const messages: SeiMessage[] = [];
  const end = endOfMessages(rbsp);
  let offset = 0;
  const extended = (): number => {
    let value = 0;
    for (; rbsp[offset] === 0xff; offset++) value += 255;
    if (offset >= end) throw malformed(`a message header runs past byte ${end}`);
    return value + rbsp[offset++]!;
  };
  while (offset < end) {
    if (messages.length === MAX_MESSAGES) throw malformed(`more than ${MAX_MESSAGES} messages`);
    const payloadType = extended();
    const size = extended();
    if (size > end - offset) throw malformed(`type ${payloadType} claims ${size} bytes, ${end - offset} are left`);
    messages.push({ payloadType, payload: rbsp.subarray(offset, offset + size) });
    offset += size;
  }
  return messages;
}

/** What is there of rbsp_trailing_bits is the byte 0x80, as messages are whole bytes; zeros may follow it. */
function endOfMessages(rbsp: Uint8Array): number {
  let end = rbsp.length;
  while (end > 0 && rbsp[end - 1] === 0) end--;
  return end > 0 && rbsp[end - 1] === 0x80 ? end - 1 : end;
}

function malformed(detail: string): MalformedError {
  return new MalformedError("sei-malformed", detail);
}

/** Writes the RBSP of an SEI NAL unit, trailing bits included: the inverse of {@link parseSeiMessages}. */
export function writeSeiMessages(messages: readonly SeiMessage[]): Uint8Array {
  let size = 1;
  for (const { payloadType, payload } of messages) {
    size += extendedBytes(payloadType) + extendedBytes(payload.length) + payload.length;
  }
  const rbsp = new Uint8Array(size);
  let offset = 0;
  for (const { payloadType, payload } of messages) {
    offset = writeExtended(rbsp, offset, payloadType);
    offset = writeExtended(rbsp, offset, payload.length);
    rbsp.set(payload, offset);
    offset += payload.length;
  }
  rbsp[offset] = 0x80;
  return rbsp;
}

function extendedBytes(value: number): number {
  return Math.floor(value / 255) + 1;
}

/** An ff_byte for every 255, then the rest. Returns where what follows begins. */
function writeExtended(bytes: Uint8Array, offset: number, value: number): number {
  const end = offset + extendedBytes(value);
  bytes.fill(0xff, offset, end - 1);
  bytes[end - 1] = value % 255;
  return end;
}
