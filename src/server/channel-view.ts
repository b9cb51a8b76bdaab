import type { ChangeListener, PublishListener } from "../store/channel-store.ts";
import type { PartName } from "../store/next-part.ts";
import type { ChannelSnapshot, InitSegment, Part, Segment } from "../store/segment.ts";

/** What the server reads of one channel's store. */
export interface PublishedChannel {
  /** What can be fetched now, the same object until it changes; undefined before the first segment. */
  snapshot(): ChannelSnapshot | undefined;
  initSegment(trackId: string, id: string): InitSegment | undefined;
  /**
   * `missing`: never came, but others around it. `expired`: was there, or would have been, and has left the window for good. `unknown`: may
   * still come.
   */
  segment(trackId: string, number: number): Segment | "missing" | "expired" | "unknown";
  /**
   * A part of a low-latency channel. `pending`: it is what is expected next. `expired`: it was there and is gone for good, or will not
   * come. `unknown`: it may still come, but something else must come first.
   */
  part(trackId: string, name: PartName): Part | "pending" | "expired" | "unknown";
  /** Calls the listener after each publish of a segment, until what it returns is called. */
  onPublish(listener: PublishListener): () => void;
  /** Calls the listener after every change that another snapshot shows, until what it returns is called. */
  onChange(listener: ChangeListener): () => void;
}

/** One channel as the server sees it. */
export type ChannelView = {
  readonly store: PublishedChannel;
  /** The channel ends for good: those who listen to it are told so. */
  readonly closing: AbortSignal;
  /** What `/api/channels` says of the channel beyond its name and URLs: a JSON value. */
  status(): unknown;
};
