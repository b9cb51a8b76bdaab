/** Refuses the URL being parsed; the argument says in one clause what would be allowed. */
export type Refuse = (allowed: string) => never;

/** What stands between the scheme and the query of a network URL. */
export type Authority = {
  /** Without brackets; empty where the URL names none. */
  readonly host: string;
  readonly port: number;
};

/** Values of these parameters may be shown; any other may be a mistyped passphrase. */
const PRINTABLE_PARAMETERS: ReadonlySet<string> = new Set([
  "program",
  "interface",
  "source",
  "buffer",
  "mode",
  "latency",
  "pbkeylen",
  "streamid",
]);

/** Enough to recognise an input by, short enough for one line of a log. */
const MAX_SHOWN_LENGTH = 200;

/** programme numbers are 16 bits, and 0 stands for the network PID. */
const MAX_PROGRAM = 0xffff;

/**
 * An input URL as it may be printed: without user names and passwords, passphrases, values of unknown parameters, or
 * anything beyond 200 characters. Works on text that is no valid URL.
 */
export function maskSecrets(text: string): string {
  const query = text.indexOf("?");
  const head = (query < 0 ? text : text.slice(0, query)).replace(/\/\/.+@/, "//***@");
  const masked =
    query < 0
      ? head
      : `${head}?${text
          .slice(query + 1)
          .split("&")
          .map(maskParameter)
          .join("&")}`;
  const safe = masked.replace(/(pass[^=&]*)=[^&]*/gi, "$1=***");
  return safe.length > MAX_SHOWN_LENGTH ? `${safe.slice(0, MAX_SHOWN_LENGTH)}...` : safe;
}

function maskParameter(pair: string): string {
  const equals = pair.indexOf("=");
  if (equals < 0) return "***";
  const key = pair.slice(0, equals);
  return PRINTABLE_PARAMETERS.has(key) ? pair : `${key}=***`;
}

/**
 * Splits `scheme://authority[/][?query]` behind its scheme.
 *
 * @param text - Everything after `://`.
 * @returns The authority's text and the query's text, the latter empty where there is none.
 */
export function splitNetworkUrl(text: string, refuse: Refuse): readonly [authority: string, query: string] {
  const mark = text.indexOf("?");
  const head = mark < 0 ? text : text.slice(0, mark);
  const slash = head.indexOf("/");
  if (slash >= 0 && slash !== head.length - 1) return refuse("a network input has no path");
  return [slash < 0 ? head : head.slice(0, slash), mark < 0 ? "" : text.slice(mark + 1)];
}

/** Reads `host:port`, `[IPv6]:port` or `:port`. */
export function parseAuthority(text: string, lowestPort: number, refuse: Refuse): Authority {
  const match = /^(?:\[([^[\]]+)\]|([^:[\]@]*)):(\d{1,5})$/.exec(text);
  if (match === null) return refuse("HOST:PORT is needed, an IPv6 address in brackets");
  const port = Number(match[3]);
  if (port < lowestPort || port > 0xffff) return refuse(`the port is ${lowestPort} to 65535`);
  return { host: match[1] ?? match[2] ?? "", port };
}

/**
 * Reads `key=value&key=value`; values are percent-decoded, keys are taken as they are, and a `#` is part of a value,
 * as SRT stream ids start with one.
 *
 * @param allowed - The only keys there may be, each at most once.
 */
export function parseQuery(text: string, allowed: readonly string[], refuse: Refuse): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (text === "") return values;
  for (const pair of text.split("&")) {
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (equals < 0 || !allowed.includes(key)) return refuse(`parameters are KEY=VALUE of ${allowed.join(", ")}`);
    if (values.has(key)) return refuse(`${key} may be given once`);
    const value = decode(pair.slice(equals + 1), refuse);
    if (value === "") return refuse(`${key} needs a value`);
    values.set(key, value);
  }
  return values;
}

/** Undoes percent-encoding; what comes out holds no control characters or line breaks. */
export function decode(text: string, refuse: Refuse): string {
  let value: string;
  try {
    value = decodeURIComponent(text);
  } catch {
    return refuse("a percent sign is written %25, other bytes as %XX of their UTF-8");
  }
  return hasControlCharacters(value) ? refuse("control characters are not allowed") : value;
}

/** Whether text holds characters that would break a line of a log or end an argument of a command. */
export function hasControlCharacters(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

/** The programme a URL asks for: 1 to 65535; undefined where it leaves the choice. */
export function parseProgram(query: ReadonlyMap<string, string>, refuse: Refuse): number | undefined {
  const text = query.get("program");
  if (text === undefined) return undefined;
  const program = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (program < 1 || program > MAX_PROGRAM) return refuse(`program is 1 to ${MAX_PROGRAM}`);
  return program;
}
