import type { Milliseconds } from "../time/units.ts";
import type { DurationLimits } from "./duration.ts";

/** Shorter segments are all header; longer ones no player starts on. */
export const SEGMENT_LIMITS: DurationLimits = { min: 500 as Milliseconds, max: 30_000 as Milliseconds };

// What help texts name, too; as they are written in a configuration.
export const DEFAULT_LISTEN = "0.0.0.0:8080";
export const DEFAULT_SEGMENT = "2s";
export const DEFAULT_PART = "0.5s";
export const DEFAULT_MISSING = "empty";
export const DEFAULT_WINDOW = "60s";
export const DEFAULT_DAMAGED = "hide";
