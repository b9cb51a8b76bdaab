import type { IncomingMessage, ServerResponse } from "node:http";
import { NO_STORE } from "../manifest/cache-control.ts";
import { qualityHeaderNames } from "../quality/publish-profiles.ts";
import { type ByteRange, parseByteRange } from "./byte-range.ts";
import type { Representation } from "./representation.ts";

/**
 * Answers a GET or HEAD request: whole, a range of it, or that the client has it already. HEAD gets the headers that
 * the same GET without a range would get, because a range has no meaning there (RFC 9110, 14.2).
 *
 * The body is handed to the socket in one go and by reference: it is in memory and shared by all clients anyway, so
 * that a slow client costs no copy.
 *
 * @spec RFC 9110, 13.1.2 (If-None-Match), 13.1.5 (If-Range), 14 (Range), 15.4.5 (304)
 */
export function sendRepresentation(
  request: IncomingMessage,
  response: ServerResponse,
  representation: Representation,
): void {
  const { etag, size } = representation;
  setSharedHeaders(response, representation);
  if (isKnownToClient(request.headers["if-none-match"], etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  const range = requestedRange(request, representation);
  if (range === "unsatisfiable") {
    for (const name of qualityHeaderNames) response.removeHeader(name);
    response.statusCode = 416;
    response.setHeader("Content-Range", `bytes */${size}`);
    response.setHeader("Content-Length", "0");
    response.setHeader("Cache-Control", NO_STORE);
    response.end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size };
  if (range !== undefined) {
    response.statusCode = 206;
    response.setHeader("Content-Range", `bytes ${start}-${end - 1}/${size}`);
  }
  response.setHeader("Content-Type", representation.contentType);
  if (representation.coding === "gzip") response.setHeader("Content-Encoding", "gzip");
  response.setHeader("Content-Length", end - start);
  if (request.method === "HEAD") response.end();
  else writeBody(response, representation.body, { start, end });
}

/** The headers of 200, 206 and 304 alike. */
function setSharedHeaders(
  response: ServerResponse,
  { cacheControl, etag, headers, coding, ranges }: Representation,
): void {
  response.setHeader("ETag", `"${etag}"`);
  response.setHeader("Cache-Control", cacheControl);
  for (const name in headers) response.setHeader(name, headers[name as keyof typeof headers]!);
  if (coding !== undefined) response.setHeader("Vary", "Accept-Encoding");
  if (ranges) response.setHeader("Accept-Ranges", "bytes");
}

/** Weak comparison: a proxy that recompresses weakens the tag and still may ask with it. */
function isKnownToClient(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch.split(",").some((tag) => tag.trim().replace(/^W\//, "") === `"${etag}"`);
}

/** Strong comparison for If-Range; a date there never holds, since no response carries Last-Modified. */
function requestedRange(
  request: IncomingMessage,
  { ranges, etag, size }: Representation,
): ByteRange | "unsatisfiable" | undefined {
  const { range, "if-range": ifRange } = request.headers;
  if (!ranges || range === undefined || request.method !== "GET") return undefined;
  if (ifRange !== undefined && ifRange !== `"${etag}"`) return undefined;
  return parseByteRange(range, size);
}

/** Writes the part of a body that lies in a range, without joining its parts; all of them leave in one system call. */
function writeBody(response: ServerResponse, body: readonly Uint8Array[], { start, end }: ByteRange): void {
  const [first, second] = body;
  if (first !== undefined && second === undefined) {
    response.end(first.subarray(start, end));
    return;
  }
  response.cork();
  let offset = 0;
  for (const part of body) {
    const view = part.subarray(Math.max(start - offset, 0), Math.max(end - offset, 0));
    if (view.length > 0) response.write(view);
    offset += part.length;
  }
  response.end();
  response.uncork();
}
