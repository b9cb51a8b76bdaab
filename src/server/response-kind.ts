/** What responses are counted by; few, whatever clients ask for. */
export type ResponseKind =
  | "manifest"
  | "init"
  | "segment"
  | "part"
  | "quality"
  | "events"
  | "operations"
  | "page"
  | "other";

const KINDS: readonly (readonly [pattern: RegExp, kind: ResponseKind])[] = [
  [/^\/[^/]+\/[^/]+\/init-[^/]+\.mp4$/, "init"],
  [/^\/[^/]+\/[^/]+\/[^/.]+\.[^/]+\.m4s$/, "part"],
  [/^\/[^/]+\/[^/]+\/[^/]+\.m4s$/, "segment"],
  [/^\/[^/]+\/([^/]+\/)?index\.m3u8$|^\/[^/]+\/manifest\.mpd$/, "manifest"],
  [/^\/[^/]+\/[^/]+\/quality\.json$/, "quality"],
  [/^\/[^/]+\/quality\/events$/, "events"],
  [/^\/(api\/channels|healthz|metrics|readyz|time)$/, "operations"],
  [/^\/(page\/[^/]+)?$/, "page"],
];

/** The kind of object that a path names, whether or not there is one. */
export function responseKind(path: string): ResponseKind {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? "other";
}
