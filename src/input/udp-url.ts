import { isIP, isIPv4, isIPv6 } from "node:net";
import { parseAuthority, parseProgram, parseQuery, type Refuse, splitNetworkUrl } from "./url-parts.ts";

/** A UDP port to listen on, plain or RTP, unicast or a multicast group to join. */
export type UdpInputUrl = {
  readonly kind: "udp";
  /** Local address, or the group where `multicast`. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
  readonly multicast: boolean;
  /** Name or address of the interface to join on; absent: the system's choice. */
  readonly interface?: string;
  /** The one sender to receive from (source-specific multicast). */
  readonly source?: string;
  /** Wanted size of the socket's receive buffer, in bytes. */
  readonly receiveBuffer: number;
  readonly program?: number;
};

/** 1.3 s at 50 Mb/s: longer than any pause of this process. */
export const DEFAULT_RECEIVE_BUFFER: number = 8 * 1024 * 1024;

/** One burst of datagrams; the kernel's own default is larger. */
const MIN_RECEIVE_BUFFER = 64 * 1024;

/** SO_RCVBUF is a 32-bit signed integer that Linux doubles. */
const MAX_RECEIVE_BUFFER = 1024 * 1024 * 1024 - 1;

const PARAMETERS = ["interface", "source", "buffer", "program"];

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Reads what follows `udp://`. An `@` before the address is passed over, as other programs want it there. */
export function parseUdpUrl(text: string, refuse: Refuse): UdpInputUrl {
  const [authority, queryText] = splitNetworkUrl(text, refuse);
  const { host, port } = parseAuthority(authority.replace(/^@/, ""), 1, refuse);
  const address = host === "" ? "0.0.0.0" : host === "localhost" ? "127.0.0.1" : host;
  const family = isIP(address);
  if (family !== 4 && family !== 6) return refuse("the host is an address of this machine or of a multicast group");
  const multicast = isMulticast(address);
  if (multicast && address.includes("%")) return refuse("a group's interface is given as interface=NAME");
  const query = parseQuery(queryText, PARAMETERS, refuse);
  const joinInterface = query.get("interface");
  const source = query.get("source");
  checkJoin(multicast, family, joinInterface, source, refuse);
  // Interface-local and link-local scope: the same group is another one on each interface. RFC 4291 2.7
  if (/^ff[0-9a-f][12]:/i.test(address) && joinInterface === undefined)
    return refuse("this group needs interface=NAME");
  const program = parseProgram(query, refuse);
  return {
    kind: "udp",
    address,
    family,
    port,
    multicast,
    ...(joinInterface !== undefined && { interface: joinInterface }),
    ...(source !== undefined && { source }),
    receiveBuffer: parseSize(query.get("buffer"), refuse),
    ...(program !== undefined && { program }),
  };
}

/** @spec RFC 5771 (224.0.0.0/4), RFC 4291 2.7 (ff00::/8) */
function isMulticast(address: string): boolean {
  if (isIPv6(address)) return /^ff[0-9a-f]{2}:/i.test(address);
  const first = Number.parseInt(address, 10);
  return first >= 224 && first <= 239;
}

function checkJoin(
  multicast: boolean,
  family: 4 | 6,
  joinInterface: string | undefined,
  source: string | undefined,
  refuse: Refuse,
): void {
  if (!multicast && (joinInterface ?? source) !== undefined) refuse("interface and source need a multicast group");
  // Linux: an interface name has at most 15 characters, none of them a slash or white space.
  const named = joinInterface === undefined || isIP(joinInterface) !== 0 || /^[^\s/]{1,15}$/.test(joinInterface);
  if (!named) refuse("interface is a name or an address of this machine");
  const fits = source === undefined || (family === 4 ? isIPv4(source) : isIPv6(source));
  if (!fits) refuse(`source is the sender's IPv${family} address`);
}

function parseSize(text: string | undefined, refuse: Refuse): number {
  if (text === undefined) return DEFAULT_RECEIVE_BUFFER;
  const match = /^(\d{1,10})(|KiB|MiB|GiB)$/.exec(text);
  const bytes = match === null ? 0 : Number(match[1]) * (UNITS[match[2]!] ?? 0);
  if (bytes < MIN_RECEIVE_BUFFER || bytes > MAX_RECEIVE_BUFFER) return refuse("buffer is 64KiB to 1023MiB, as in 8MiB");
  return bytes;
}
