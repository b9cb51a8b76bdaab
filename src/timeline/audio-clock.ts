import type { MediaTime } from "../time/units.ts";

/** What became of a frame. */
export type AudioPlacement =
  | {
      readonly kind: "placed";
      readonly time: MediaTime;
      /** Samples missing before it. */
      readonly gap: number;
    }
  /** It lies before the end of the frame before it. */
  | { readonly kind: "overlap" };

/**
 * Puts audio frames behind each other.
 *
 * Frames follow each other without a seam: 90 kHz timestamps of 44.1 kHz frames are rounded and would leave gaps and overlaps of a
 * sample. Only when the timestamp is off by more than half a frame has something really happened.
 */
export class AudioClock {
  #next: number | undefined;

  /**
   * @param stamped - The frame's timestamp, in samples since the epoch.
   * @param samples - Its length.
   */
  place(stamped: MediaTime, samples: number): AudioPlacement {
    const next = this.#next ?? stamped;
    const off = stamped - next;
    if (off < -samples / 2) return { kind: "overlap" };
    const gap = off > samples / 2 ? off : 0;
    const time = next + gap;
    this.#next = time + samples;
    return { kind: "placed", time: time as MediaTime, gap };
  }
}
