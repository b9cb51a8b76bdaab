import type { TrackConfiguration } from "../demux/track-configuration.ts";
import type { PictureState } from "../quality/decodability.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimedPicture } from "../timeline/timed-unit.ts";

/**
 * What becomes of pictures that are damaged, or refer to what was lost: `hide`, they are left out and the last whole I picture stands for
 * them; `keep`, decoders make of them what they can.
 */
export type DamageHandling = (typeof damageHandlings)[number];

export const damageHandlings = ["hide", "keep"] as const;

/** An encoder that sends no I picture for so long refreshes gradually: decoders have to make do with what there is. Seconds. */
const LONGEST_WAIT = 10;

/** What is published of a picture. */
export type Guarded =
  | { readonly kind: "picture" }
  /** Nothing, unless nothing else could be decoded where it was to be shown: then the stand-in. */
  | { readonly kind: "left-out"; readonly standIn: TimedPicture | undefined };

const AS_IT_IS: Guarded = { kind: "picture" };
const LEFT_OUT: Guarded = { kind: "left-out", standIn: undefined };

/**
 * Keeps from decoders what they cannot decode: browsers end playback at the first slice that lost bytes, and at the first that refers to a
 * picture which is missing.
 */
export class DamageGuard {
  #entry: { readonly sample: Uint8Array; readonly configuration: TrackConfiguration } | undefined;
  /** Decoding time of the first picture since the last whole one. */
  #since: MediaTime | undefined;

  /**
   * To be called with every picture of a track, in decoding order.
   *
   * @param isBroken - Nothing that follows can be decoded up to the next I picture.
   * @param timescale - Of the track.
   */
  take(picture: TimedPicture, state: PictureState, isBroken: boolean, timescale: number): Guarded {
    const { unit, decodeTime } = picture;
    const { sample, configuration } = unit;
    if (state === "whole") {
      this.#since = undefined;
      // A copy: its memory is used again.
      if (unit.randomAccess !== undefined) this.#entry = { sample: sample.slice(), configuration };
      return AS_IT_IS;
    }
    this.#since ??= decodeTime;
    const entry = this.#entry;
    if (entry === undefined || decodeTime - this.#since > LONGEST_WAIT * timescale) return AS_IT_IS;
    // What refers to older pictures would be lost with it: it stands in only where nothing of them is shown any more.
    if (!isBroken || entry.configuration !== configuration) return LEFT_OUT;
    const standIn: TimedPicture = { ...picture, unit: { ...unit, sample: entry.sample, randomAccess: "idr" } };
    return { kind: "left-out", standIn };
  }
}
