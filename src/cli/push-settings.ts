import type { CmcdVersion } from "../cmcd/cmcd-headers.ts";
import { ConfigError } from "../problem/config-error.ts";
import { objectNamings } from "../push/object-name.ts";
import { defaultPushTimeouts, type PushOptions, pushMethods } from "../push/push-options.ts";
import type { Milliseconds } from "../time/units.ts";
import { parseDuration } from "./duration.ts";
import { parseWord } from "./parse-word.ts";
import { readCredentials } from "./read-credentials.ts";

/** What waits is held in memory. */
const QUEUE_LIMITS = { min: 1000 as Milliseconds, max: 600_000 as Milliseconds };

const DEFAULT_QUEUE = "20s";

/** `off`: no CMCD headers. */
const CMCD_FORMS = ["1", "2", "off"] as const;

/** A target as it is configured. */
export type PushSettings = {
  readonly url: string;
  readonly method?: string | undefined;
  readonly naming?: string | undefined;
  readonly cmcd?: string | undefined;
  readonly queue?: string | undefined;
  /** Where they are: `env:NAME` or `file:PATH`. */
  readonly credentials?: string | undefined;
};

/** @throws ConfigError - naming the option at fault under `option`. */
export function parsePush(option: string, targets: readonly PushSettings[]): readonly PushOptions[] {
  const parsed = targets.map((target, i) => parseTarget(targets.length > 1 ? `${option}[${i}]` : option, target));
  const urls = parsed.map(({ url }) => url.href);
  const twice = urls.findIndex((url, i) => urls.indexOf(url) !== i);
  if (twice >= 0) throw new ConfigError(option, urls[twice], "another target has that URL");
  return parsed;
}

function parseTarget(option: string, { url, method, naming, cmcd, queue, credentials }: PushSettings): PushOptions {
  const form = parseWord(`${option}.cmcd`, cmcd ?? "2", CMCD_FORMS);
  return {
    url: parseUrl(option, url),
    method: parseWord(`${option}.method`, method ?? "PUT", pushMethods),
    naming: parseWord(`${option}.naming`, naming ?? "plain", objectNamings),
    ...(form === "off" ? {} : { cmcd: Number(form) as CmcdVersion }),
    ...(credentials === undefined ? {} : { authorization: readCredentials(`${option}.credentials`, credentials) }),
    queue: parseDuration(`${option}.queue`, queue ?? DEFAULT_QUEUE, QUEUE_LIMITS),
    timeouts: defaultPushTimeouts,
  };
}

function parseUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new ConfigError(option, text, "it must be the http or https URL of a publishing point");
  // Before its text is shown anywhere.
  if (url.username !== "" || url.password !== "")
    throw new ConfigError(option, `${url.protocol}//…@${url.host}${url.pathname}`, "credentials must not be in it");
  if (url.search !== "" || url.hash !== "")
    throw new ConfigError(option, text, "it must have neither query nor fragment");
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
