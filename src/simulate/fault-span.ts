import type { Rational } from "../time/rational.ts";
import { type Ticks, toTicks } from "../time/units.ts";
import type { FaultTime } from "./fault.ts";
import { firstUnitFrom } from "./unit-rate.ts";

/** A stretch of a stream: from `from` on, before `to`; it may be without end. Epoch time, or numbers of pictures. */
export type Span<Position extends number> = { readonly from: Position; readonly to: Position };

/** @param start - Epoch time at which the simulation began. */
export function faultSpan({ at, duration }: FaultTime, start: Ticks): Span<Ticks> {
  const from = (start + toTicks(at)) as Ticks;
  return { from, to: (duration === undefined ? Number.POSITIVE_INFINITY : from + toTicks(duration)) as Ticks };
}

/** Which pictures a fault concerns, counted since the epoch: those presented in its span. */
export function faultPictures(time: FaultTime, start: Ticks, rate: Rational): Span<number> {
  const { from, to } = faultSpan(time, start);
  return { from: firstUnitFrom(from, rate), to: Number.isFinite(to) ? firstUnitFrom(to, rate) : to };
}

/** Whether a position lies in a span. */
export function inSpan<Position extends number>({ from, to }: Span<Position>, position: Position): boolean {
  return position >= from && position < to;
}
