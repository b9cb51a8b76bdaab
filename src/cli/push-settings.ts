import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { CmcdVersion } from "../cmcd/cmcd-headers.ts";
import { ConfigError } from "../problem/config-error.ts";
import { objectNamings } from "../push/object-name.ts";
import { defaultPushTimeouts, type PushOptions, type PushTls, pushMethods } from "../push/push-options.ts";
import type { Milliseconds } from "../time/units.ts";
import { readCredentials, readTextFile, withoutUser } from "./credentials.ts";
import { parseDuration } from "./duration.ts";
import { parseWord } from "./parse-word.ts";
import { type BucketSettings, parseBucket } from "./s3-settings.ts";

/** What waits is held in memory. */
const QUEUE_LIMITS = { min: 1000 as Milliseconds, max: 600_000 as Milliseconds };

const DEFAULT_QUEUE = "20s";

const INTERFACES = ["1", "2"] as const;

/** `off`: no CMCD headers. */
const CMCD_FORMS = ["1", "2", "off"] as const;

/** Paths of PEM files. */
type TlsFiles = {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
};

/** A target as it is configured. */
export type PushSettings = BucketSettings & {
  readonly interface?: string | undefined;
  /** `true` or `false`, as `deletes`. */
  readonly mpd?: string | undefined;
  readonly deletes?: string | undefined;
  readonly method?: string | undefined;
  readonly naming?: string | undefined;
  readonly cmcd?: string | undefined;
  readonly queue?: string | undefined;
  readonly tls?: TlsFiles | undefined;
};

/** @throws ConfigError - naming the option at fault under `option`. */
export function parsePush(option: string, targets: readonly PushSettings[]): readonly PushOptions[] {
  const parsed = targets.map((target, i) => parseTarget(targets.length > 1 ? `${option}[${i}]` : option, target));
  const urls = parsed.map(({ url }) => url.href);
  const twice = urls.findIndex((url, i) => urls.indexOf(url) !== i);
  if (twice >= 0) throw new ConfigError(option, urls[twice], "another target has that URL");
  return parsed;
}

function parseTarget(option: string, settings: PushSettings): PushOptions {
  const { method, naming, mpd, deletes, cmcd, queue, credentials, tls } = settings;
  const form = parseWord(`${option}.cmcd`, cmcd ?? "2", CMCD_FORMS);
  const place = parsePlace(option, settings);
  const { url, s3 } = place;
  const form2 = s3 === undefined ? "1" : "2";
  const isPresentation = parseWord(`${option}.interface`, settings.interface ?? form2, INTERFACES) === "2";
  if (s3 !== undefined && !isPresentation)
    throw new ConfigError(`${option}.interface`, settings.interface, "a bucket gets presentations: 2");
  if (s3 !== undefined && method === "POST")
    throw new ConfigError(`${option}.method`, method, "a bucket takes PUT only");
  const isDeleted = parseWord(`${option}.deletes`, deletes ?? "false", ["true", "false"]) === "true";
  if (isPresentation && naming !== undefined)
    throw new ConfigError(`${option}.naming`, naming, "with interface 2 objects are named as manifests name them");
  if (isDeleted && !isPresentation)
    throw new ConfigError(`${option}.deletes`, deletes, "with interface 1 the receiver decides what it keeps");
  const isAnnounced = parseWord(`${option}.mpd`, mpd ?? "false", ["true", "false"]) === "true";
  if (isAnnounced && (isPresentation || naming === "streams"))
    throw new ConfigError(`${option}.mpd`, mpd, "only interface 1 with a path for each object has one more");
  return {
    ...place,
    mpd: isAnnounced,
    interface: isPresentation ? 2 : 1,
    deletes: isDeleted,
    method: parseWord(`${option}.method`, method ?? "PUT", pushMethods),
    naming: isPresentation ? "served" : parseWord(`${option}.naming`, naming ?? "plain", objectNamings),
    ...(form === "off" ? {} : { cmcd: Number(form) as CmcdVersion }),
    ...(credentials === undefined || s3 !== undefined
      ? {}
      : { authorization: readCredentials(`${option}.credentials`, credentials) }),
    queue: parseDuration(`${option}.queue`, queue ?? DEFAULT_QUEUE, QUEUE_LIMITS),
    timeouts: defaultPushTimeouts,
    ...(tls === undefined ? {} : { tls: readTls(`${option}.tls`, url, tls) }),
  };
}

/** Where it is, and how requests are signed if that is a bucket. */
function parsePlace(option: string, settings: PushSettings): Pick<PushOptions, "url" | "shown" | "s3"> {
  const { url: text, endpoint, region } = settings;
  if (text.startsWith("s3:")) return parseBucket(option, settings);
  if (endpoint !== undefined) throw new ConfigError(`${option}.endpoint`, endpoint, "only buckets (s3://) have one");
  if (region !== undefined) throw new ConfigError(`${option}.region`, region, "only buckets (s3://) have one");
  const url = parseUrl(option, text);
  return { url, shown: url.href };
}

function parseUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new ConfigError(option, withoutUser(text), "it must be the http or https URL of a publishing point");
  if (url.username !== "" || url.password !== "")
    throw new ConfigError(option, withoutUser(text), "credentials must not be in it");
  if (url.search !== "" || url.hash !== "")
    throw new ConfigError(option, text, "it must have neither query nor fragment");
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** Certificates and key as they are in their files; that they fit each other is seen before anything starts. */
function readTls(option: string, { protocol }: URL, files: TlsFiles): PushTls {
  const { ca, cert, key } = files;
  if (protocol !== "https:") throw new ConfigError(option, protocol, "the URL must be one of https");
  if ((cert === undefined) !== (key === undefined))
    throw new ConfigError(option, cert ?? key, "a certificate and its key must be given together");
  const read = (name: string, path: string | undefined) =>
    path === undefined ? {} : { [name]: readTextFile(`${option}.${name}`, path) };
  const tls: PushTls = { ...read("ca", ca), ...read("cert", cert), ...read("key", key) };
  try {
    // Text that is none would leave nobody to trust.
    for (const pem of [tls.ca, tls.cert]) if (pem !== undefined) new X509Certificate(pem);
    createSecureContext(tls);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(option, cert ?? ca, `certificates and key must be PEM and belong together (${reason})`);
  }
  return tls;
}
