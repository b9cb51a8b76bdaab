import type { Express } from "express";
import { loadPageAssets } from "./page-assets.ts";
import { sendRepresentation } from "./send-representation.ts";

/**
 * The page loads nothing from elsewhere and runs no inline code. `blob:` is how Media Source Extensions name the stream
 * that hls.js builds, `data:` the empty icon that spares a request for one.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * Adds the page that plays every channel and shows its scores. Caches must ask each time: its files change with the
 * release.
 */
export function addPageRoutes(app: Express): void {
  for (const [path, text] of loadPageAssets()) {
    app.get(path, async (request, response) => {
      response.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
      sendRepresentation(request, response, await text.representation(request, { cacheControl: "no-cache" }));
    });
  }
}
