import type { ObjectPath } from "./object-path.ts";

/** What encoders call a file by what it is, not by its track. */
const WORDS: ReadonlySet<string> = new Set(["init", "header", "chunk", "seg", "segment", "fragment", "media"]);

/** Extensions that say what a track is of. */
const CMAF_TRACK = /^cmf[vatm]$/;

/**
 * The track that an object is of, for reports: its folder, and what its name has beside the number and words such as `init` and `chunk`. So `v1/897.cmfv`
 * is of `v1.cmfv`, and ffmpeg's `x/chunk-stream0-00001.m4s` and `x/init-stream0.m4s` are of `x/stream0`.
 */
export function trackId(object: ObjectPath, isInit: boolean): string {
  const part = trackWords(object, isInit).join("-");
  const extension = CMAF_TRACK.test(object.extension) ? `.${object.extension}` : "";
  return `${[object.folder, part].filter((element) => element !== "").join("/")}${extension}` || object.name;
}

/**
 * What a file name says of its track; nothing where the folder is the track.
 *
 * @param isInit - The digits at its end are no number of a segment.
 */
export function trackWords({ name, extension }: ObjectPath, isInit: boolean): readonly string[] {
  const tokens = name.slice(0, -extension.length - 1).split(/[._~()-]+/);
  if (!isInit) {
    const number = tokens.findLastIndex((token) => /^\d+$/.test(token));
    if (number >= 0) tokens.splice(number, 1);
    else tokens.push(tokens.pop()!.replace(/\d+$/, ""));
  }
  return tokens.filter((token) => token !== "" && !WORDS.has(token));
}

/** Whether a name is that of an init segment, whatever is in it. */
export function isInitName({ name, extension }: ObjectPath): boolean {
  return extension === "init" || extension === "header" || name.split(/[._~()-]+/).includes("init");
}
