import type { TrackConfiguration } from "../demux/track-configuration.ts";
import type { PictureState } from "../quality/decodability.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimedPicture } from "../timeline/timed-unit.ts";

/**
 * What becomes of pictures that are damaged, or refer to what was lost: `hide`, they are left out and the last whole IDR picture stands for
 * them; `keep`, decoders make of them what they can.
 */
export type DamageHandling = (typeof damageHandlings)[number];

export const damageHandlings = ["hide", "keep"] as const;

/** Seconds. An encoder that sends no I picture for so long, and for two of its GOPs, refreshes gradually: decoders have to make do. */
const LONGEST_WAIT = 10;

/** Seconds. What is older than this is of another scene, or another programme. */
const OLDEST_STAND_IN = 30;

/** What is published of a picture. */
export type Guarded =
  | { readonly kind: "picture" }
  /** Nothing, unless nothing else could be decoded where it was to be shown: then the stand-in. */
  | { readonly kind: "left-out"; readonly standIn: TimedPicture | undefined };

const AS_IT_IS: Guarded = { kind: "picture" };
const LEFT_OUT: Guarded = { kind: "left-out", standIn: undefined };

/** A picture that makes a decoder forget all before it, so that it may be repeated. */
type Entry = {
  readonly sample: Uint8Array;
  readonly configuration: TrackConfiguration;
  readonly decodeTime: MediaTime;
};

/**
 * Keeps from decoders what they cannot decode: browsers end playback at the first slice that lost bytes, and at the first that refers to a
 * picture which is missing.
 */
export class DamageGuard {
  readonly #timescale: number;
  #entry: Entry | undefined;
  /** Decoding time of the newest picture that decoding can start at, whole or not, and the longest between two. */
  #lastAccess: MediaTime | undefined;
  #longestGop = 0;

  /** @param timescale - Of the track. */
  constructor(timescale: number) {
    this.#timescale = timescale;
  }

  /**
   * To be called with every picture of a track, in decoding order.
   *
   * @param isBroken - Nothing that follows can be decoded up to the next I picture.
   */
  take(picture: TimedPicture, state: PictureState, isBroken: boolean): Guarded {
    const { unit, decodeTime } = picture;
    if (unit.randomAccess !== undefined) {
      if (this.#lastAccess !== undefined) this.#longestGop = Math.max(this.#longestGop, decodeTime - this.#lastAccess);
      this.#lastAccess = decodeTime;
    }
    this.#lastAccess ??= decodeTime;
    if (state === "whole") {
      this.#remember(picture);
      return AS_IT_IS;
    }
    const longest = Math.max(LONGEST_WAIT * this.#timescale, 2 * this.#longestGop);
    if (decodeTime - this.#lastAccess > longest) return AS_IT_IS;
    // What refers to older pictures would be lost with it: it stands in only where nothing of them is shown any more.
    return isBroken ? { kind: "left-out", standIn: this.#standIn(picture) } : LEFT_OUT;
  }

  /** Others than IDR pictures leave decoders what was before, and would be there twice. */
  #remember({ unit, decodeTime }: TimedPicture): void {
    const { randomAccess, sample, configuration } = unit;
    if (randomAccess === undefined) return;
    const isReset = randomAccess === "idr" || randomAccess === "idr-with-leading";
    // A copy: its memory is used again.
    this.#entry = isReset ? { sample: sample.slice(), configuration, decodeTime } : undefined;
  }

  #standIn(picture: TimedPicture): TimedPicture | undefined {
    const { unit, decodeTime } = picture;
    const entry = this.#entry;
    if (entry === undefined || entry.configuration !== unit.configuration) return undefined;
    if (decodeTime - entry.decodeTime > OLDEST_STAND_IN * this.#timescale) return undefined;
    return { ...picture, unit: { ...unit, sample: entry.sample, randomAccess: "idr" } };
  }
}
