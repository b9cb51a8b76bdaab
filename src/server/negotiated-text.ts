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
  #gzipped: Promise<Uint8Array> | undefined;

  constructor(contentType: string, content: string | Uint8Array) {
    this.#contentType = contentType;
    this.#bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#etag = createHash("sha256").update(this.#bytes).digest("hex").slice(0, 32);
  }

  /** The form that the request's `Accept-Encoding` prefers. */
  async representation(
    request: Request,
    headers: Pick<Representation, "cacheControl" | "headers">,
  ): Promise<Representation> {
    const coding = request.acceptsEncodings("gzip", "identity") === "gzip" ? "gzip" : "identity";
    if (coding === "gzip") this.#gzipped ??= compress(this.#bytes);
    const bytes = coding === "gzip" ? await this.#gzipped! : this.#bytes;
    const etag = coding === "gzip" ? `${this.#etag}-gzip` : this.#etag;
    return { ...headers, contentType: this.#contentType, coding, etag, body: [bytes], size: bytes.length };
  }
}
