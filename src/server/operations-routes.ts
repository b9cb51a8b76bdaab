import type { Express } from "express";
import { NO_STORE } from "../manifest/cache-control.ts";
import { type SegmentReport, segmentReport } from "../quality/segment-report.ts";
import type { Track, TrackSnapshot } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { ChannelView } from "./channel-view.ts";
import { unreadyChannels } from "./readiness.ts";
import { sendText } from "./send-text.ts";

/** What the operations routes need of the server's options. */
export type OperationsOptions = {
  readonly channels: ReadonlyMap<string, ChannelView>;
  readonly clock: () => Milliseconds;
  readonly publish: { readonly keyPrefix: string };
  /** Composite scores below it are low, 0 to 100. */
  readonly threshold: number;
};

/** Adds what orchestration, monitoring, the page and DASH clocks ask for. None of it may be cached. */
export function addOperationsRoutes(app: Express, { channels, clock, publish, threshold }: OperationsOptions): void {
  app.get("/healthz", (_request, response) => sendText(response, 200, "ok"));

  app.get("/readyz", (_request, response) => {
    const reasons = unreadyChannels(channels, clock());
    const ready = Object.keys(reasons).length === 0;
    response
      .status(ready ? 200 : 503)
      .set("Cache-Control", NO_STORE)
      .json({ ready, reasons });
  });

  // The clock of urn:mpeg:dash:utc:http-iso:2014, which the MPD names in UTCTiming.
  app.get("/time", (_request, response) => {
    response.set("Cache-Control", NO_STORE).type("text/plain").send(new Date(clock()).toISOString());
  });

  app.get("/api/channels", (_request, response) => {
    const list = [...channels].map(([name, view]) => describeChannel(name, view));
    response.set("Cache-Control", NO_STORE).json({ keyPrefix: publish.keyPrefix, threshold, channels: list });
  });
}

/** One channel in `/api/channels`. */
type ChannelDescription = {
  readonly name: string;
  readonly state: "starting" | "live" | "ended";
  /** Paths of its manifests. */
  readonly hls: string;
  readonly dash: string;
  readonly tracks: readonly TrackDescription[];
  readonly status: unknown;
};

/** One track, with its newest segment. */
type TrackDescription = {
  readonly id: string;
  readonly kind: Track["kind"];
  /** As RFC 6381 has it. */
  readonly codec: string;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
  readonly language?: string;
  readonly newest: SegmentReport;
};

function describeChannel(name: string, view: ChannelView): ChannelDescription {
  const snapshot = view.store.snapshot();
  const base = `/${encodeURIComponent(name)}`;
  return {
    name,
    state: snapshot === undefined ? "starting" : snapshot.ended ? "ended" : "live",
    hls: `${base}/index.m3u8`,
    dash: `${base}/manifest.mpd`,
    tracks: snapshot?.tracks.map(describeTrack) ?? [],
    status: view.status(),
  };
}

function describeTrack({ track: { id, kind, language }, segments }: TrackSnapshot): TrackDescription {
  const newest = segments.at(-1)!;
  const { configuration } = newest.init;
  return {
    id,
    kind,
    codec: configuration.codecString,
    ...(configuration.kind === "video" && { width: configuration.width, height: configuration.height }),
    ...(configuration.kind === "audio" && { channels: configuration.channels }),
    ...(language !== undefined && { language }),
    newest: segmentReport(newest),
  };
}
