import type { Response } from "express";
import { NO_STORE } from "./cache-control.ts";

/** Answers with one short line of plain text, for a person who looks. */
export function sendText(response: Response, status: number, text: string, cacheControl: string = NO_STORE): void {
  response.status(status).set("Cache-Control", cacheControl).type("text/plain").send(`${text}\n`);
}
