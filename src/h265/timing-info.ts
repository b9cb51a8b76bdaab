import type { BitReader } from "../bytes/bit-reader.ts";

/** The timing information that VPS and VUI have alike. */
export type TimingInfo = {
  /** A clock tick lasts numUnitsInTick / timeScale seconds. */
  readonly numUnitsInTick: number;
  readonly timeScale: number;
  /** Clock ticks from one picture order count to the next: 1 where not sent. */
  readonly numTicksPocDiffOne: number;
};

/**
 * Reads vps_num_units_in_tick or vui_num_units_in_tick to the last syntax element before the HRD parameters' own.
 *
 * @throws MalformedError - with the reader's code, when the bytes end.
 * @spec Rec. ITU-T H.265 7.3.2.1, E.2.1
 */
export function readTimingInfo(reader: BitReader): TimingInfo {
  const numUnitsInTick = reader.u(32);
  const timeScale = reader.u(32);
  const pocProportionalToTimingFlag = reader.flag();
  return { numUnitsInTick, timeScale, numTicksPocDiffOne: pocProportionalToTimingFlag ? reader.ue() + 1 : 1 };
}
