import { isIPv6 } from "node:net";
import type { Milliseconds } from "../time/units.ts";
import { parseAuthority, parseProgram, parseQuery, type Refuse, splitNetworkUrl } from "./url-parts.ts";

/** An SRT connection to wait for (listener) or to make (caller). */
export type SrtInputUrl = {
  readonly kind: "srt";
  readonly mode: "listener" | "caller";
  /** Local address of a listener, name or address of a caller's peer; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** A secret: goes to the SRT child process and nowhere else. */
  readonly passphrase?: string;
  /** Bytes of the key. */
  readonly pbkeylen?: 16 | 24 | 32;
  /** The receiver's buffer; the peer's wish counts where it is longer. Absent: SRT's default of 120 ms. */
  readonly latency?: Milliseconds;
  readonly streamid?: string;
  readonly program?: number;
};

const PARAMETERS = ["mode", "passphrase", "pbkeylen", "latency", "streamid", "program"];

/** srt-live-transmit takes no port below. */
const LOWEST_PORT = 1024;

/** The handshake carries the latency in 16 bits. */
const MAX_LATENCY = 0xffff;

/** SRT_MAX_SID: what the handshake extension can carry. */
const MAX_STREAMID_BYTES = 512;

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/**
 * Reads what follows `srt://`. Without a mode it is a listener where the host is empty or the unspecified address,
 * else a caller.
 */
export function parseSrtUrl(text: string, refuse: Refuse): SrtInputUrl {
  const [authority, queryText] = splitNetworkUrl(text, refuse);
  const { host, port } = parseAuthority(authority, LOWEST_PORT, refuse);
  if (host !== "" && !(authority.startsWith("[") ? isIPv6(host) : HOST_NAME.test(host))) {
    return refuse("the host is a name or an address");
  }
  const query = parseQuery(queryText, PARAMETERS, refuse);
  const passphrase = parsePassphrase(query.get("passphrase"), refuse);
  const pbkeylen = parseKeyLength(query.get("pbkeylen"), passphrase, refuse);
  const latency = parseLatency(query.get("latency"), refuse);
  const mode = parseMode(query.get("mode"), host, refuse);
  const streamid = parseStreamId(query.get("streamid"), mode, refuse);
  const program = parseProgram(query, refuse);
  return {
    kind: "srt",
    mode,
    host: host === "" ? "0.0.0.0" : host,
    port,
    ...(passphrase !== undefined && { passphrase }),
    ...(pbkeylen !== undefined && { pbkeylen }),
    ...(latency !== undefined && { latency }),
    ...(streamid !== undefined && { streamid }),
    ...(program !== undefined && { program }),
  };
}

function parseMode(text: string | undefined, host: string, refuse: Refuse): SrtInputUrl["mode"] {
  const unspecified = host === "" || host === "0.0.0.0" || /^[0:]+$/.test(host);
  const mode = text ?? (unspecified ? "listener" : "caller");
  if (mode !== "listener" && mode !== "caller") return refuse("mode is listener or caller");
  if (mode === "caller" && unspecified) return refuse("a caller needs the host to call");
  return mode;
}

/** @spec SRT_PASSPHRASE, srt API: 10 to 79 bytes */
function parsePassphrase(text: string | undefined, refuse: Refuse): string | undefined {
  if (text === undefined) return undefined;
  const length = byteLength(text);
  if (length < 10 || length > 79) return refuse("an SRT passphrase has 10 to 79 characters");
  return transmissible("passphrase", text, refuse);
}

function parseKeyLength(
  text: string | undefined,
  passphrase: string | undefined,
  refuse: Refuse,
): 16 | 24 | 32 | undefined {
  if (text === undefined) return undefined;
  if (passphrase === undefined) return refuse("pbkeylen needs a passphrase");
  const length = Number(text);
  return length === 16 || length === 24 || length === 32 ? length : refuse("pbkeylen is 16, 24 or 32");
}

function parseLatency(text: string | undefined, refuse: Refuse): Milliseconds | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|)$/.exec(text);
  const latency = match === null ? Number.NaN : Math.round(Number(match[1]) * (match[2] === "s" ? 1000 : 1));
  return latency <= MAX_LATENCY ? (latency as Milliseconds) : refuse(`latency is 0 to ${MAX_LATENCY} ms, as in 200ms`);
}

function parseStreamId(text: string | undefined, mode: SrtInputUrl["mode"], refuse: Refuse): string | undefined {
  if (text === undefined) return undefined;
  if (mode !== "caller") return refuse("streamid is for mode=caller; a listener is told it by its caller");
  if (byteLength(text) > MAX_STREAMID_BYTES) return refuse(`streamid has at most ${MAX_STREAMID_BYTES} bytes`);
  return transmissible("streamid", text, refuse);
}

/** srt-live-transmit takes its options in a URL: before 1.5.4 it does not decode it, since then it does. */
function transmissible(key: string, value: string, refuse: Refuse): string {
  return /[&%]/.test(value)
    ? refuse(`${key} cannot hold & or %: srt-live-transmit has no way to be given them`)
    : value;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
