import type { ServerResponse } from "node:http";
import { NO_STORE } from "../manifest/cache-control.ts";

/** Answers with one short line of plain text, for a person who looks. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  cacheControl: string = NO_STORE,
): void {
  const body = Buffer.from(`${text}\n`);
  response.statusCode = status;
  response.setHeader("Cache-Control", cacheControl);
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Content-Length", body.length);
  response.end(body);
}
