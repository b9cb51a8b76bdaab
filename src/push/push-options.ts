import type { CmcdVersion } from "../cmcd/cmcd-headers.ts";
import type { Milliseconds } from "../time/units.ts";
import type { ObjectNaming } from "./object-name.ts";

/** What a receiver gets: 1, the CMAF tracks; 2, a presentation with its manifests. @spec DASH-IF ingest 1.2 */
export type IngestInterface = 1 | 2;

/** How a request body is delivered. The specification gives them no different meaning, but receivers may take one only. */
export const pushMethods = ["PUT", "POST"] as const;

/** Where segments are pushed to, and how. */
export type PushOptions = {
  /** The publishing point; its path ends with a slash, and it has no credentials. */
  readonly url: URL;
  /** As it was configured, where that is another: `s3://bucket/path/`. */
  readonly shown: string;
  /** It is a bucket. */
  readonly s3?: S3Access;
  readonly interface: IngestInterface;
  /** With interface 1, an MPD says what comes; with 2 there is one anyway. */
  readonly mpd: boolean;
  /** What nobody needs any more is deleted there; interface 2 only. */
  readonly deletes: boolean;
  readonly method: (typeof pushMethods)[number];
  readonly naming: ObjectNaming;
  /** Absent: no CMCD headers. */
  readonly cmcd?: CmcdVersion;
  /** The value of `Authorization`, never shown. */
  readonly authorization?: string;
  /** How much may wait in order. */
  readonly queue: Milliseconds;
  readonly timeouts: PushTimeouts;
  /** Of https; absent: what Node.js trusts, and no certificate of its own. All PEM. */
  readonly tls?: PushTls;
};

/** How requests to a bucket are signed. */
export type S3Access = {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** Whom to trust, and who the sender is. */
export type PushTls = { readonly ca?: string; readonly cert?: string; readonly key?: string };

/** How long is waited for a receiver. */
export type PushTimeouts = {
  /** For a connection. */
  readonly connect: Milliseconds;
  /** For the receiver to take more of a request. */
  readonly idle: Milliseconds;
  /** For the whole request and its answer, but for the time that its media takes to be made. */
  readonly total: Milliseconds;
};

export const defaultPushTimeouts: PushTimeouts = {
  connect: 3000 as Milliseconds,
  idle: 10_000 as Milliseconds,
  total: 60_000 as Milliseconds,
};
