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
export const plainFaultKinds = [
  "missing-iframe",
  "timecode-stop",
  "timecode-freeze",
  "restart",
  "gap",
  "freeze",
  "black",
] as const;

/** Kinds of fault that say more than a time. All last for ever without a duration. */
export type FaultValue =
  | {
      /** Labels are moved. */
      readonly kind: "timecode-jump";
      readonly by: LabelShift;
    }
  | {
      /** A share of packets is lost on the way to the outputs that it rains on; for a rendition, of those of its PID. */
      readonly kind: "rain";
      /** Up to 0.5. */
      readonly loss: number;
    }
  | {
      /** Scores fall. */
      readonly kind: "dip";
      /** 1 to 100. */
      readonly points: number;
    };

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
         * - `freeze`: scores say that pictures repeat the one before; without a duration for ever.
         * - `black`: scores say that pictures are black; without a duration for ever.
         */
        readonly kind: (typeof plainFaultKinds)[number];
      }
    | FaultValue
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
