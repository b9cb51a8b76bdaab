import { manifestType } from "../manifest/content-type.ts";

/** What an extension says of an object. */
type ObjectForm = { readonly kind: "media" | "manifest"; readonly contentType: string };

const VIDEO: ObjectForm = { kind: "media", contentType: "video/mp4" };
const AUDIO: ObjectForm = { kind: "media", contentType: "audio/mp4" };
const OTHER: ObjectForm = { kind: "media", contentType: "application/mp4" };

/** @spec DASH-IF ingest 1.2, tables of media types of interfaces 1 and 2 */
const FORMS: ReadonlyMap<string, ObjectForm> = new Map([
  ["cmfv", VIDEO],
  ["cmfa", AUDIO],
  ["cmft", OTHER],
  ["cmfm", OTHER],
  ["mp4", VIDEO],
  ["m4v", VIDEO],
  ["m4a", AUDIO],
  ["m4s", { kind: "media", contentType: "video/iso.segment" }],
  ["init", VIDEO],
  ["header", VIDEO],
  ["mpd", { kind: "manifest", contentType: manifestType(".mpd") }],
  ["m3u8", { kind: "manifest", contentType: manifestType(".m3u8") }],
]);

/** An object of the receiver, by where it lies. */
export type ObjectPath = ObjectForm & {
  /** Without slashes at either end; empty: the root. */
  readonly folder: string;
  readonly name: string;
  readonly extension: string;
};

/**
 * What a request is for:
 *
 * - `object`: a path of its own.
 * - `streams`: `Streams(NAME.EXT)`, one URL for all objects of a track, which lie in `folder`.
 * - `folder`: something that is no object; only an empty request may be for it.
 * - `forbidden`: no path of the receiver.
 */
export type RequestTarget =
  | ({ readonly kind: "object" } & { readonly object: ObjectPath })
  | ({ readonly kind: "streams" } & { readonly folder: string; readonly extension: string })
  | { readonly kind: "folder" }
  | { readonly kind: "forbidden" };

/** A publishing point, a session, a switching set and a track need five. */
const MAX_ELEMENTS = 8;

/** What file systems take of a name. */
const MAX_NAME_BYTES = 255;

/** As much, less what the hidden file beside an object has around its name. */
const MAX_OBJECT_NAME_BYTES = 240;

/** Nothing that a file system, a URL or a shell reads as anything but a name; hidden files are the receiver's own. */
const NAME = /^[A-Za-z0-9_()~-][A-Za-z0-9._()~-]*$/;

const STREAMS = /^Streams\(([A-Za-z0-9_~-][A-Za-z0-9._~-]*)\.([a-z0-9]+)\)$/;

/**
 * Reads the path of a request.
 *
 * @param url - As in the request line; percent-encoding and a query are allowed.
 * @spec DASH-IF ingest 1.2, interface 1 (`Streams(...)`), interface 2
 */
export function parseTarget(url: string): RequestTarget {
  const elements = decodeElements(url);
  const last = elements?.at(-1);
  if (elements === undefined || last === undefined) return { kind: "forbidden" };
  const folders = elements.slice(0, -1);
  if (!folders.every(isFolder)) return { kind: "forbidden" };
  if (last === "") return { kind: folders.length > MAX_ELEMENTS ? "forbidden" : "folder" };
  if (!isFolder(last) || elements.length > MAX_ELEMENTS) return { kind: "forbidden" };
  const [, track, streamsExtension = ""] = STREAMS.exec(last) ?? [];
  if (track !== undefined && FORMS.get(streamsExtension)?.kind === "media") {
    // The track is a folder, and its objects lie in it.
    if (elements.length + 1 > MAX_ELEMENTS) return { kind: "forbidden" };
    return { kind: "streams", folder: [...folders, track].join("/"), extension: streamsExtension };
  }
  const object = objectAt(folders.join("/"), last);
  if (object === undefined) return { kind: "folder" };
  return last.length > MAX_OBJECT_NAME_BYTES ? { kind: "forbidden" } : { kind: "object", object };
}

/** An object by its folder and name; undefined for an extension that is none of an object. */
export function objectAt(folder: string, name: string): ObjectPath | undefined {
  const extension = /\.([a-z0-9]+)$/.exec(name)?.[1] ?? "";
  const form = FORMS.get(extension);
  return form && { ...form, folder, name, extension };
}

/** Its path below the root. */
export function pathOf({ folder, name }: Pick<ObjectPath, "folder" | "name">): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Elements behind the first slash; a slash at the end gives an empty last one; undefined for what is no path. */
function decodeElements(url: string): readonly string[] | undefined {
  const [path = ""] = url.split("?", 1);
  if (!path.startsWith("/")) return undefined;
  const elements = path.slice(1).split("/");
  try {
    return elements.map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function isFolder(element: string): boolean {
  return element.length <= MAX_NAME_BYTES && NAME.test(element);
}
