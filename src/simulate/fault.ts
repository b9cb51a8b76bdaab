import type { Milliseconds } from "../time/units.ts";

/** When a fault happens, and to what. Times are those of the stream, since the simulation began. */
export type FaultTime = {
  readonly at: Milliseconds;
  /** Absent: what the kind of fault says. */
  readonly duration?: Milliseconds;
  /** The number of a video rendition, 1 for the first; absent: all. */
  readonly rendition?: number;
};

/** By how much labels are moved: by time, or by pictures. Both may be negative. */
export type LabelShift = { readonly milliseconds: number } | { readonly pictures: number };

/** Kinds of fault that only a time belongs to. */
export const plainFaultKinds = ["missing-iframe", "timecode-stop", "timecode-freeze", "restart", "gap"] as const;

/** Something that goes wrong with a simulated stream. */
export type Fault = FaultTime &
  (
    | {
        /**
         * - `missing-iframe`: the first IDR picture from then on is left out; with a duration all in that span.
         * - `timecode-stop`: pictures have no timecode; without a duration for ever.
         * - `timecode-freeze`: the label of the span's first picture is repeated; without a duration for ever.
         * - `restart`: the encoder is silent for two seconds, or the duration, and begins anew with another clock.
         * - `gap`: the link is down, for a rendition that of its PID alone; without a duration for ever.
         */
        readonly kind: (typeof plainFaultKinds)[number];
      }
    | {
        /** Labels are moved; without a duration for ever. */
        readonly kind: "timecode-jump";
        readonly by: LabelShift;
      }
  );

/** Those of the faults that are of a kind and concern a rendition. */
export function faultsOf<Kind extends Fault["kind"]>(
  faults: readonly Fault[],
  kind: Kind,
  rendition: number,
): readonly Extract<Fault, { kind: Kind }>[] {
  return faults.filter(
    (fault): fault is Extract<Fault, { kind: Kind }> =>
      fault.kind === kind && (fault.rendition === undefined || fault.rendition === rendition),
  );
}
