/** What is used of one RTP packet. */
export type RtpPacket = {
  readonly sequence: number;
  /** The synchronization source: another one is another sender, counting on its own. */
  readonly ssrc: number;
  /** A view into the datagram. */
  readonly payload: Uint8Array;
};

const FIXED_HEADER_BYTES = 12;
const PACKET_BYTES = 188;
const SYNC_BYTE = 0x47;

/** MPEG-2 transport stream. @spec RFC 3551 6 */
const PAYLOAD_TYPE_MP2T = 33;

/**
 * Reads a datagram as RTP that carries a transport stream.
 *
 * It is one if its header is whole, of version 2, and either the payload type says MP2T or, as dynamic types are in use
 * too, every 188th byte of the payload is a sync byte. A transport packet starts with 0x47, which is RTP version 1.
 *
 * @returns Undefined where the datagram is anything else; its bytes are then taken as they are.
 * @spec RFC 3550 5.1, 5.3.1; RFC 2250 2
 */
export function unwrapRtp(datagram: Uint8Array): RtpPacket | undefined {
  const first = datagram[0] ?? 0;
  if (first >> 6 !== 2 || datagram.length < FIXED_HEADER_BYTES) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const start = payloadStart(view);
  if (start === undefined) return undefined;
  const padding = (first & 0x20) === 0 ? 0 : view.getUint8(view.byteLength - 1);
  const end = view.byteLength - padding;
  if (end < start || ((first & 0x20) !== 0 && padding === 0)) return undefined;
  const payload = datagram.subarray(start, end);
  if ((view.getUint8(1) & 0x7f) !== PAYLOAD_TYPE_MP2T && !isTransportPackets(payload)) return undefined;
  return { sequence: view.getUint16(2), ssrc: view.getUint32(8), payload };
}

/** Behind the contributing sources and the header extension; undefined where they run over the end. */
function payloadStart(view: DataView): number | undefined {
  const first = view.getUint8(0);
  const extension = FIXED_HEADER_BYTES + 4 * (first & 0x0f);
  if ((first & 0x10) === 0) return extension <= view.byteLength ? extension : undefined;
  if (extension + 4 > view.byteLength) return undefined;
  const start = extension + 4 + 4 * view.getUint16(extension + 2);
  return start <= view.byteLength ? start : undefined;
}

function isTransportPackets(payload: Uint8Array): boolean {
  if (payload.length === 0 || payload.length % PACKET_BYTES !== 0) return false;
  for (let i = 0; i < payload.length; i += PACKET_BYTES) if (payload[i] !== SYNC_BYTE) return false;
  return true;
}

/** A larger step forward is a sender that started anew, not a loss. @spec RFC 3550 A.1, MAX_DROPOUT */
const MAX_DROPOUT = 3000;

/** A packet not further back than this is late; one further back is a new start. @spec RFC 3550 A.1, MAX_MISORDER */
const MAX_MISORDER = 100;

/** Counts what is missing from the sequence numbers of an RTP stream. Packets that come late stay counted. */
export class RtpSequence {
  #ssrc: number | undefined;
  #next = 0;
  #lost = 0;

  get lost(): number {
    return this.#lost;
  }

  push(packet: RtpPacket): void {
    const step = packet.ssrc === this.#ssrc ? (packet.sequence - this.#next) & 0xffff : 0;
    // Late or repeated: what is expected next does not change.
    if (step >= 0x10000 - MAX_MISORDER) return;
    if (step < MAX_DROPOUT) this.#lost += step;
    this.#ssrc = packet.ssrc;
    this.#next = (packet.sequence + 1) & 0xffff;
  }
}
