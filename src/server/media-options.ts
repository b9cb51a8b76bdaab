import type { QualitySignals } from "../manifest/quality-signals.ts";
import type { PublishOptions } from "../quality/publish-options.ts";
import type { Milliseconds } from "../time/units.ts";
import type { ChannelView } from "./channel-view.ts";
import type { Waiters } from "./waiters.ts";

/** What the routes of manifests and media need of the server's options. */
export type MediaOptions = {
  readonly channels: ReadonlyMap<string, ChannelView>;
  readonly clock: () => Milliseconds;
  readonly publish: PublishOptions;
  readonly signals: QualitySignals;
  /** Requests that are held, in low latency. */
  readonly waiters: Waiters;
};
