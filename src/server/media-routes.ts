import type { Express, Request, Response } from "express";
import { writeMediaPlaylist } from "../manifest/media-playlist.ts";
import { writeMpd } from "../manifest/mpd.ts";
import { writeMultivariantPlaylist } from "../manifest/multivariant-playlist.ts";
import type { QualitySignals } from "../manifest/quality-signals.ts";
import { initHeaders, manifestHeaders } from "../quality/publish-headers.ts";
import type { PublishOptions } from "../quality/publish-options.ts";
import type { ChannelSnapshot } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { goneCacheControl, manifestCacheControl } from "./cache-control.ts";
import type { ChannelView } from "./channel-view.ts";
import { ManifestCache } from "./manifest-cache.ts";
import { initRepresentation, segmentRepresentation } from "./media-representation.ts";
import { SegmentHeadersCache } from "./segment-headers-cache.ts";
import { parseSegmentNumber } from "./segment-number.ts";
import { sendRepresentation } from "./send-representation.ts";
import { sendText } from "./send-text.ts";

const HLS = { format: "h", contentType: "application/vnd.apple.mpegurl" } as const;
const DASH = { format: "d", contentType: "application/dash+xml" } as const;

/** What the media routes need of the server's options. */
export type MediaOptions = {
  readonly channels: ReadonlyMap<string, ChannelView>;
  readonly clock: () => Milliseconds;
  readonly publish: PublishOptions;
  readonly signals: QualitySignals;
};

/** One manifest of a channel: its path below the channel's, and what gives its text. */
type Manifest = { readonly name: string; readonly write: () => string };

/** Adds the playlists, MPDs, init segments and segments of all channels. */
export function addMediaRoutes(app: Express, options: MediaOptions): void {
  addManifestRoutes(app, options);
  addSegmentRoutes(app, options);
}

function addManifestRoutes(app: Express, { channels, clock, publish, signals }: MediaOptions): void {
  const manifests = new ManifestCache();

  async function send(
    request: Request,
    response: Response,
    channel: ChannelSnapshot,
    manifest: Manifest,
  ): Promise<void> {
    const { name, write } = manifest;
    const { format, contentType } = name.endsWith(".mpd") ? DASH : HLS;
    const text = manifests.get(channel, name, contentType, write);
    const fields = {
      cacheControl: manifestCacheControl(channel),
      headers: manifestHeaders(format, publish, !channel.ended),
    };
    sendRepresentation(request, response, await text.representation(request, fields));
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

  app.get("/:channel/:track/index.m3u8", async (request, response, next) => {
    const channel = channels.get(request.params.channel)?.store.snapshot();
    const track = channel?.tracks.find(({ track }) => track.id === request.params.track);
    if (channel === undefined || track === undefined) return next();
    const write = (): string => writeMediaPlaylist(channel, track, signals);
    await send(request, response, channel, { name: `${track.track.id}/index.m3u8`, write });
  });
}

function addSegmentRoutes(app: Express, { channels, publish }: MediaOptions): void {
  const segmentHeaders = new SegmentHeadersCache(publish);

  app.get("/:channel/:track/init-:id.mp4", (request, response, next) => {
    const store = channels.get(request.params.channel)?.store;
    const channel = store?.snapshot();
    const init = store?.initSegment(request.params.track, request.params.id);
    if (channel === undefined || init === undefined) next();
    else sendRepresentation(request, response, initRepresentation(init, initHeaders(publish, !channel.ended)));
  });

  app.get("/:channel/:track/:number.m4s", (request, response, next) => {
    const store = channels.get(request.params.channel)?.store;
    const channel = store?.snapshot();
    const number = parseSegmentNumber(request.params.number);
    if (store === undefined || channel === undefined || number === undefined) return next();
    const segment = store.segment(request.params.track, number);
    if (segment === "unknown") next();
    else if (segment === "expired")
      sendText(response, 410, "This segment has left the window.", goneCacheControl(channel));
    else {
      const headers = segmentHeaders.get(segment, !channel.ended);
      sendRepresentation(request, response, segmentRepresentation(segment, channel, headers));
    }
  });
}
