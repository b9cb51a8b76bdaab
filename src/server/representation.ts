import type { QualityHeaders } from "../quality/publish-headers.ts";

/** What a URL stands for at this moment, before conditions and ranges of the request are applied to it. */
export type Representation = {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Opaque part of a strong entity tag: printable ASCII without quotes. Equal tags mean equal bytes. */
  readonly etag: string;
  /** Parts that follow each other. */
  readonly body: readonly Uint8Array[];
  /** Bytes of `body` together. */
  readonly size: number;
  /** What tells of its quality and of what it is; sent with 200, 206 and 304 alike. */
  readonly headers?: QualityHeaders;
  /** Chosen by `Accept-Encoding` out of several; `gzip` when the body is compressed. */
  readonly coding?: "identity" | "gzip";
  /** Byte ranges of it may be asked for. */
  readonly ranges?: boolean;
};
