import type { Response } from "express";
import { type SegmentReport, segmentReport } from "../quality/segment-report.ts";
import type { ChannelSnapshot, Segment, Track } from "../store/segment.ts";
import type { ChannelView, PublishedChannel } from "./channel-view.ts";
import type { EventStreams } from "./event-streams.ts";

/** What an event says: a segment of a track, and its quality. */
export type SegmentEvent = {
  readonly channel: string;
  readonly track: string;
  readonly kind: Track["kind"];
} & SegmentReport;

/** Who listens to a channel. */
type Listener = {
  readonly response: Response;
  /** Undefined: all of them. */
  readonly tracks: ReadonlySet<string> | undefined;
};

/** Two minutes of five tracks, 400 kB, sent at once to whoever comes back. What is older is in `quality.json`. */
const MAX_MISSED = 300;

/** What a track may be behind the others (3 s, see `LateTracks`), and a second for what is under way. */
const MAX_LAG_MS = 4000;

/** Tells the listeners of one channel of each segment when it is published. While nobody listens it does nothing. */
export class QualityEvents {
  readonly #channel: string;
  readonly #store: PublishedChannel;
  readonly #streams: EventStreams;
  readonly #listeners = new Set<Listener>();
  readonly #closing: AbortSignal;
  #stop: (() => void) | undefined;

  constructor(channel: string, { store, closing }: ChannelView, streams: EventStreams) {
    this.#channel = channel;
    this.#store = store;
    this.#streams = streams;
    this.#closing = closing;
    closing.addEventListener("abort", () => this.#end(), { once: true });
  }

  /**
   * Begins the event stream of one client.
   *
   * @param tracks - Whose segments it hears of; absent: of all.
   * @param after - The number of the last segment it has heard of: what came since is sent first, as far as it is in the window.
   */
  listen(response: Response, tracks: ReadonlySet<string> | undefined, after: number | undefined): void {
    const listener = { response, tracks };
    this.#listeners.add(listener);
    this.#stop ??= this.#store.onPublish((track, segment) => this.#publish(track, segment));
    this.#streams.begin(response, () => this.#forget(listener));
    // Whoever comes between the end of a channel and its next beginning comes again.
    if (this.#closing.aborted) response.end();
    const snapshot = this.#store.snapshot();
    if (snapshot === undefined || after === undefined) return;
    const missed = missedSegments(snapshot, tracks, after);
    if (missed.length === 0) return;
    const events = missed.map(({ track, segment }) => this.#event(track, segment));
    this.#streams.send(response, events.join(""));
  }

  #end(): void {
    for (const { response } of [...this.#listeners]) response.end();
  }

  #publish(track: Track, segment: Segment): void {
    const text = this.#event(track, segment);
    for (const { response, tracks } of [...this.#listeners]) {
      if (tracks === undefined || tracks.has(track.id)) this.#streams.send(response, text);
    }
  }

  #event({ id, kind }: Track, segment: Segment): string {
    const event: SegmentEvent = { channel: this.#channel, track: id, kind, ...segmentReport(segment) };
    return `event: segment\nid: ${event.number}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  #forget(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }
}

/**
 * What a client has not heard of, by number.
 *
 * Tracks publish the same number one after the other, and one may lag: where a client hears of several, its last number does not tell what
 * it has of the others. So it is told again of what they may have published since.
 */
function missedSegments(
  { tracks: all, segmentDuration }: ChannelSnapshot,
  tracks: ReadonlySet<string> | undefined,
  after: number,
): readonly { readonly track: Track; readonly segment: Segment }[] {
  const heard = tracks === undefined ? all : all.filter(({ track }) => tracks.has(track.id));
  const overlap = heard.length > 1 ? Math.ceil(MAX_LAG_MS / segmentDuration) : 0;
  return heard
    .flatMap(({ track, segments }) => {
      const newest = segments.slice(-MAX_MISSED);
      return newest.filter(({ number }) => number > after - overlap).map((segment) => ({ track, segment }));
    })
    .sort((a, b) => a.segment.number - b.segment.number)
    .slice(-MAX_MISSED);
}
