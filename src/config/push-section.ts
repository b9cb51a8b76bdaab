import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { z } from "zod";
import type { CmcdVersion } from "../cmcd/cmcd-headers.ts";
import { ConfigError } from "../problem/config-error.ts";
import { objectNamings } from "../push/object-name.ts";
import { defaultPushTimeouts, type PushOptions, type PushTls, pushMethods } from "../push/push-options.ts";
import type { Milliseconds } from "../time/units.ts";
import { bucketPlace, parseBucketUrl, readAccess } from "./bucket.ts";
import { authorizationOf, readSecret, readTextFile, SECRET_PATTERN, withoutSecrets } from "./credentials.ts";
import { built, duration, type Field, field, type Refusal, ruled, section, text, toggle, word } from "./field.ts";

/** What waits is held in memory. */
const QUEUE_LIMITS = { min: 1000 as Milliseconds, max: 600_000 as Milliseconds };

/** A file's text and, for messages, its path. */
type PemFile = { readonly path: string; readonly pem: string };

function pemFile(description: string): Field<PemFile> {
  return text({ description }, (path) => ({ path, pem: readTextFile("", path) }));
}

const pemFiles = section(
  {
    ca: pemFile("Path of the certificates that are trusted instead of those that Node.js trusts, PEM.").optional(),
    cert: pemFile("Path of the packager's own certificate, PEM.").optional(),
    key: pemFile("Path of its key, PEM.").optional(),
  },
  "Certificates, with https.",
);

type PemFiles = z.output<typeof pemFiles>;

const tls = ruled(pemFiles, (files, refuse) => {
  // Of a file that could not be read that is what is said.
  if (Object.values(files).includes(undefined)) return;
  const { ca, cert, key } = files;
  if ((cert === undefined) !== (key === undefined))
    refuse([], (cert ?? key)?.path, "a certificate and its key must be given together");
  else checkPem(pems(files), (cert ?? ca)?.path, refuse);
});

function pems({ ca, cert, key }: PemFiles): PushTls {
  return {
    ...(ca && { ca: ca.pem }),
    ...(cert && { cert: cert.pem }),
    ...(key && { key: key.pem }),
  };
}

/** That they fit each other is seen before anything starts. */
function checkPem(files: PushTls, shown: string | undefined, refuse: Refusal): void {
  try {
    // Text that is none would leave nobody to trust.
    for (const pem of [files.ca, files.cert]) if (pem !== undefined) new X509Certificate(pem);
    createSecureContext(files);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuse([], shown, `certificates and key must be PEM and belong together (${reason})`);
  }
}

/** Where a secret is kept, and what is there. */
type Kept = { readonly place: string; readonly secret: string };

function secret(description: string): Field<Kept> {
  return field({ type: "string", pattern: SECRET_PATTERN, description }, (place) => {
    // Whatever else stands there may be the secret itself.
    if (typeof place !== "string")
      throw new ConfigError("", place === undefined ? place : "…", "it must be env:NAME or file:PATH");
    return { place, secret: readSecret("", place) };
  });
}

const target = section(
  {
    url: text({ description: "The publishing point, http or https, or a bucket: s3://bucket/path/." }, parseTargetUrl),
    endpoint: text(
      { description: "Of a bucket that is not Amazon's: the URL of the store." },
      parseEndpoint,
    ).optional(),
    region: text(
      { pattern: "^[a-z0-9-]{1,64}$", description: "Of a bucket (default: AWS_REGION, else us-east-1)." },
      (given, refuse) => (/^[a-z0-9-]{1,64}$/.test(given) ? given : refuse("it must be one as eu-central-1")),
    ).optional(),
    interface: word(
      ["1", "2"],
      "What the receiver gets: 1, the CMAF tracks; 2, a presentation with its manifests (default: 1, of a bucket 2).",
    ).optional(),
    mpd: toggle("With interface 1: an MPD says what comes.").prefault(false),
    deletes: toggle("With interface 2: what nobody needs any more is deleted there.").prefault(false),
    method: word(pushMethods, "How objects are sent.").prefault("PUT"),
    naming: word(objectNamings, "With interface 1: how objects are named.").optional(),
    cmcd: word(["1", "2", "off"], "The version of CMCD that request headers have.").prefault(2),
    queue: duration(QUEUE_LIMITS, "How much may wait while the receiver is down, 1s to 10m.").prefault("20s"),
    credentials: secret(
      "Where user:password or Bearer TOKEN is kept (of a bucket ACCESS_KEY_ID:SECRET_ACCESS_KEY): env:NAME or file:PATH.",
    ).optional(),
    tls: tls.optional(),
  },
  "A receiver that each segment is sent to.",
);

type TargetSettings = z.output<typeof target>;

/** What does not go together; of what could not be read itself nothing more is said. */
function checkTarget(settings: Partial<TargetSettings>, refuse: Refusal): void {
  const { url, endpoint, region, method, naming, deletes, mpd, credentials, tls } = settings;
  if (url === undefined) return;
  const isBucket = url.startsWith("s3:");
  const isPresentation = isBucket || settings.interface === "2";
  if (!isBucket && endpoint !== undefined) refuse(["endpoint"], endpoint, "only buckets (s3://) have one");
  if (!isBucket && region !== undefined) refuse(["region"], region, "only buckets (s3://) have one");
  if (isBucket && settings.interface === "1") refuse(["interface"], 1, "a bucket gets presentations: 2");
  if (isBucket && method === "POST") refuse(["method"], method, "a bucket takes PUT only");
  if (isPresentation && naming !== undefined)
    refuse(["naming"], naming, "with interface 2 objects are named as manifests name them");
  if (!isPresentation && deletes === true)
    refuse(["deletes"], deletes, "with interface 1 the receiver decides what it keeps");
  if (mpd === true && (isPresentation || naming === "streams"))
    refuse(["mpd"], mpd, "only interface 1 with a path for each object has one more");
  const place = isBucket ? (endpoint ?? "https:") : url;
  if (tls !== undefined && !place.startsWith("https:")) refuse(["tls"], tls, "the URL must be one of https");
  const isNoSecret = Object.hasOwn(settings, "credentials") && credentials === undefined;
  if (!isNoSecret) checkCredentials(isBucket, credentials, refuse);
}

function checkCredentials(isBucket: boolean, credentials: Kept | undefined, refuse: Refusal): void {
  if (isBucket && readAccess(credentials?.secret) === undefined) {
    const allowed =
      credentials === undefined
        ? "it must be given, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY be set"
        : "what is there must be ACCESS_KEY_ID:SECRET_ACCESS_KEY";
    refuse(["credentials"], credentials?.place, allowed);
  }
  if (!isBucket && credentials !== undefined && authorizationOf(credentials.secret) === undefined)
    refuse(["credentials"], credentials.place, "what is there must be user:password or Bearer TOKEN");
}

/** A receiver that segments are pushed to. */
export const pushSection: z.ZodType<PushOptions> = built(ruled(target, checkTarget), (settings) => {
  const { url, mpd, deletes, method, naming, cmcd, queue, credentials, tls } = settings;
  const isBucket = url.startsWith("s3:");
  const isPresentation = isBucket || settings.interface === "2";
  const authorization = isBucket ? undefined : credentials && authorizationOf(credentials.secret);
  return {
    ...(isBucket ? bucketPlace({ ...settings, credentials: credentials?.secret }) : { url: new URL(url), shown: url }),
    ...{ mpd, deletes, method, queue, timeouts: defaultPushTimeouts },
    interface: isPresentation ? 2 : 1,
    naming: isPresentation ? "served" : (naming ?? "plain"),
    ...(cmcd === "off" ? {} : { cmcd: Number(cmcd) as CmcdVersion }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(tls === undefined ? {} : { tls: pems(tls) }),
  };
});

/** @returns It as it is used, but for a bucket's. */
function parseTargetUrl(given: string): string {
  if (given.startsWith("s3:")) {
    parseBucketUrl(given);
    return given;
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new ConfigError("", withoutSecrets(given), "it must be the http or https URL of a publishing point");
  if (url.username !== "" || url.password !== "")
    throw new ConfigError("", withoutSecrets(given), "credentials must not be in it");
  if (url.search !== "" || url.hash !== "")
    throw new ConfigError("", withoutSecrets(given), "it must have neither query nor fragment");
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url.href;
}

function parseEndpoint(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (isPlain) return url.origin;
  throw new ConfigError("", withoutSecrets(given), "it must be the http or https URL of a store, without a path");
}
