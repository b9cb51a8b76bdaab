import type { AccessUnit } from "../demux/access-unit.ts";
import { type Milliseconds, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";

/** Decoding times that step further than this, either way, are believed when the next unit bears them out. */
const LEAP_TICKS = TICKS_PER_SECOND / 2;
/** No decoder keeps a picture for longer before it is shown: 16 of them (H.264 A.3.1, H.265 A.4.2) at eight a second. */
const MAX_DELAY_TICKS = 2 * TICKS_PER_SECOND;

/** A unit, and when its bytes came by the host's clock; absent for an input that is not live. */
export type Received = { readonly unit: AccessUnit; readonly arrival: Milliseconds | undefined };

/** A unit whose timestamps can be relied on. */
export type Checked = Received & { /** They were wrong and are put right. */ readonly corrected: boolean };

/** A unit's timestamps and arrival. */
export type Stamps = { readonly pts: Ticks; readonly dts: Ticks; readonly arrival: Milliseconds | undefined };

export function stampsOf({ unit, arrival }: Received): Stamps {
  return { pts: unit.pts, dts: decodeTimeOf(unit), arrival };
}

/**
 * Tells a clock that jumps from a timestamp that is wrong, for one elementary stream.
 *
 * A unit whose decoding time leaps waits for the next one. If that goes on from it, the clock jumped; if that goes on from the unit before
 * it, a timestamp was wrong, and the unit belongs between the two. Without this one wrong bit would move the whole
 * channel by hours.
 */
export class TimestampFilter {
  #last: Ticks | undefined;
  #waiting: Received | undefined;

  /** @returns The units that can be placed now, in order. */
  push(received: Received): readonly Checked[] {
    const time = decodeTimeOf(received.unit);
    const last = this.#last;
    const waiting = this.#waiting;
    const leaps = last !== undefined && Math.abs(time - last) > LEAP_TICKS;
    if (waiting === undefined) {
      if (!leaps) return [this.#pass(received)];
      this.#waiting = received;
      return [];
    }
    this.#waiting = undefined;
    const before = this.#pass(leaps || last === undefined ? waiting : between(last, waiting, time));
    return [before, ...this.push(received)];
  }

  /** The end of the stream: nothing will bear out what waits. */
  flush(): readonly Checked[] {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting === undefined ? [] : [this.#pass(waiting)];
  }

  #pass(received: Received & { readonly corrected?: boolean }): Checked {
    const { unit, arrival, corrected = false } = received;
    this.#last = decodeTimeOf(unit);
    const isLate = unit.kind === "video" && !isPlausible(unit.pts - unit.dts);
    return { unit: isLate ? { ...unit, pts: unit.dts } : unit, arrival, corrected: corrected || isLate };
  }
}

/** When a unit is decoded, by its input's clock. */
export function decodeTimeOf(unit: AccessUnit): Ticks {
  return unit.kind === "video" ? unit.dts : unit.pts;
}

/** Whether a picture can be shown so long after it is decoded; some encoders are a little early. */
function isPlausible(delay: number): boolean {
  return delay > -LEAP_TICKS && delay < MAX_DELAY_TICKS;
}

/** The unit with a decoding time half way between those around it. */
function between(last: Ticks, { unit, arrival }: Received, next: Ticks): Received & { readonly corrected: boolean } {
  const time = (last + Math.round((next - last) / 2)) as Ticks;
  if (unit.kind === "audio") return { unit: { ...unit, pts: time }, arrival, corrected: true };
  // Most often both times are wrong alike. Where they contradict each other, the presentation time is right.
  const delay = unit.pts - unit.dts;
  const pts = Math.abs(delay) <= LEAP_TICKS ? ((time + delay) as Ticks) : unit.pts;
  return { unit: { ...unit, dts: time, pts }, arrival, corrected: true };
}
