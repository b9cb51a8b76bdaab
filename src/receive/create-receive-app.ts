import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { COMMON_HEADERS } from "../http/common-headers.ts";
import { BrokenRequestError } from "./broken-request-error.ts";
import { challenge, isAuthorized } from "./credentials.ts";
import { type ObjectPath, parseTarget } from "./object-path.ts";
import { NameTakenError } from "./object-store.ts";
import type { Receiver } from "./receiver.ts";
import { textReport } from "./text-report.ts";

/** What the routes work on. */
export type ReceiveAppOptions = {
  readonly receiver: Receiver;
  /** The value of `Authorization` that requests must have; absent: any may. */
  readonly authorization?: string;
  /** Hears of a request that failed through a fault of this program or of its disk; the client gets a bare 500. */
  readonly onError: (error: unknown) => void;
};

const METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS";

const PREFLIGHT_HEADERS = {
  Allow: METHODS,
  "Access-Control-Allow-Methods": METHODS,
  "Access-Control-Allow-Headers":
    "CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status, DASH-IF-Ingest, Content-Type, Authorization, Range, If-Range, If-None-Match",
  "Access-Control-Max-Age": "86400",
} as const;

/**
 * The routes of a receiver: objects are put, taken and removed at their paths; `/` and `/api/tracks` say what has come.
 *
 * @spec DASH-IF ingest 1.2, "Requirements for HTTP-based ingest"
 */
export function createReceiveApp({ receiver, authorization, onError }: ReceiveAppOptions): Express {
  const app = express();
  app.disable("x-powered-by").enable("strict routing").enable("case sensitive routing").set("query parser", false);
  app.use((request, response, next) => {
    response.set({ ...COMMON_HEADERS, "Cache-Control": "no-cache" });
    if (request.method === "OPTIONS") response.status(204).set(PREFLIGHT_HEADERS).end();
    else if (authorization === undefined || isAuthorized(request.get("Authorization"), authorization)) next();
    else sendText(response.set("WWW-Authenticate", challenge(authorization)), 401, "Credentials are missing or wrong.");
  });
  app.get("/", (_request, response) => sendText(response, 200, textReport(receiver.reports())));
  app.get("/api/tracks", (_request, response) => void response.json({ tracks: receiver.reports() }));
  app.use(async (request, response) => {
    switch (request.method) {
      case "PUT":
      case "POST":
        return deliver(receiver, request, response);
      case "DELETE":
      case "GET":
      case "HEAD": {
        const target = parseTarget(request.url);
        if (target.kind === "forbidden") return sendText(response, 403, "That is no path of this receiver.");
        const object = target.kind === "object" ? target.object : undefined;
        if (request.method !== "DELETE") return serve(receiver, object, response);
        const isGone = object !== undefined && receiver.remove(object);
        return sendText(response, isGone ? 200 : 404, isGone ? "It was removed." : "There is nothing here.");
      }
      default:
        response.set("Allow", METHODS);
        return sendText(response, 405, `The methods are ${METHODS}.`);
    }
  });
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    // There is nobody to answer.
    if (error instanceof BrokenRequestError) return response.destroy();
    if (error instanceof NameTakenError) return sendText(response, 403, "A file or folder stands in the way.");
    onError(error);
    if (response.headersSent) response.destroy();
    else sendText(response, 500, "This request failed.");
  });
  return app;
}

async function deliver(receiver: Receiver, request: Request, response: Response): Promise<void> {
  const target = parseTarget(request.url);
  if (target.kind === "forbidden") return sendText(response, 403, "That is no path of this receiver.");
  if (target.kind === "folder") {
    // The probe of the specification: may I send here?
    const isEmpty = await hasNoBody(request);
    return sendText(
      response,
      isEmpty ? 200 : 415,
      isEmpty ? "Nothing was sent." : "That is no object of this receiver.",
    );
  }
  const coding = request.get("Content-Encoding") ?? "identity";
  if (coding !== "identity") return sendText(response, 415, "Bodies must not be compressed.");
  const place = target.kind === "object" ? target.object : target;
  const { status, text } = await receiver.take({ place, headers: request.headers, body: bodyOf(request) });
  // What is left of the body is not read.
  if (status === 413) response.set("Connection", "close");
  sendText(response, status, text);
}

async function hasNoBody(request: Request): Promise<boolean> {
  for await (const piece of bodyOf(request)) if (piece.length > 0) return false;
  return true;
}

/** @throws BrokenRequestError */
async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  try {
    // The answer goes over the same connection, however much was read.
    for await (const piece of request.iterator({ destroyOnReturn: false })) yield piece as Uint8Array;
  } catch (error) {
    throw new BrokenRequestError(error instanceof Error ? error.message : String(error));
  }
}

function serve(receiver: Receiver, object: ObjectPath | undefined, response: Response): void {
  const found = object && receiver.find(object);
  if (object === undefined || found === undefined) {
    sendText(response, 404, "There is nothing here.");
    return;
  }
  response.set("Content-Type", object.contentType);
  if (found.cmsdStatic !== undefined) response.set("CMSD-Static", found.cmsdStatic);
  // The same bytes may come again from another packager.
  if (found.sha256 !== undefined) response.set("ETag", `"${found.sha256}"`);
  // Its folder may have a hidden one above it.
  response.sendFile(found.file, { cacheControl: false, dotfiles: "allow" });
}

/** Answers with one short text, for a person who looks. */
function sendText(response: Response, status: number, text: string): void {
  response.status(status).type("text/plain").send(`${text}\n`);
}
