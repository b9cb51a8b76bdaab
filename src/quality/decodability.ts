import type { ProblemCode } from "../problem/problems.ts";
import type { TimedPicture } from "../timeline/timed-unit.ts";

/** What a decoder can make of a picture. */
export type PictureState = "whole" | "damaged" | "undecodable";

/** What takes payload away from a PID. */
const losses: ReadonlySet<ProblemCode> = new Set([
  "continuity",
  "transport-error",
  "adaptation-field-malformed",
  "scrambled",
]);

/** Decoding times of pictures that follow each other are a picture apart; rounding makes it a little more. */
const HOLE = 1.5;

/** A hole so long is no encoder's choice, although the picture that told of lost packets may not have got as far as here. */
const LONG_HOLE = 12;

/**
 * Follows the pictures of one video track in decoding order: one that lost bytes damages those that refer to it, up to the next
 * that decoding can start at.
 *
 * What refers to what is known from headers only: a disposable picture harms no other, any other harms all that follow. A loss that
 * took whole pictures shows as a hole in the decoding times, and harms them too.
 */
export class Decodability {
  #broken = false;
  /** Pictures presented before this one may refer to what is broken. */
  #leadingBefore: number | undefined;
  #lastDecode: number | undefined;
  #lastLost = false;

  /** Nothing that follows can be decoded, up to the next picture that decoding can start at. */
  get isBroken(): boolean {
    return this.#broken;
  }

  /** Decoders do not get the picture that was judged last. */
  miss(): void {
    this.#broken = true;
  }

  /** @param duration - Of a picture, in the track's timescale. To be called with every picture once. */
  judge({ unit, index, decodeTime }: TimedPicture, duration: number): PictureState {
    const lost = unit.transport?.some(({ code, pid }) => pid === unit.pid && losses.has(code)) ?? false;
    const step = decodeTime - (this.#lastDecode ?? decodeTime);
    const hole = lost || this.#lastLost ? HOLE : LONG_HOLE;
    if (step > hole * duration) this.#broken = true;
    this.#lastDecode = decodeTime;
    this.#lastLost = lost;
    const { damaged, disposable, randomAccess } = unit;
    if (randomAccess !== undefined) {
      const mayLeanBack = randomAccess === "open" || randomAccess === "recovery-point";
      this.#leadingBefore = this.#broken && mayLeanBack ? index : undefined;
      this.#broken = false;
    }
    const isUndecodable = this.#broken || (this.#leadingBefore !== undefined && index < this.#leadingBefore);
    if (damaged && !disposable) this.#broken = true;
    if (damaged) return "damaged";
    return isUndecodable ? "undecodable" : "whole";
  }
}
