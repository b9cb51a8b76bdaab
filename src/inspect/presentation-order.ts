import type { Ticks } from "../time/units.ts";

/**
 * Pictures that wait. Twice what H.264 and H.265 let a decoder keep (16), so that the first picture only leaves when
 * the picture rate, which is read from as many, is known.
 */
const WAITING = 32;

/** Puts pictures that come in decoding order into the order in which they are shown. */
export class PresentationOrder<T extends { readonly pts: Ticks }> {
  readonly #waiting: T[] = [];
  #depth = 0;

  /** @returns The next to be shown, once enough are waiting. */
  push(picture: T): T | undefined {
    let place = this.#waiting.length;
    while (place > 0 && this.#waiting[place - 1]!.pts > picture.pts) place--;
    this.#depth = Math.max(this.#depth, this.#waiting.length - place);
    this.#waiting.splice(place, 0, picture);
    return this.#waiting.length > WAITING ? this.#waiting.shift() : undefined;
  }

  /** All that wait, in order. */
  flush(): readonly T[] {
    return this.#waiting.splice(0);
  }

  /** The most pictures that came before one that is shown before them. */
  get depth(): number {
    return this.#depth;
  }
}
