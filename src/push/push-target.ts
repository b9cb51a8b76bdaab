import type { OpenSegment, Segment, Track } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { type AnnouncedChannel, Announcement } from "./announcement.ts";
import { Deletions } from "./deletions.ts";
import type { Delivery, ObjectWriter, Source } from "./delivery.ts";
import { type IngestedChannel, IngestObjects } from "./ingest-objects.ts";
import { KeptObjects } from "./kept-objects.ts";
import { Lane } from "./lane.ts";
import { objectName } from "./object-name.ts";
import { OutgoingSegment } from "./outgoing-segment.ts";
import { Presentation, type PresentedChannel } from "./presentation.ts";
import type { PushOptions } from "./push-options.ts";
import { S3Objects } from "./s3-objects.ts";
import { Sender, type SenderStatus } from "./sender.ts";

/** What a target needs to know of its channel. */
export type PushedChannel = IngestedChannel &
  PresentedChannel &
  AnnouncedChannel & {
    /** How long is waited for more of a segment that is being made. */
    readonly patience: Milliseconds;
  };

/** What a target tells of itself: `/api/channels` and the metrics. */
export type PushStatus = {
  /** Without anything secret. */
  readonly url: string;
  /** The worst of its connections. */
  readonly state: SenderStatus["state"];
  /** Of the newest answer to any track that did not succeed, else of the newest. */
  readonly lastStatus?: number;
  readonly lastError?: string;
  /** How far the track that is furthest behind is behind what is published, in seconds of media. */
  readonly behindSeconds: number;
  readonly sent: number;
  readonly retried: number;
  readonly lost: number;
};

/** Who is told of what happens. */
export type PushListener = {
  /** Sending begins to fail, or no longer does. @param what - A track, `manifests` or `deletions`. */
  changed(what: string, status: SenderStatus): void;
  /** Something else that who reads the log should know. */
  note(what: string, text: string): void;
};

const WORST_FIRST: readonly SenderStatus["state"][] = ["refused", "retrying", "sending", "idle"];

const MANIFESTS = "manifests";
const DELETIONS = "deletions";

type PushedTrack = { readonly lane: Lane; readonly sender: Sender; newest?: OutgoingSegment };

/**
 * Pushes one channel to one receiver, each track by itself, with their quality in the CMCD request headers. It never delays
 * the channel: what it cannot send in time it leaves behind.
 *
 * @spec DASH-IF ingest 1.2: one request an object over persistent connections, parallel ones for the tracks
 */
export class PushTarget {
  readonly #options: PushOptions;
  readonly #channel: PushedChannel;
  readonly #listener: PushListener;
  readonly #objects: ObjectWriter;
  readonly #tracks = new Map<string, PushedTrack>();
  /** Of interface 2. */
  readonly #presentation: Presentation | undefined;
  /** Sends manifests, where there are any. */
  readonly #manifests: Sender | undefined;
  /** What is deleted there, where that is asked for. */
  readonly #deletions: { readonly source: Deletions; readonly sender: Sender } | undefined;
  #isEnding = false;
  #isClosed = false;

  constructor(options: PushOptions, channel: PushedChannel, listener: PushListener) {
    this.#options = options;
    this.#channel = channel;
    this.#listener = listener;
    this.#objects =
      options.s3 === undefined ? new IngestObjects(options, channel) : new S3Objects(options, options.s3, channel);
    if (options.interface === 2) this.#presentation = new Presentation(channel);
    const announcement = options.mpd ? new Announcement(channel, options.naming) : undefined;
    const source = this.#presentation ?? announcement;
    if (source !== undefined) this.#manifests = this.#send(MANIFESTS, source, undefined);
    if (options.deletes) {
      const deletions = new Deletions();
      this.#deletions = { source: deletions, sender: this.#send(DELETIONS, deletions, undefined) };
    }
  }

  /** Takes a segment that was published. */
  push(track: Track, segment: Segment): void {
    if (this.#isClosed) return;
    const own = this.#trackOf(track);
    if (own.newest?.number === segment.number) own.newest.complete(segment);
    else this.#begin(own, new OutgoingSegment(segment));
    own.sender.wake();
    if (this.#presentation === undefined) this.#manifests?.wake();
  }

  /** Takes what came of a segment that is being made. */
  grow(track: Track, open: OpenSegment): void {
    // A bucket takes whole objects only.
    if (this.#isClosed || this.#options.s3 !== undefined) return;
    const own = this.#trackOf(track);
    if (own.newest?.number === open.number) own.newest.grow(open);
    else this.#begin(own, new OutgoingSegment(open));
    own.sender.wake();
  }

  /** The channel has ended: so do its manifests, once all that waits has arrived. */
  end(): void {
    this.#isEnding = true;
    this.#endManifests();
  }

  status(): PushStatus {
    const tracks = [...this.#tracks.values()];
    const senders = tracks.map(({ sender }) => sender);
    const others = [this.#manifests, this.#deletions?.sender].filter((sender) => sender !== undefined);
    const statuses = [...senders, ...others].map(({ status }) => status);
    const state = WORST_FIRST.find((one) => statuses.some((status) => status.state === one)) ?? "idle";
    const worst = statuses.find((status) => status.state === state);
    const sum = (count: (track: PushedTrack) => number): number => tracks.reduce((all, track) => all + count(track), 0);
    return {
      url: this.#options.shown,
      state,
      ...(worst?.lastStatus === undefined ? {} : { lastStatus: worst.lastStatus }),
      ...(worst?.lastError === undefined ? {} : { lastError: worst.lastError }),
      behindSeconds: Math.max(0, ...tracks.map(({ lane }) => lane.behind / 1_000_000)),
      sent: sum(({ lane }) => lane.counts.sent),
      retried: statuses.reduce((all, { retried }) => all + retried, 0),
      lost: sum(({ lane }) => lane.counts.lost),
    };
  }

  /** Sends what waits, for as long as the time given, and ends. */
  async close(grace: Milliseconds): Promise<void> {
    const until = performance.now() + grace;
    this.#isClosed = true;
    const tracks = [...this.#tracks.values()];
    for (const { newest } of tracks) if (newest?.whole === undefined) newest?.abandon();
    await Promise.all(tracks.map(({ sender }) => sender.close(grace)));
    // What is old there can stay.
    await this.#deletions?.sender.close(0 as Milliseconds);
    await this.#manifests?.close(Math.max(0, until - performance.now()) as Milliseconds);
  }

  #begin(own: PushedTrack, segment: OutgoingSegment): void {
    if (own.newest?.whole === undefined) own.newest?.abandon();
    own.lane.forgetOver();
    own.newest = segment;
    own.lane.push(segment);
  }

  #trackOf(track: Track): PushedTrack {
    let own = this.#tracks.get(track.id);
    if (own === undefined) {
      own = this.#open(track);
      this.#tracks.set(track.id, own);
    }
    return own;
  }

  #open(track: Track): PushedTrack {
    const { queue } = this.#options;
    const lane = new Lane({ queue: queue * 1000, window: this.#channel.window * 1000 });
    const kept = new KeptObjects();
    const sender = this.#send(track.id, lane, track, (delivery) => {
      if (delivery.kind === "segment") this.#arrived(track, delivery.segment, kept);
    });
    return { lane, sender };
  }

  #arrived(track: Track, { whole, init, number }: OutgoingSegment, kept: KeptObjects): void {
    const { naming } = this.#options;
    const presentation = this.#presentation;
    if (presentation === undefined || whole === undefined) return;
    presentation.arrived(track, whole);
    this.#endManifests();
    this.#manifests?.wake();
    if (this.#deletions === undefined) return;
    kept.add({ number, name: objectName(naming, track, number), init: objectName(naming, track, init) });
    const { source, sender } = this.#deletions;
    source.add(kept.expire((old) => presentation.needs(track.id, old)));
    sender.wake();
  }

  #endManifests(): void {
    const isDone = [...this.#tracks.values()].every(({ lane }) => lane.length === 0);
    if (!this.#isEnding || !isDone) return;
    this.#presentation?.end();
    this.#manifests?.wake();
  }

  #send(what: string, source: Source, track: Track | undefined, onDone?: (delivery: Delivery) => void): Sender {
    return new Sender({
      ...{ target: this.#options, source, patience: this.#channel.patience },
      objectOf: (delivery) => this.#objects.of(delivery, track),
      ...(onDone === undefined ? {} : { onDone }),
      onChange: (status) => this.#listener.changed(what, status),
      note: (text) => this.#listener.note(what, text),
    });
  }
}
