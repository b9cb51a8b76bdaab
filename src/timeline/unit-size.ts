import type { AccessUnit } from "../demux/access-unit.ts";

/** The most media that is kept in one place, 12 s at 170 Mb/s: bounds memory where timestamps make no sense. */
export const MAX_MEDIA_BYTES: number = 256 << 20;

/** Bytes of memory the media of a unit takes. */
export function unitSize(unit: AccessUnit): number {
  return unit.kind === "audio" ? unit.data.length : unit.sample.length;
}
