import { parseSrtUrl, type SrtInputUrl } from "../input/srt-url.ts";
import { decode, maskSecrets, parseAuthority, parseQuery, type Refuse, splitNetworkUrl } from "../input/url-parts.ts";
import { ConfigError } from "../problem/config-error.ts";

/** A host and port to send datagrams to. */
export type UdpTarget = {
  readonly kind: "udp";
  /** Name or address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** How many routers a datagram may pass; absent: the system's choice, for multicast 1. */
  readonly ttl?: number;
  /** Address of the local interface that multicast leaves by; absent: the system's choice. */
  readonly interface?: string;
};

/** What an output URL says. SRT is said in the same way in both directions. */
export type OutputTarget =
  | UdpTarget
  | SrtInputUrl
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "stdout" };

/** The forms `--out` takes, for help and messages. */
export const OUTPUT_FORMS = "udp://HOST:PORT, srt://HOST:PORT, file:PATH or - (standard output)";

const UDP_PARAMETERS = ["ttl", "interface"];
const MAX_TTL = 255;

/**
 * Reads an output URL.
 *
 * @throws ConfigError - never with a passphrase in it.
 */
export function parseOutputTarget(url: string): OutputTarget {
  const refuse: Refuse = (allowed) => {
    throw new ConfigError("--out", maskSecrets(url), allowed);
  };
  if (url === "-") return { kind: "stdout" };
  if (url.startsWith("file:")) return { kind: "file", path: parseFilePath(url.slice("file:".length), refuse) };
  if (url.startsWith("srt://")) return parseSrtUrl(url.slice("srt://".length), refuse);
  if (url.startsWith("udp://")) return parseUdpTarget(url.slice("udp://".length), refuse);
  return refuse(`it must be ${OUTPUT_FORMS}`);
}

/** `file:relative`, `file:/path` and `file:///path`. */
function parseFilePath(rest: string, refuse: Refuse): string {
  const path = decode(rest.replace(/^\/\/(?=\/)/, ""), refuse);
  return path === "" || path.startsWith("//") ? refuse("it must be file:PATH or file:///PATH") : path;
}

function parseUdpTarget(rest: string, refuse: Refuse): UdpTarget {
  const [authority, queryText] = splitNetworkUrl(rest, refuse);
  const { host, port } = parseAuthority(authority, 1, refuse);
  if (host === "") return refuse("HOST is needed to send to");
  const query = parseQuery(queryText, UDP_PARAMETERS, refuse);
  const ttl = query.get("ttl");
  if (ttl !== undefined && !(/^\d{1,3}$/.test(ttl) && Number(ttl) >= 1 && Number(ttl) <= MAX_TTL)) {
    return refuse(`ttl is 1 to ${MAX_TTL}`);
  }
  const localInterface = query.get("interface");
  return {
    kind: "udp",
    host,
    port,
    ...(ttl !== undefined && { ttl: Number(ttl) }),
    ...(localInterface !== undefined && { interface: localInterface }),
  };
}
