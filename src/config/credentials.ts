import { readFileSync, statSync } from "node:fs";
import { ConfigError } from "../problem/config-error.ts";

/** What is longer is no credential. */
const MAX_CREDENTIALS = 4096;

/** A configuration, a secret or certificates larger than this are none. */
const MAX_FILE_BYTES = 1 << 20;

/** Where secrets are kept, for editors. */
export const SECRET_PATTERN = "^(env|file):.+$";

/**
 * Makes `user:password` or `Bearer TOKEN` the value of `Authorization`.
 *
 * @returns undefined where it is neither.
 * @spec RFC 7617; RFC 6750, 2.1
 */
export function authorizationOf(secret: string): string | undefined {
  if (/^Bearer [A-Za-z0-9._~+/=-]+$/.test(secret)) return secret;
  if (/^[^: ]*:/.test(secret)) return `Basic ${Buffer.from(secret).toString("base64")}`;
  return undefined;
}

/**
 * Reads `user:password` or `Bearer TOKEN` from where it is kept; neither stands in errors.
 *
 * @returns The value of `Authorization`.
 * @throws ConfigError - naming the option, and where the secret should be.
 */
export function readCredentials(option: string, text: string): string {
  const authorization = authorizationOf(readSecret(option, text));
  if (authorization === undefined)
    throw new ConfigError(option, text, "what is there must be user:password or Bearer TOKEN");
  return authorization;
}

/**
 * Reads one line from where it is kept: `env:NAME` or `file:PATH`; it does not stand in errors.
 *
 * @throws ConfigError - naming the option, and where the secret should be.
 */
export function readSecret(option: string, text: string): string {
  const secret = readKept(option, text).replace(/\r?\n$/, "");
  if (secret.length > MAX_CREDENTIALS || !/^[\x20-\x7e]+$/.test(secret))
    throw new ConfigError(option, text, "what is there must be one line of printable ASCII");
  return secret;
}

function readKept(option: string, text: string): string {
  const [, kind, name = ""] = /^(env|file):(.+)$/.exec(text) ?? [];
  if (kind === "env") {
    const value = process.env[name];
    if (value === undefined) throw new ConfigError(option, text, "there must be such an environment variable");
    return value;
  }
  // What stands there may be the secret itself.
  if (kind !== "file") throw new ConfigError(option, "…", "it must be env:NAME or file:PATH");
  return readTextFile(option, name, text);
}

/**
 * @param shown - In the error, instead of the path.
 * @throws ConfigError - where it cannot be read.
 */
export function readTextFile(option: string, path: string, shown: string = path): string {
  try {
    const { size, isSpecial } = lookAt(path);
    if (isSpecial) throw new ConfigError(option, shown, "it must be a file or a pipe");
    if (size > MAX_FILE_BYTES) throw new ConfigError(option, shown, `it must be at most ${MAX_FILE_BYTES} bytes`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new ConfigError(option, shown, `it must be a file that can be read (${error.code})`);
  }
}

function lookAt(path: string): { readonly size: number; readonly isSpecial: boolean } {
  const found = statSync(path);
  // A folder is refused when it is read, with the system's own word for it.
  return { size: found.size, isSpecial: !(found.isFile() || found.isFIFO() || found.isDirectory()) };
}

/** A URL as it may be shown: what stands before an @, and in its query, may be a secret. */
export function withoutSecrets(url: string): string {
  return url.replace(/[?#].*$/s, "?…").replace(/^([a-z][a-z0-9+.-]*:)?([/\\]*)[^@]*@/is, "$1$2…@");
}

/**
 * An input or output URL whose passphrase is kept elsewhere, with the passphrase in it: `passphrase=env:NAME`,
 * `passphrase=file:PATH`.
 *
 * @throws ConfigError - naming the option, and where the secret should be.
 */
export function withPassphrase(option: string, url: string): string {
  const mark = url.indexOf("?");
  if (!/^srt:/i.test(url) || mark < 0) return url;
  const parameters = url.slice(mark + 1).split("&");
  const kept = parameters.map((parameter) => {
    const [, place] = /^passphrase=((?:env|file)(?::|%3A).+)$/is.exec(parameter) ?? [];
    return place === undefined ? parameter : `passphrase=${encodeURIComponent(readSecret(option, decoded(place)))}`;
  });
  return `${url.slice(0, mark + 1)}${kept.join("&")}`;
}

/** What is no percent-encoding is the URL's parser's to refuse. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
