import { readFileSync } from "node:fs";
import { packageRoot } from "../package-root.ts";
import { NegotiatedText } from "./negotiated-text.ts";

const folder = new URL("src/server/page/", packageRoot);

/** The files of the page by their path, read once. */
export function loadPageAssets(): ReadonlyMap<string, NegotiatedText> {
  const hlsJs = new URL(import.meta.resolve("hls.js/dist/hls.min.js"));
  return new Map([
    ["/", asset("text/html; charset=utf-8", new URL("index.html", folder))],
    ["/page/page.css", asset("text/css; charset=utf-8", new URL("page.css", folder))],
    ["/page/page.js", asset("text/javascript; charset=utf-8", new URL("page.js", folder))],
    ["/page/encoder-check.css", asset("text/css; charset=utf-8", new URL("encoder-check.css", folder))],
    ["/page/encoder-check.js", asset("text/javascript; charset=utf-8", new URL("encoder-check.js", folder))],
    ["/page/rendition.js", asset("text/javascript; charset=utf-8", new URL("rendition.js", folder))],
    ["/page/hls.min.js", asset("text/javascript; charset=utf-8", hlsJs)],
  ]);
}

function asset(contentType: string, url: URL): NegotiatedText {
  return new NegotiatedText(contentType, readFileSync(url));
}
