import type { Milliseconds } from "../time/units.ts";
import type { Deadline } from "./deadline.ts";
import type { OutgoingSegment } from "./outgoing-segment.ts";

/** Pieces in which a body is handed over, so that it is seen how much of it the receiver takes. */
const PIECE_BYTES = 64 * 1024;

/** @param idle - Begins anew whenever the receiver has room for more, and ends with the body: the rest lies before the receiver. */
export function* inPieces(body: readonly Uint8Array[], idle: Deadline): Generator<Uint8Array> {
  for (const stretch of body) {
    for (let at = 0; at < stretch.length; at += PIECE_BYTES) {
      idle.start();
      yield stretch.subarray(at, at + PIECE_BYTES);
    }
  }
  idle.stop();
}

/** What comes of a segment while it is being made. Time in which nothing comes is not the receiver's. */
export async function* asItComes(
  segment: OutgoingSegment,
  patience: Milliseconds,
  { idle, total }: { readonly idle: Deadline; readonly total: Deadline },
): AsyncGenerator<Uint8Array> {
  for await (const stretch of segment.stretches(patience)) {
    total.start();
    yield* inPieces([stretch], idle);
  }
}
