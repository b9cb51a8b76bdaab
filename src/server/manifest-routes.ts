import type { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";
import { blockingCacheControl, blockingErrorCacheControl, manifestCacheControl } from "../manifest/cache-control.ts";
import { isMpd, manifestType } from "../manifest/content-type.ts";
import { writeMediaPlaylist } from "../manifest/media-playlist.ts";
import { writeMpd } from "../manifest/mpd.ts";
import { writeMultivariantPlaylist } from "../manifest/multivariant-playlist.ts";
import { manifestHeaders } from "../quality/publish-headers.ts";
import type { ChannelSnapshot, TrackSnapshot } from "../store/segment.ts";
import { BadRequestError } from "./bad-request-error.ts";
import { checkNotTooFar, type DeliveryDirectives, hasCome, longestWait, readDirectives } from "./blocking-reload.ts";
import type { PublishedChannel } from "./channel-view.ts";
import { findTrack } from "./find-track.ts";
import { HeadersCache } from "./headers-cache.ts";
import { hold } from "./hold.ts";
import { ManifestCache } from "./manifest-cache.ts";
import type { MediaOptions } from "./media-options.ts";
import { sendRepresentation } from "./send-representation.ts";
import { sendText } from "./send-text.ts";

/** One manifest of a channel: its name, and what gives its text. */
type Manifest = { readonly name: string; readonly write: () => string };

/**
 * Answers a request for the playlist of a track of a channel.
 *
 * @param failed - Told of what goes wrong.
 * @returns `none`: there is no such playlist.
 */
export type AnswerPlaylist = (
  request: IncomingMessage,
  response: ServerResponse,
  place: { readonly channel: string; readonly track: string },
  failed: (error: unknown) => void,
) => void | Promise<void> | "none";

/**
 * Adds the playlists and MPDs of all channels.
 *
 * @returns What answers for the playlists of tracks.
 */
export function addManifestRoutes(
  app: Express,
  { channels, clock, publish, signals, waiters }: MediaOptions,
): AnswerPlaylist {
  const manifests = new ManifestCache();
  const headersOf = { h: new HeadersCache(), d: new HeadersCache() };

  /** @returns Where the form that the client can take is still being made: a promise. */
  function send(
    request: IncomingMessage,
    response: ServerResponse,
    channel: ChannelSnapshot,
    { name, write }: Manifest,
    {
      cacheControl = manifestCacheControl(channel),
      heldFor,
    }: { cacheControl?: string; heldFor?: number | undefined } = {},
  ): void | Promise<void> {
    const format = isMpd(name) ? "d" : "h";
    const live = !channel.ended;
    const headers = headersOf[format].get(channel, { live, held: heldFor }, () =>
      manifestHeaders(format, publish, live, heldFor),
    );
    const text = manifests.get(channel, name, manifestType(name), write);
    const made = text.representation(request, { cacheControl, headers });
    if (!(made instanceof Promise)) return sendRepresentation(request, response, made);
    return made.then((representation) => sendRepresentation(request, response, representation));
  }

  app.get("/:channel/index.m3u8", async (request, response, next) => {
    const channel = channels.get(request.params.channel)?.store.snapshot();
    if (channel === undefined) return next();
    await send(request, response, channel, {
      name: "index.m3u8",
      write: () => writeMultivariantPlaylist(channel, signals),
    });
  });

  app.get("/:channel/manifest.mpd", async (request, response, next) => {
    const channel = channels.get(request.params.channel)?.store.snapshot();
    if (channel === undefined) return next();
    const write = (): string => writeMpd(channel, { publishTime: clock() }, signals);
    await send(request, response, channel, { name: "manifest.mpd", write });
  });

  const answerPlaylist: AnswerPlaylist = (request, response, { channel: name, track: id }, failed) => {
    const store = channels.get(name)?.store;
    const channel = store?.snapshot();
    const track = findTrack(channel, id);
    if (store === undefined || channel === undefined || track === undefined) return "none";
    if (channel.lowLatency === undefined || channel.ended) {
      return send(request, response, channel, mediaPlaylist(channel, track, false));
    }
    const directives = directivesOf(request, response, channel, track);
    return directives && sendInTime(request, response, { store, id, directives }, failed);
  };

  app.get("/:channel/:track/index.m3u8", async (request, response, next) => {
    const { channel, track } = request.params;
    if ((await answerPlaylist(request, response, { channel, track }, next)) === "none") next();
  });

  function mediaPlaylist(channel: ChannelSnapshot, track: TrackSnapshot, skips: boolean): Manifest {
    const name = `${track.track.id}/${skips ? "delta" : "index"}.m3u8`;
    return { name, write: () => writeMediaPlaylist(channel, track, signals, { skips }) };
  }

  /** Sends a playlist as soon as it has what is asked for. */
  function sendInTime(
    request: IncomingMessage,
    response: ServerResponse,
    { store, id, directives }: { store: PublishedChannel; id: string; directives: DeliveryDirectives },
    failed: (error: unknown) => void,
  ): void | Promise<void> {
    const { number, part, skips } = directives;
    const current = (): TrackSnapshot => findTrack(store.snapshot(), id)!;
    const isReady = (): boolean => {
      return number === undefined || store.snapshot()!.ended || hasCome(current(), number, part);
    };
    const answer = (heldFor?: number): void | Promise<void> => {
      const channel = store.snapshot()!;
      const cacheControl = number === undefined ? manifestCacheControl(channel) : blockingCacheControl(channel);
      return send(request, response, channel, mediaPlaylist(channel, current(), skips), { cacheControl, heldFor });
    };
    if (isReady()) return answer();
    const patience = longestWait(store.snapshot()!);
    const key = `playlist ${id} ${number}.${part ?? ""}`;
    hold(response, { waiters, store, key, isReady, patience, clock, answer, failed });
    return undefined;
  }

  return answerPlaylist;
}

/** What is asked of a playlist; where that makes no sense it is answered. */
function directivesOf(
  request: IncomingMessage,
  response: ServerResponse,
  channel: ChannelSnapshot,
  track: TrackSnapshot,
): DeliveryDirectives | undefined {
  try {
    const directives = readDirectives(request.url ?? "");
    checkNotTooFar(track, channel.lowLatency!, directives);
    return directives;
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    sendText(response, 400, error.message, blockingErrorCacheControl(channel));
    return undefined;
  }
}
