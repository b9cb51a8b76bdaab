/** Bytes of a transport packet. @spec ISO/IEC 13818-1 2.4.3.1 */
export const PACKET_BYTES = 188;

/** First byte of every transport packet. */
export const SYNC_BYTE = 0x47;

/** Bytes of a packet before its adaptation field or payload. */
export const PACKET_HEADER_BYTES = 4;

/** The PID of the Program Association Table. @spec ISO/IEC 13818-1 table 2-3 */
export const PAT_PID = 0x0000;

/** The highest PID: a PID has 13 bits. */
export const MAX_PID = 0x1fff;

/** How many PIDs there are. */
export const PID_COUNT: number = MAX_PID + 1;

/** The PID of packets that carry nothing. */
export const NULL_PID = 0x1fff;

/** Whether a packet has an adaptation field with discontinuity_indicator set. */
export function breaksClock(bytes: Uint8Array, offset: number): boolean {
  return (bytes[offset + 3]! & 0x20) !== 0 && bytes[offset + 4]! > 0 && (bytes[offset + 5]! & 0x80) !== 0;
}
