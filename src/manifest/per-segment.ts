import type { Segment } from "../store/segment.ts";
import type { QualitySignals } from "./quality-signals.ts";

/**
 * Makes what depends on a segment and the signals alone once for each segment, so that a manifest of a long window is
 * written without formatting it again.
 */
export function perSegment<T>(
  make: (segment: Segment, signals: QualitySignals) => T,
): (segment: Segment, signals: QualitySignals) => T {
  const bySignals = new WeakMap<QualitySignals, WeakMap<Segment, T>>();
  return (segment, signals) => {
    let made = bySignals.get(signals);
    if (made === undefined) {
      made = new WeakMap();
      bySignals.set(signals, made);
    }
    let one = made.get(segment);
    if (one === undefined) {
      one = make(segment, signals);
      made.set(segment, one);
    }
    return one;
  };
}
