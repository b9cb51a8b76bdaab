import { ConfigError } from "../problem/config-error.ts";
import type { PushOptions, S3Access } from "../push/push-options.ts";
import { readSecret, withoutUser } from "./credentials.ts";

/** A target that may be a bucket, as it is configured. */
export type BucketSettings = {
  /** `s3://bucket/path/` is one. */
  readonly url: string;
  /** The URL of the store, where that is not Amazon's. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Where they are: `env:NAME` or `file:PATH`. */
  readonly credentials?: string | undefined;
};

/** @spec Amazon S3: bucket naming rules */
const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(\/[A-Za-z0-9!_.*'()/-]*)?$/;

const DEFAULT_REGION = "us-east-1";

/**
 * Where the objects of a bucket are, and who signs for them. A store of one's own is asked by path, Amazon's by host.
 *
 * @throws ConfigError - naming the option at fault.
 */
export function parseBucket(option: string, settings: BucketSettings): Pick<PushOptions, "url" | "shown" | "s3"> {
  const [, bucket, folder = "/"] = BUCKET.exec(settings.url) ?? [];
  if (bucket === undefined || folder.split("/").some((element) => /^\.{1,2}$/.test(element)))
    throw new ConfigError(option, withoutUser(settings.url), "a bucket must be given as s3://bucket/path/");
  const path = folder.endsWith("/") ? folder : `${folder}/`;
  const { endpoint } = settings;
  const region = settings.region ?? process.env["AWS_REGION"] ?? DEFAULT_REGION;
  if (!/^[a-z0-9-]{1,64}$/.test(region))
    throw new ConfigError(`${option}.region`, region, "it must be one as eu-central-1");
  const url =
    endpoint === undefined
      ? new URL(`https://${amazonPlace(bucket, region)}${path}`)
      : new URL(`${parseEndpoint(`${option}.endpoint`, endpoint)}/${bucket}${path}`);
  return { url, shown: `s3://${bucket}${path}`, s3: { region, ...readAccess(`${option}.credentials`, settings) } };
}

/** A name with dots fits no certificate, and is asked for by path. */
function amazonPlace(bucket: string, region: string): string {
  const host = `s3.${region}.amazonaws.com`;
  return bucket.includes(".") ? `${host}/${bucket}` : `${bucket}.${host}`;
}

function parseEndpoint(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (!isPlain)
    throw new ConfigError(option, withoutUser(text), "it must be the http or https URL of a store, without a path");
  return url.origin;
}

/** Where nothing else is said, from the environment as the tools of Amazon have it. */
function readAccess(option: string, { credentials }: BucketSettings): Omit<S3Access, "region"> {
  if (credentials === undefined) {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = process.env;
    if (accessKeyId === undefined || secretAccessKey === undefined)
      throw new ConfigError(
        option,
        credentials,
        "it must be given, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY be set",
      );
    return {
      accessKeyId,
      secretAccessKey,
      ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
    };
  }
  const [, accessKeyId, secretAccessKey] = /^([^: ]+):([^ ]+)$/.exec(readSecret(option, credentials)) ?? [];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new ConfigError(option, credentials, "what is there must be ACCESS_KEY_ID:SECRET_ACCESS_KEY");
  return { accessKeyId, secretAccessKey };
}
