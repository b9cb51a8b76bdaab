import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import express, { type Request } from "express";
import type { Representation } from "./representation.ts";

const compress = promisify(gzip);

/**
 * A text that is served plain or compressed, as the client can take it.
 *
 * It is compressed once, off the event loop, when the first client asks for that; not anew for every response, as a
 * middleware would. So HEAD knows the compressed length, and each coding has a strong entity tag of its own.
 */
export class NegotiatedText {
  readonly #contentType: string;
  readonly #bytes: Uint8Array;
  readonly #etag: string;
  #gzipped: Promise<Uint8Array> | undefined;
  #compressed: Uint8Array | undefined;

  constructor(contentType: string, content: string | Uint8Array) {
    this.#contentType = contentType;
    this.#bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#etag = createHash("sha256").update(this.#bytes).digest("hex").slice(0, 32);
  }

  /** The form that the request's `Accept-Encoding` prefers: at once, unless it is the first that wants it compressed. */
  representation(
    request: IncomingMessage,
    headers: Pick<Representation, "cacheControl" | "headers">,
  ): Representation | Promise<Representation> {
    const plain = { ...headers, contentType: this.#contentType };
    if (express.request.acceptsEncodings.call(request as Request, "gzip", "identity") !== "gzip") {
      return { ...plain, coding: "identity", etag: this.#etag, body: [this.#bytes], size: this.#bytes.length };
    }
    const gzipped = (bytes: Uint8Array): Representation => ({
      ...plain,
      coding: "gzip",
      etag: `${this.#etag}-gzip`,
      body: [bytes],
      size: bytes.length,
    });
    if (this.#compressed !== undefined) return gzipped(this.#compressed);
    this.#gzipped ??= compress(this.#bytes).then((bytes) => {
      this.#compressed = bytes;
      return bytes;
    });
    return this.#gzipped.then(gzipped);
  }
}
