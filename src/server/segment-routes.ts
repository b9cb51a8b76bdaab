import type { Express, NextFunction, Request, Response } from "express";
import { goneCacheControl, NO_STORE, neverCameCacheControl, segmentCacheControl } from "../manifest/cache-control.ts";
import {
  initHeaders,
  missingHeaders,
  openHeaders,
  type QualityHeaders,
  segmentHeaders,
} from "../quality/publish-headers.ts";
import type { PartName } from "../store/next-part.ts";
import type { ChannelSnapshot, LowLatency, OpenSegment, Part, Segment } from "../store/segment.ts";
import { mulDivFloor } from "../time/rational.ts";
import { longestWait } from "./blocking-reload.ts";
import type { PublishedChannel } from "./channel-view.ts";
import { findTrack } from "./find-track.ts";
import { HeadersCache } from "./headers-cache.ts";
import { hold } from "./hold.ts";
import type { MediaOptions } from "./media-options.ts";
import {
  initRepresentation,
  mediaType,
  missingRepresentation,
  partRepresentation,
  segmentRepresentation,
} from "./media-representation.ts";
import { parsePartName, parseSegmentNumber } from "./segment-number.ts";
import { sendRepresentation } from "./send-representation.ts";
import { sendText } from "./send-text.ts";

/** A request for media of one track, and where to look. */
type MediaRequest = {
  readonly request: Request;
  readonly response: Response;
  readonly next: NextFunction;
  readonly store: PublishedChannel;
  readonly track: string;
};

/** Adds the init segments, segments and parts of all channels. */
export function addSegmentRoutes(app: Express, { channels, clock, publish, waiters }: MediaOptions): void {
  const made = new HeadersCache();

  /** Those of a whole segment, made when they are first asked for. */
  function headersOf(segment: Segment, { ended }: ChannelSnapshot): QualityHeaders {
    const live = !ended;
    return made.get(segment, { live }, () => segmentHeaders(segment, publish, live).headers);
  }

  app.get("/:channel/:track/init-:id.mp4", (request, response, next) => {
    const store = channels.get(request.params.channel)?.store;
    const channel = store?.snapshot();
    const init = store?.initSegment(request.params.track, request.params.id);
    if (channel === undefined || init === undefined) next();
    else sendRepresentation(request, response, initRepresentation(init, initHeaders(publish, !channel.ended)));
  });

  app.get("/:channel/:track/:name.m4s", (request, response, next) => {
    const store = channels.get(request.params.channel)?.store;
    const channel = store?.snapshot();
    if (store === undefined || channel === undefined) return next();
    const { track, name } = request.params;
    const asked = { request, response, next, store, track };
    const number = parseSegmentNumber(name);
    if (number !== undefined) return sendSegment(asked, channel, number);
    const part = channel.lowLatency && parsePartName(name);
    if (part === undefined) next();
    else sendPart(asked, channel, part);
  });

  function sendSegment(asked: MediaRequest, channel: ChannelSnapshot, number: number): void {
    const { request, response, next, store, track } = asked;
    const segment = store.segment(track, number);
    if (segment === "expired") {
      sendText(response, 410, "This segment has left the window.", goneCacheControl(channel));
    } else if (segment === "missing") {
      sendMissing(asked, channel, number);
    } else if (segment !== "unknown") {
      sendRepresentation(request, response, segmentRepresentation(segment, channel, headersOf(segment, channel)));
    } else if (channel.lowLatency !== undefined && !channel.ended && isAwaited(channel, track, number)) {
      sendOpen(asked, channel, channel.lowLatency, number);
    } else {
      next();
    }
  }

  /** @param mayCome - It is overdue, but may still come. */
  function sendMissing(
    { request, response, track }: MediaRequest,
    channel: ChannelSnapshot,
    number: number,
    mayCome = false,
  ): void {
    const cacheControl = mayCome ? NO_STORE : neverCameCacheControl(channel);
    if (channel.lowLatency?.missing !== "empty") {
      sendText(response, 404, "This segment never came.", cacheControl);
      return;
    }
    const { init } = findTrack(channel, track)!.segments.at(-1)!;
    const headers = missingHeaders(init, publish);
    sendRepresentation(request, response, missingRepresentation({ init, number }, cacheControl, headers));
  }

  /**
   * Whether a segment that is not there is worth waiting for: the next, and where none is refused, all that should have begun by the clock.
   */
  function isAwaited(channel: ChannelSnapshot, id: string, number: number): boolean {
    const track = findTrack(channel, id);
    if (track === undefined) return false;
    const { open, segments } = track;
    const newest = (open ?? segments.at(-1)!).number;
    const { missing, rate, pictures, numberOffset } = channel.lowLatency!;
    if (number === open?.number || number === newest + 1) return true;
    if (missing !== "empty" || number < newest) return false;
    return number <= mulDivFloor(clock(), rate.num, 1000 * rate.den * pictures) + numberOffset + 1;
  }

  /** A part that is there; one that is expected is held until it is, or is known not to come. */
  function sendPart(asked: MediaRequest, channel: ChannelSnapshot, name: PartName): void {
    const { request, response, next, store, track } = asked;
    const find = (): ReturnType<PublishedChannel["part"]> => store.part(track, name);
    const answer = (heldFor?: number): void => {
      const part = find();
      const { previous } = ownerOf(store, track, name.number) ?? {};
      if (typeof part !== "string") {
        const headers = openHeaders({ init: part.init, previous }, part, { heldFor }, publish);
        sendRepresentation(request, response, partRepresentation(part, channel, headers));
      } else if (part === "expired" && store.segment(track, name.number) === "expired") {
        sendText(response, 410, "This part has left the window.", goneCacheControl(channel));
      } else if (part === "expired") {
        sendText(response, 404, "There is no such part.", neverCameCacheControl(channel));
      } else {
        next();
      }
    };
    if (find() !== "pending") {
      answer();
      return;
    }
    const isReady = (): boolean => find() !== "pending" || store.snapshot()!.ended;
    wait(asked, `${name.number}.${name.index}`, isReady, answer);
  }

  /** A segment while it is made: each part as it comes. One that has not begun is held until it does. */
  function sendOpen(asked: MediaRequest, channel: ChannelSnapshot, { missing }: LowLatency, number: number): void {
    const { request, response, next, store, track } = asked;
    const begun = (): OpenSegment | Segment | undefined => ownerOf(store, track, number);
    const isMissing = (): boolean => store.segment(track, number) === "missing";
    const begin = (heldFor?: number): void => {
      const segment = begun();
      if (segment === undefined) {
        if (isMissing()) sendMissing(asked, store.snapshot()!, number);
        else next();
        return;
      }
      const [first] = segment.parts!;
      response.setHeader("Content-Type", mediaType(segment.init));
      response.setHeader("Cache-Control", segmentCacheControl(channel));
      const { availableAt } = first!;
      response.set(openHeaders({ ...segment, availableAt }, undefined, { heldFor }, publish));
      if (request.method === "HEAD") {
        response.end();
        return;
      }
      const sendsTrailers = /\btrailers\b/i.test(request.get("TE") ?? "");
      if (sendsTrailers) response.setHeader("Trailer", "CMSD-Static");
      sendParts(asked, number, 0, sendsTrailers);
    };
    if (begun() !== undefined) {
      begin();
      return;
    }
    const isReady = (): boolean => begun() !== undefined || isMissing() || store.snapshot()!.ended;
    const giveUp = missing === "empty" ? () => sendMissing(asked, store.snapshot()!, number, true) : undefined;
    wait(asked, `${number} begins`, isReady, begin, giveUp);
  }

  /** Sends the parts from `from` on, and those that are still to come, until the segment is whole. */
  function sendParts(asked: MediaRequest, number: number, from: number, sendsTrailers: boolean): void {
    const { response, store, track } = asked;
    const segment = ownerOf(store, track, number);
    // It was not published in the end: what was sent of it is not a segment.
    if (segment === undefined) {
      response.destroy();
      return;
    }
    const parts: readonly Part[] = segment.parts!;
    response.cork();
    for (const part of parts.slice(from)) for (const stretch of part.body) response.write(stretch);
    process.nextTick(() => response.uncork());
    if ("quality" in segment) {
      if (sendsTrailers) response.addTrailers({ ...headersOf(segment, store.snapshot()!) });
      response.end();
      return;
    }
    const isReady = (): boolean => ownerOf(store, track, number) !== segment;
    const answer = (): void => sendParts(asked, number, parts.length, sendsTrailers);
    wait(asked, `${number} after ${parts.length}`, isReady, answer);
  }

  /**
   * @param what - Is waited for, of the track.
   * @param giveUp - Instead of refusing, where it does not come in time.
   */
  function wait(
    { response, next, store, track }: MediaRequest,
    what: string,
    isReady: () => boolean,
    answer: (heldFor: number) => void,
    giveUp?: () => void,
  ): void {
    const patience = longestWait(store.snapshot()!);
    const key = `media ${track} ${what}`;
    hold(response, { waiters, store, key, isReady, patience, clock, answer, failed: next, giveUp });
  }
}

/** A segment that has begun, whole or not. */
function ownerOf(store: PublishedChannel, track: string, number: number): OpenSegment | Segment | undefined {
  const open = findTrack(store.snapshot(), track)?.open;
  if (open?.number === number) return open;
  const segment = store.segment(track, number);
  return typeof segment === "string" ? undefined : segment;
}
