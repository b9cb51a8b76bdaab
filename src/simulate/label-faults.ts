import { mulDivRound } from "../time/rational.ts";
import type { Ticks } from "../time/units.ts";
import type { LabelCounting } from "./epoch-timecode.ts";
import { type Fault, faultsOf, type LabelShift } from "./fault.ts";
import { faultPictures, inSpan, type Span } from "./fault-span.ts";

/** The faults of one rendition's timecodes. Pictures are counted since the epoch. */
export class LabelFaults {
  readonly #stops: readonly Span<number>[];
  readonly #freezes: readonly Span<number>[];
  readonly #jumps: readonly (Span<number> & { readonly pictures: number })[];

  /**
   * @param rendition - 1 for the first.
   * @param start - When the simulation began.
   */
  constructor(faults: readonly Fault[], rendition: number, start: Ticks, counting: LabelCounting) {
    const { rate } = counting;
    this.#stops = faultsOf(faults, "timecode-stop", rendition).map((fault) => faultPictures(fault, start, rate));
    this.#freezes = faultsOf(faults, "timecode-freeze", rendition).map((fault) => faultPictures(fault, start, rate));
    this.#jumps = faultsOf(faults, "timecode-jump", rendition).map((fault) => ({
      ...faultPictures(fault, start, rate),
      pictures: shiftedPictures(fault.by, counting),
    }));
  }

  /** Which picture's label a picture gets; undefined: none. */
  labelled(picture: number): number | undefined {
    if (this.#stops.some((span) => inSpan(span, picture))) return undefined;
    const source = this.#freezes.find((span) => inSpan(span, picture))?.from ?? picture;
    return this.#jumps.reduce((moved, jump) => (inSpan(jump, source) ? moved + jump.pictures : moved), source);
  }
}

/** Labels that drop none at a fractional rate have seconds that last longer than a second. */
function shiftedPictures(by: LabelShift, { rate, dropFrame, perSecond, picturesPerLabel }: LabelCounting): number {
  if ("pictures" in by) return by.pictures;
  const { num, den } = dropFrame ? rate : { num: perSecond * picturesPerLabel, den: 1 };
  return mulDivRound(by.milliseconds, num, 1000 * den);
}
