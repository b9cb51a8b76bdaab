/**
 * Offset of the first `needle` that lies in `bytes` at or after `from`; -1 where there is none.
 *
 * This is the one use of Node's Buffer outside the edges: its search runs on the processor's vector instructions, and a search
 * for start codes, which reads every byte of every picture, takes a fifth of the time of the best loop written here
 * (docs/performance.md).
 */
export function findBytes(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  return Buffer.prototype.indexOf.call(bytes, needle, from);
}
