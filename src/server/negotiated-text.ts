import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Request } from "express";
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
  #gzipping: Promise<Uint8Array> | undefined;
  #gzipped: Uint8Array | undefined;

  constructor(contentType: string, content: string | Uint8Array) {
    this.#contentType = contentType;
    this.#bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#etag = createHash("sha256").update(this.#bytes).digest("hex").slice(0, 32);
  }

  /** The form that the request's `Accept-Encoding` prefers; a promise until it has been made once. */
  representation(
    request: Request,
    fields: Pick<Representation, "cacheControl" | "headers">,
  ): Representation | Promise<Representation> {
    const coding = request.acceptsEncodings("gzip", "identity") === "gzip" ? "gzip" : "identity";
    const form = (bytes: Uint8Array): Representation => {
      const etag = coding === "gzip" ? `${this.#etag}-gzip` : this.#etag;
      return { ...fields, contentType: this.#contentType, coding, etag, body: [bytes], size: bytes.length };
    };
    if (coding === "identity") return form(this.#bytes);
    return this.#gzipped === undefined ? this.#gzip().then(form) : form(this.#gzipped);
  }

  #gzip(): Promise<Uint8Array> {
    this.#gzipping ??= compress(this.#bytes).then((bytes) => {
      this.#gzipped = bytes;
      return bytes;
    });
    return this.#gzipping;
  }
}
