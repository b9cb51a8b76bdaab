import type { AccessUnit } from "../demux/access-unit.ts";

/** Bytes of memory the media of a unit takes. */
export function unitSize(unit: AccessUnit): number {
  return unit.kind === "audio" ? unit.data.length : unit.sample.length;
}
