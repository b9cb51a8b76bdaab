import { ConfigError } from "../problem/config-error.ts";
import { parseSrtUrl, type SrtInputUrl } from "./srt-url.ts";
import { parseUdpUrl, type UdpInputUrl } from "./udp-url.ts";
import { decode, hasControlCharacters, maskSecrets, parseProgram, parseQuery, type Refuse } from "./url-parts.ts";

/** A file or a named pipe. */
export type FileInputUrl = { readonly kind: "file"; readonly path: string; readonly program?: number };

/** Standard input. */
export type StdinInputUrl = { readonly kind: "stdin"; readonly program?: number };

/** Where a transport stream comes from, and which of its programmes to take (absent: the first with video). */
export type InputUrl = FileInputUrl | StdinInputUrl | UdpInputUrl | SrtInputUrl;

/** Linux PATH_MAX; a network URL is far shorter. */
const MAX_LENGTH = 4096;

const FORMS = "an input is a file's path or file: URL, - (standard input), udp://HOST:PORT or srt://HOST:PORT";

/**
 * Reads the text that names an input.
 *
 * A plain path is taken literally but for a query at its end, which is there where the text after the last `?` holds
 * a `=`; a `file:` URL is percent-decoded.
 *
 * @param option - How the operator gave it, for the message.
 * @throws ConfigError - never with a passphrase in it.
 */
export function parseInputUrl(text: string, option = "input"): InputUrl {
  const refuse: Refuse = (allowed) => {
    throw new ConfigError(option, maskSecrets(text), allowed);
  };
  if (text === "") return refuse(FORMS);
  if (text.length > MAX_LENGTH) return refuse(`an input has at most ${MAX_LENGTH} characters`);
  if (hasControlCharacters(text)) return refuse("control characters are not allowed");
  const match = /^(?:(file|udp|srt):|([a-z][a-z0-9+.-]*):\/\/)/i.exec(text);
  const scheme = (match?.[1] ?? match?.[2])?.toLowerCase();
  if (match === null || scheme === undefined) return parsePath(text, refuse);
  const rest = text.slice(match[0].length);
  if (scheme === "file") return parseFileUrl(rest, refuse);
  if (scheme === "rtp") return refuse("RTP is received as udp://HOST:PORT");
  if (scheme !== "udp" && scheme !== "srt") return refuse(FORMS);
  if (!rest.startsWith("//")) return refuse(`${scheme}://HOST:PORT is needed`);
  return scheme === "udp" ? parseUdpUrl(rest.slice(2), refuse) : parseSrtUrl(rest.slice(2), refuse);
}

function parsePath(text: string, refuse: Refuse): FileInputUrl | StdinInputUrl {
  const [path, program] = splitProgram(text, refuse);
  const chosen = program === undefined ? {} : { program };
  return path === "-" ? { kind: "stdin", ...chosen } : { kind: "file", path, ...chosen };
}

/** @spec RFC 8089: `file:/path`, `file:///path` and `file://localhost/path`; here also `file:relative`. */
function parseFileUrl(rest: string, refuse: Refuse): FileInputUrl {
  const [encoded, program] = splitProgram(rest, refuse);
  const local = encoded.replace(/^\/\/(?:localhost)?(?=\/)/i, "");
  if (local.startsWith("//")) return refuse("a file: URL has no host; write file:///absolute or file:relative");
  const path = decode(local, refuse);
  if (path === "") return refuse("a file: URL needs a path");
  // A bare "-" means standard input wherever paths are read.
  return { kind: "file", path: path === "-" ? "./-" : path, ...(program !== undefined && { program }) };
}

function splitProgram(text: string, refuse: Refuse): readonly [path: string, program: number | undefined] {
  const mark = text.lastIndexOf("?");
  if (mark < 0 || !text.includes("=", mark)) return [text, undefined];
  const query = parseQuery(text.slice(mark + 1), ["program"], refuse);
  return mark === 0 ? refuse(FORMS) : [text.slice(0, mark), parseProgram(query, refuse)];
}
