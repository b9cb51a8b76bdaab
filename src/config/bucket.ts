import { ConfigError } from "../problem/config-error.ts";
import type { PushOptions, S3Access } from "../push/push-options.ts";
import { withoutSecrets } from "./credentials.ts";

/** A bucket as it is configured. */
export type BucketSettings = {
  /** `s3://bucket/path/`. */
  readonly url: string;
  /** The URL of the store, where that is not Amazon's. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`. */
  readonly credentials?: string | undefined;
};

/** @spec Amazon S3: bucket naming rules */
const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(\/[A-Za-z0-9!_.*'()/-]*)?$/;

const DEFAULT_REGION = "us-east-1";

/** The bucket and the folder in it, with a slash at its end, that a URL names. @throws ConfigError */
export function parseBucketUrl(url: string): { readonly bucket: string; readonly folder: string } {
  const [, bucket, folder = "/"] = BUCKET.exec(url) ?? [];
  if (bucket === undefined || folder.split("/").some((element) => /^\.{1,2}$/.test(element)))
    throw new ConfigError("", withoutSecrets(url), "a bucket must be given as s3://bucket/path/");
  return { bucket, folder: folder.endsWith("/") ? folder : `${folder}/` };
}

/** Where the objects of a bucket are, and who signs for them. A store of one's own is asked by path, Amazon's by host. */
export function bucketPlace(settings: BucketSettings): Pick<PushOptions, "url" | "shown" | "s3"> {
  const { bucket, folder } = parseBucketUrl(settings.url);
  const { endpoint, credentials } = settings;
  const region = settings.region ?? process.env["AWS_REGION"] ?? DEFAULT_REGION;
  const url =
    endpoint === undefined
      ? new URL(`https://${amazonPlace(bucket, region)}${folder}`)
      : new URL(`${endpoint}/${bucket}${folder}`);
  return { url, shown: `s3://${bucket}${folder}`, s3: { region, ...readAccess(credentials)! } };
}

/** A name with dots fits no certificate, and is asked for by path. */
function amazonPlace(bucket: string, region: string): string {
  const host = `s3.${region}.amazonaws.com`;
  return bucket.includes(".") ? `${host}/${bucket}` : `${bucket}.${host}`;
}

/**
 * Who signs. Where nothing is said, that is in the environment as the tools of Amazon have it.
 *
 * @param credentials - `ACCESS_KEY_ID:SECRET_ACCESS_KEY`.
 * @returns undefined where that is not what it is.
 */
export function readAccess(credentials: string | undefined): Omit<S3Access, "region"> | undefined {
  if (credentials === undefined) {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = process.env;
    if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
    return {
      accessKeyId,
      secretAccessKey,
      ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
    };
  }
  const [, accessKeyId, secretAccessKey] = /^([^: ]+):([^ ]+)$/.exec(credentials) ?? [];
  return accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey };
}
