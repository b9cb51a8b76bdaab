import { defaultPublishOptions, type PublishOptions } from "../quality/publish-options.ts";

/** What manifests say of quality. A channel's manifests are written with one object of it, not with equal ones. */
export type QualitySignals = {
  /** `SCORE` of each variant in the multivariant playlist. */
  readonly score: boolean;
  /** An `EXT-X-DATERANGE` for each segment in media playlists. */
  readonly dateRange: boolean;
  /** An `EventStream` for each track in each `Period`, with an `Event` for each segment. */
  readonly events: boolean;
  /** The newest segment's values at the head of media playlists and of the MPD, as one vendor writes them. */
  readonly cmsdTags: boolean;
  /** What is published, and under which keys, as in CMSD. */
  readonly publish: PublishOptions;
};

/** Used where the configuration says nothing: what costs nothing and disturbs no player. */
export const defaultQualitySignals: QualitySignals = {
  score: true,
  dateRange: false,
  events: false,
  cmsdTags: false,
  publish: defaultPublishOptions,
};
