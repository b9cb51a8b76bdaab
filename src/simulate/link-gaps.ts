import { PACKET_BYTES } from "../mpegts/packet.ts";
import type { Ticks } from "../time/units.ts";
import { inSpan, type Span } from "./fault-span.ts";

/** A time in which nothing gets through: of one PID, or at all. */
export type LinkGap = Span<Ticks> & { readonly pid?: number };

/**
 * What of the packets sent at a time gets through.
 *
 * @param packets - Whole packets.
 * @returns The same view where all do.
 */
export function passGaps(gaps: readonly LinkGap[], time: Ticks, packets: Uint8Array): Uint8Array {
  const open = gaps.filter((gap) => inSpan(gap, time));
  if (open.length === 0) return packets;
  if (open.some(({ pid }) => pid === undefined)) return packets.subarray(0, 0);
  const closed = new Set(open.map(({ pid }) => pid));
  const passed = new Uint8Array(packets.length);
  let size = 0;
  for (let at = 0; at < packets.length; at += PACKET_BYTES) {
    const pid = ((packets[at + 1]! & 0x1f) << 8) | packets[at + 2]!;
    if (closed.has(pid)) continue;
    passed.set(packets.subarray(at, at + PACKET_BYTES), size);
    size += PACKET_BYTES;
  }
  return passed.subarray(0, size);
}
