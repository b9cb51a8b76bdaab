import type { Express, Request, Response } from "express";
import { manifestCacheControl } from "../manifest/cache-control.ts";
import { qualityWindow, type WindowQuery } from "../quality/quality-window.ts";
import type { ChannelSnapshot, TrackSnapshot } from "../store/segment.ts";
import { BadRequestError } from "./bad-request-error.ts";
import type { ChannelView } from "./channel-view.ts";
import { EventStreams, eventStreamHeaders } from "./event-streams.ts";
import { findTrack } from "./find-track.ts";
import { ManifestCache } from "./manifest-cache.ts";
import { NegotiatedText } from "./negotiated-text.ts";
import { QualityEvents } from "./quality-events.ts";
import { parseQualityQuery } from "./quality-query.ts";
import { requestQuery, shown, singleValue } from "./request-query.ts";
import { parseSegmentNumber } from "./segment-number.ts";
import { sendRepresentation } from "./send-representation.ts";
import { sendText } from "./send-text.ts";

/** What the routes of quality need of the server's options. */
export type QualityRoutesOptions = {
  readonly channels: ReadonlyMap<string, ChannelView>;
  /** The server closes: event streams, which have no end of their own, end. */
  readonly closing: AbortSignal;
};

const JSON_TYPE = "application/json; charset=utf-8";

/** More than any channel has. */
const MAX_TRACKS_ASKED = 64;

/** When a client that found no room may ask again, in seconds: others have gone by then, or it finds another packager. */
const RETRY_AFTER = "10";

/** Adds the quality of segments for clients that do not read headers: all that is in the window, and each as it comes. */
export function addQualityRoutes(app: Express, { channels, closing }: QualityRoutesOptions): void {
  const wholeWindows = new ManifestCache();

  app.get("/:channel/:track/quality.json", async (request, response, next) => {
    const channel = channels.get(request.params.channel)?.store.snapshot();
    const track = findTrack(channel, request.params.track);
    if (channel === undefined || track === undefined) return next();
    const query = parseQualityQuery(request);
    const write = (): string => writeQuality(channel, track, query);
    // Other stretches are as many as clients can think of.
    const text =
      Object.keys(query).length === 0
        ? wholeWindows.get(channel, track.track.id, JSON_TYPE, write)
        : new NegotiatedText(JSON_TYPE, write());
    const headers = { cacheControl: manifestCacheControl(channel) };
    sendRepresentation(request, response, await text.representation(request, headers));
  });

  const streams = new EventStreams(closing);
  const events = new WeakMap<ChannelView, QualityEvents>();
  const eventsOf = (name: string, view: ChannelView): QualityEvents => {
    const known = events.get(view) ?? new QualityEvents(name, view, streams);
    events.set(view, known);
    return known;
  };

  // No track is called "quality": their names are a letter and numbers.
  app.get("/:channel/quality/events", (request, response, next) => {
    const { channel } = request.params;
    const view = channels.get(channel);
    if (view === undefined) return next();
    const { tracks, after } = parseEventsQuery(request);
    const known = view.store.snapshot()?.tracks.map(({ track }) => track.id);
    if (known !== undefined && tracks !== undefined && [...tracks].some((id) => !known.includes(id))) return next();
    if (request.method === "HEAD") response.set(eventStreamHeaders).end();
    else if (streams.isFull) refuse(response);
    else eventsOf(channel, view).listen(response, tracks, after);
  });
}

function refuse(response: Response): void {
  response.set("Retry-After", RETRY_AFTER);
  sendText(response, 503, "There is no room for another listener now.");
}

function writeQuality(channel: ChannelSnapshot, { track, segments }: TrackSnapshot, query: WindowQuery): string {
  return JSON.stringify({
    channel: channel.name,
    track: track.id,
    kind: track.kind,
    segmentSeconds: channel.segmentDuration / 1000,
    ...qualityWindow(segments, query),
  });
}

/** Which tracks a client wants to hear of, and what it has heard of already. */
type EventsQuery = { readonly tracks: ReadonlySet<string> | undefined; readonly after: number | undefined };

/** @throws BadRequestError */
function parseEventsQuery(request: Request): EventsQuery {
  const query = requestQuery(request, ["track", "after"]);
  const tracks = query.getAll("track");
  if (tracks.length > MAX_TRACKS_ASKED)
    throw new BadRequestError(`track is given more than ${MAX_TRACKS_ASKED} times.`);
  const after = singleValue(query, "after");
  const first = after === undefined ? undefined : parseSegmentNumber(after);
  if (after !== undefined && first === undefined) {
    throw new BadRequestError(`after is ${shown(after)}; it must be a segment number.`);
  }
  // A client that comes back asks with the URL of its first time, and what it has heard since in the header.
  const last = parseSegmentNumber(request.get("Last-Event-ID") ?? "");
  return { tracks: tracks.length === 0 ? undefined : new Set(tracks), after: last ?? first };
}
