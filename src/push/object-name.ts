import type { Track } from "../store/segment.ts";

/**
 * How objects are named below the publishing point: `plain`, a path for each (`v1/init.cmfv`, `v1/897.cmfv`), which tells what it is of even
 * to a receiver that only stores; `streams`, one for each track (`Streams(v1.cmfv)`).
 */
export type ObjectNaming = (typeof objectNamings)[number];

export const objectNamings = ["plain", "streams"] as const;

/** Extension of a CMAF track file, by what it holds. @spec ISO/IEC 23000-19 7.2; DASH-IF ingest 1.2, table 1 */
const EXTENSIONS = { video: "cmfv", audio: "cmfa" } as const;

/**
 * The path of an object, relative to the publishing point.
 *
 * @param what - `init`, or the number of a segment.
 * @spec DASH-IF ingest 1.2, interface 1
 */
export function objectName(naming: ObjectNaming, { id, kind }: Track, what: "init" | number): string {
  const extension = EXTENSIONS[kind];
  return naming === "streams" ? `Streams(${id}.${extension})` : `${id}/${what}.${extension}`;
}
