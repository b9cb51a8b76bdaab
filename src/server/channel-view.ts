import type { PublishListener } from "../store/channel-store.ts";
import type { ChannelSnapshot, InitSegment, Segment } from "../store/segment.ts";

/** What the server reads of one channel's store. */
export interface PublishedChannel {
  /** What can be fetched now, the same object until it changes; undefined before the first segment. */
  snapshot(): ChannelSnapshot | undefined;
  initSegment(trackId: string, id: string): InitSegment | undefined;
  /** `expired`: was there, or would have been, and has left the window for good. `unknown`: may still come. */
  segment(trackId: string, number: number): Segment | "expired" | "unknown";
  /** Calls the listener after each publish, until what it returns is called. */
  onPublish(listener: PublishListener): () => void;
}

/** One channel as the server sees it. */
export type ChannelView = {
  readonly store: PublishedChannel;
  /** What `/api/channels` says of the channel beyond its name and URLs: a JSON value. */
  status(): unknown;
};
