import type { ProblemCode } from "../problem/problems.ts";

/** Every kind: the first and second priority of TR 101 290, and what makes packets useless beside them. */
export const transportErrorCodes: readonly ProblemCode[] = [
  "sync-lost",
  "sync-byte",
  "transport-error",
  "continuity",
  "adaptation-field-malformed",
  "scrambled",
  "section-malformed",
  "section-crc",
  "pat-interval",
  "pmt-interval",
  "pid-missing",
  "pcr-repetition",
  "pcr-discontinuity",
  "pcr-accuracy",
  "pts-repetition",
];

/**
 * What the transport did to an access unit, or to the stream since the access unit before it: one entry for each kind and
 * PID. The kinds are the first and second priority of TR 101 290.
 */
export type TransportError = {
  readonly code: ProblemCode;
  /** The PID it was seen on; absent where it concerns the stream as a whole (sync). */
  readonly pid?: number;
  /** How often it happened: a burst of lost packets is one event. */
  readonly events: number;
  /** Packets that are known to be lost; for `continuity` only. */
  readonly packets?: number;
};
