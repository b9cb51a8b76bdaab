import { expect } from "vitest";
import { parsePcr } from "../../src/mpegts/clock.ts";

/** One packet, read by the fields of ISO/IEC 13818-1 2.4.3.2. */
export type Packet = {
  readonly pid: number;
  readonly unitStart: boolean;
  readonly counter: number;
  readonly pcr: number | undefined;
  readonly payload: Uint8Array;
};

/** Reads whole packets; a reader of its own, so that the simulator is not judged by the project's demuxer alone. */
export function readPackets(bytes: Uint8Array): readonly Packet[] {
  expect(bytes.length % 188).toBe(0);
  return Array.from({ length: bytes.length / 188 }, (_, i) => {
    const packet = bytes.subarray(i * 188, (i + 1) * 188);
    expect(packet[0]).toBe(0x47);
    const hasAdaptation = (packet[3]! & 0x20) !== 0;
    const hasPcr = hasAdaptation && packet[4]! > 0 && (packet[5]! & 0x10) !== 0;
    return {
      pid: ((packet[1]! & 0x1f) << 8) | packet[2]!,
      unitStart: (packet[1]! & 0x40) !== 0,
      counter: packet[3]! & 0x0f,
      pcr: hasPcr ? parsePcr(packet.subarray(6)) : undefined,
      payload: (packet[3]! & 0x10) === 0 ? new Uint8Array(0) : packet.subarray(hasAdaptation ? 5 + packet[4]! : 4),
    };
  });
}

/** The PES packets of one PID, whole; the last one is left out, as it may be cut. */
export function readPes(packets: readonly Packet[], pid: number): readonly Uint8Array[] {
  const units: Uint8Array[][] = [];
  for (const packet of packets) {
    if (packet.pid !== pid) continue;
    if (packet.unitStart) units.push([]);
    units.at(-1)?.push(packet.payload);
  }
  return units.slice(0, -1).map((parts) => new Uint8Array(Buffer.concat(parts)));
}
