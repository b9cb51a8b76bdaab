import type { Rational } from "../time/rational.ts";
import type { Ticks } from "../time/units.ts";
import { type Fault, faultsOf } from "./fault.ts";
import { faultPictures, inSpan, type Span } from "./fault-span.ts";

/** What is wrong with one picture, as an encoder sees it. */
export type ScoreFault = {
  /** By how many points of a hundred quality falls. */
  readonly points: number;
  readonly freeze: boolean;
  readonly black: boolean;
};

/** A picture that nothing is wrong with. */
export const NO_SCORE_FAULT: ScoreFault = { points: 0, freeze: false, black: false };

/** The faults of one rendition's quality. Pictures are counted since the epoch, in order of presentation. */
export class ScoreFaults {
  readonly #freezes: readonly Span<number>[];
  readonly #blacks: readonly Span<number>[];
  readonly #dips: readonly (Span<number> & { readonly points: number })[];

  /**
   * @param rendition - 1 for the first.
   * @param start - When the simulation began.
   * @param rate - Pictures a second.
   */
  constructor(faults: readonly Fault[], rendition: number, start: Ticks, rate: Rational) {
    this.#freezes = faultsOf(faults, "freeze", rendition).map((fault) => faultPictures(fault, start, rate));
    this.#blacks = faultsOf(faults, "black", rendition).map((fault) => faultPictures(fault, start, rate));
    this.#dips = faultsOf(faults, "dip", rendition).map((fault) => ({
      ...faultPictures(fault, start, rate),
      points: fault.points,
    }));
  }

  /** What is wrong with a picture. */
  at(picture: number): ScoreFault {
    const isIn = (span: Span<number>): boolean => inSpan(span, picture);
    return {
      points: this.#dips.filter(isIn).reduce((sum, { points }) => sum + points, 0),
      freeze: this.#freezes.some(isIn),
      black: this.#blacks.some(isIn),
    };
  }
}
