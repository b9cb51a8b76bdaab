import type { InitSegment, Track } from "../store/segment.ts";

/**
 * How objects are named below the publishing point:
 *
 * - `plain`: a path for each (`v1/init.cmfv`, `v1/897.cmfv`), which tells what it is of even to a receiver that only stores.
 * - `m4s`: the same with the extensions of DASH and HLS (`v1/init.mp4`, `v1/897.m4s`).
 * - `streams`: one for each track (`Streams(v1.cmfv)`).
 * - `served`: as manifests name them (`v1/init-0f3a.mp4`, `v1/897.m4s`).
 */
export type ObjectNaming = (typeof objectNamings)[number] | "served";

/** Those of interface 1. */
export const objectNamings = ["plain", "m4s", "streams"] as const;

/** Extension of a CMAF track file, by what it holds. @spec ISO/IEC 23000-19 7.2; DASH-IF ingest 1.2, table 1 */
const EXTENSIONS = { video: "cmfv", audio: "cmfa" } as const;

/** Paths of the objects of a track as templates of DASH have them; of those namings that have a path for each. */
export function objectTemplates(
  naming: ObjectNaming,
  { id, kind }: Track,
): { readonly initialization: string; readonly media: string } {
  const name = (what: Parameters<typeof objectName>[2]) => objectName(naming, { id: "$RepresentationID$", kind }, what);
  return { initialization: name({ id }), media: name(0).replace("/0.", "/$Number$.") };
}

/**
 * The path of an object, relative to the publishing point.
 *
 * @param what - The init segment, or the number of a segment.
 * @spec DASH-IF ingest 1.2, interfaces 1 and 2
 */
export function objectName(naming: ObjectNaming, { id, kind }: Track, what: Pick<InitSegment, "id"> | number): string {
  const extension = EXTENSIONS[kind];
  if (naming === "streams") return `Streams(${id}.${extension})`;
  const isInit = typeof what !== "number";
  if (naming === "plain") return `${id}/${isInit ? "init" : what}.${extension}`;
  if (!isInit) return `${id}/${what}.m4s`;
  return `${id}/init${naming === "served" ? `-${what.id}` : ""}.mp4`;
}
