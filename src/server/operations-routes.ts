import type { Express } from "express";
import type { Milliseconds } from "../time/units.ts";
import { NO_STORE } from "./cache-control.ts";
import type { ChannelView } from "./channel-view.ts";
import { unreadyChannels } from "./readiness.ts";
import { sendText } from "./send-text.ts";

/** What the operations routes need of the server's options. */
export type OperationsOptions = {
  readonly channels: ReadonlyMap<string, ChannelView>;
  readonly clock: () => Milliseconds;
  readonly cmsd: { readonly keyPrefix: string };
};

/** Adds what orchestration, monitoring, the page and DASH clocks ask for. None of it may be cached. */
export function addOperationsRoutes(app: Express, { channels, clock, cmsd }: OperationsOptions): void {
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
    response.set("Cache-Control", NO_STORE).json({ keyPrefix: cmsd.keyPrefix, channels: list });
  });
}

/** One channel in `/api/channels`. */
type ChannelDescription = {
  readonly name: string;
  readonly state: "starting" | "live" | "ended";
  /** Paths of its manifests. */
  readonly hls: string;
  readonly dash: string;
  readonly status: unknown;
};

function describeChannel(name: string, view: ChannelView): ChannelDescription {
  const snapshot = view.store.snapshot();
  const base = `/${encodeURIComponent(name)}`;
  return {
    name,
    state: snapshot === undefined ? "starting" : snapshot.ended ? "ended" : "live",
    hls: `${base}/index.m3u8`,
    dash: `${base}/manifest.mpd`,
    status: view.status(),
  };
}
