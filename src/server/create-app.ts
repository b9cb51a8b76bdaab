import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import express, { type NextFunction, type Request, type Response } from "express";
import { COMMON_HEADERS } from "../http/common-headers.ts";
import { BadRequestError } from "./bad-request-error.ts";
import { findTrack } from "./find-track.ts";
import { type AnswerPlaylist, addManifestRoutes } from "./manifest-routes.ts";
import type { MediaOptions } from "./media-options.ts";
import { addMetricsRoute, type MetricsRouteOptions } from "./metrics-route.ts";
import { addOperationsRoutes, type OperationsOptions } from "./operations-routes.ts";
import { addPageRoutes } from "./page-routes.ts";
import { addQualityRoutes, type QualityRoutesOptions } from "./quality-routes.ts";
import { type ResponseKind, responseKind } from "./response-kind.ts";
import { addSegmentRoutes } from "./segment-routes.ts";
import { sendText } from "./send-text.ts";

/** What the HTTP routes work on. */
export type AppOptions = MediaOptions &
  OperationsOptions &
  QualityRoutesOptions &
  MetricsRouteOptions & {
    /** Told of each response when it is over, whole or not. */
    readonly onResponse: (kind: ResponseKind, status: number) => void;
    /** Hears of a request that failed through a fault of this program; the client gets a bare 500. */
    readonly onError: (error: unknown) => void;
  };

const METHODS = "GET, HEAD, OPTIONS";

/**
 * Request headers that are not allowed across origins without asking first: CMCD's, and those of ranges, conditions and
 * event streams.
 */
const PREFLIGHT_HEADERS = {
  Allow: METHODS,
  "Access-Control-Allow-Methods": METHODS,
  "Access-Control-Allow-Headers":
    "CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status, Range, If-Range, If-None-Match, Last-Event-ID",
  "Access-Control-Max-Age": "86400",
} as const;

/**
 * A playlist that may be waited for. Names that need percent-encoding go through Express like everything else, which gives the same answer.
 */
const RELOAD = /^\/([\w.~-]+)\/([\w.~-]+)\/index\.m3u8\?(?:.*&)?_HLS_msn=/;

/**
 * All routes of the packager: an Express application, but for playlists that may be waited for. Thousands of them are answered at once, and
 * through Express that takes twice as long. It reads the channels and changes nothing.
 */
export function createApp(options: AppOptions): RequestListener {
  const app = express();
  app.disable("x-powered-by").disable("etag").enable("strict routing").enable("case sensitive routing");
  app.set("query parser", false);
  app.use((request, response, next) => {
    const kind = responseKind(request.path);
    response.once("close", () => options.onResponse(kind, response.statusCode));
    next();
  });
  app.use(answerMethods);
  addPageRoutes(app);
  addOperationsRoutes(app, options);
  addMetricsRoute(app, options);
  const answerPlaylist = addManifestRoutes(app, options);
  addSegmentRoutes(app, options);
  addQualityRoutes(app, options);
  app.use((_request, response) => sendText(response, 404, "There is nothing here."));
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof BadRequestError) return sendText(response, 400, error.message);
    if (isBadPath(error)) return sendText(response, 400, "The path is not valid percent-encoding.");
    fail(response, error, options);
  });
  return (request, response) => {
    if (!answersReload(request, response, answerPlaylist, options)) app(request, response);
  };
}

/** Answers a reload that may block; false: it is none. */
function answersReload(
  request: IncomingMessage,
  response: ServerResponse,
  answerPlaylist: AnswerPlaylist,
  options: AppOptions,
): boolean {
  const [, channel, track] = RELOAD.exec(request.url ?? "") ?? [];
  const isReading = request.method === "GET" || request.method === "HEAD";
  if (channel === undefined || track === undefined || !isReading) return false;
  if (findTrack(options.channels.get(channel)?.store.snapshot(), track) === undefined) return false;
  response.once("close", () => options.onResponse("manifest", response.statusCode));
  for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
  const failed = (error: unknown): void => fail(response, error, options);
  try {
    const answered = answerPlaylist(request, response, { channel, track }, failed);
    if (answered instanceof Promise) answered.catch(failed);
  } catch (error) {
    failed(error);
  }
  return true;
}

/** A fault of this program. */
function fail(response: ServerResponse, error: unknown, { onError }: Pick<AppOptions, "onError">): void {
  onError(error);
  if (response.headersSent) response.destroy();
  else sendText(response, 500, "This request failed.");
}

/** Lets GET and HEAD pass and answers every other method itself. */
function answerMethods(request: Request, response: Response, next: NextFunction): void {
  response.set(COMMON_HEADERS);
  if (request.method === "GET" || request.method === "HEAD") {
    next();
  } else if (request.method === "OPTIONS") {
    response.status(204).set(PREFLIGHT_HEADERS).end();
  } else {
    response.set("Allow", METHODS);
    sendText(response, 405, "Only GET, HEAD and OPTIONS are allowed here.");
  }
}

/** Express throws this when `decodeURIComponent` fails on a path element. */
function isBadPath(error: unknown): boolean {
  return error instanceof URIError;
}
