import { createHash } from "node:crypto";
import { sign } from "aws4";
import { FOR_EVER, manifestCacheControl, segmentCacheControl } from "../manifest/cache-control.ts";
import { isMpd, manifestType } from "../manifest/content-type.ts";
import { initHeaders, manifestHeaders, type QualityHeaders, segmentHeaders } from "../quality/publish-headers.ts";
import type { PublishOptions } from "../quality/publish-options.ts";
import type { Track } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { Delivery, ObjectWriter, PushedObject } from "./delivery.ts";
import { objectName } from "./object-name.ts";
import type { PushOptions, S3Access } from "./push-options.ts";

/** What objects say of the channel. */
export type StoredChannel = {
  readonly window: Milliseconds;
  readonly segmentDuration: Milliseconds;
  readonly store: { readonly targetDuration: number | undefined };
  readonly publish: PublishOptions;
  readonly userAgent: string;
};

/**
 * Makes the requests that put objects into a bucket, each signed when it is made: what a client would get of this packager as response
 * headers is their metadata.
 *
 * @spec Amazon S3 API: PutObject, DeleteObject; AWS Signature Version 4
 */
export class S3Objects implements ObjectWriter {
  readonly #options: PushOptions;
  readonly #access: S3Access;
  readonly #channel: StoredChannel;

  constructor(options: PushOptions, access: S3Access, channel: StoredChannel) {
    this.#options = options;
    this.#access = access;
    this.#channel = channel;
  }

  of(delivery: Delivery, track: Track | undefined): PushedObject {
    if (delivery.kind === "deletion") return this.#signed("DELETE", delivery.name, {}, []);
    if (delivery.kind === "manifest") {
      const { name, text, ended } = delivery.manifest;
      const { publish } = this.#channel;
      return this.#signed(
        "PUT",
        name,
        {
          "content-type": manifestType(name),
          "cache-control": manifestCacheControl({ ended, targetDuration: this.#targetDuration }),
          ...metadata(manifestHeaders(isMpd(name) ? "d" : "h", publish, !ended)),
        },
        [new TextEncoder().encode(text)],
      );
    }
    if (track === undefined) throw new Error("media without a track");
    const { naming } = this.#options;
    const { publish, window } = this.#channel;
    const type = { "content-type": `${track.kind}/mp4` };
    if (delivery.kind === "init") {
      const headers = { ...type, "cache-control": FOR_EVER, ...metadata(initHeaders(publish, true)) };
      return this.#signed("PUT", objectName(naming, track, delivery.init), headers, [delivery.init.bytes]);
    }
    const { whole, number } = delivery.segment;
    if (whole === undefined) throw new Error("a bucket takes whole objects only");
    const cacheControl = segmentCacheControl({ window, targetDuration: this.#targetDuration });
    const headers = {
      ...type,
      "cache-control": cacheControl,
      ...metadata(segmentHeaders(whole, publish, true).headers),
    };
    return this.#signed("PUT", objectName(naming, track, number), headers, whole.body);
  }

  get #targetDuration(): number {
    return this.#channel.store.targetDuration!;
  }

  #signed(
    method: "PUT" | "DELETE",
    name: string,
    headers: Readonly<Record<string, string>>,
    body: readonly Uint8Array[],
  ): PushedObject {
    const { region, accessKeyId, secretAccessKey, sessionToken } = this.#access;
    const { host, pathname } = this.#options.url;
    const digest = createHash("sha256");
    for (const stretch of body) digest.update(stretch);
    const request = sign(
      {
        ...{ service: "s3", region, method, host, path: `${pathname}${name}` },
        headers: {
          ...headers,
          "user-agent": this.#channel.userAgent,
          // Of DELETE none is sent.
          ...(method === "PUT"
            ? { "content-length": String(body.reduce((size, { length }) => size + length, 0)) }
            : {}),
          "x-amz-content-sha256": digest.digest("hex"),
        },
      },
      { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    );
    // The client writes these itself.
    const { Host: _, "content-length": __, ...signed } = request.headers as Record<string, string>;
    return { method, name, headers: signed, body };
  }
}

function metadata(headers: QualityHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`x-amz-meta-${name.toLowerCase()}`, value]),
  );
}
