import { type CmcdHeaders, cmcdHeaders } from "../cmcd/cmcd-headers.ts";
import { lengthMembers, previousMembers, qualityMembers } from "../quality/publish-headers.ts";
import type { PublishOptions } from "../quality/publish-options.ts";
import type { OpenSegment, Segment, Track } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { type Delivery, Lane } from "./lane.ts";
import { objectName } from "./object-name.ts";
import { OutgoingSegment } from "./outgoing-segment.ts";
import type { PushOptions } from "./push-options.ts";
import { type PushedObject, type SenderStatus, TrackSender } from "./track-sender.ts";

/** The version of the specification that senders say they keep to; its edition 1.2 says 1.1 as well. */
const INGEST_VERSION = "1.1";

/** What a target needs to know of its channel. */
export type PushedChannel = {
  readonly name: string;
  /** How much of the past is kept. */
  readonly window: Milliseconds;
  readonly publish: PublishOptions;
  /** Segments are sent while they are made. */
  readonly isLowLatency: boolean;
  /** How long is waited for more of one. */
  readonly patience: Milliseconds;
  /** This run of the packager: at most 64 printable ASCII characters. */
  readonly session: string;
  readonly userAgent: string;
};

/** What a target tells of itself: `/api/channels` and the metrics. */
export type PushStatus = {
  /** Without anything secret. */
  readonly url: string;
  /** The worst of its tracks. */
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

const WORST_FIRST: readonly SenderStatus["state"][] = ["refused", "retrying", "sending", "idle"];

type PushedTrack = { readonly lane: Lane; readonly sender: TrackSender; newest?: OutgoingSegment };

/**
 * Pushes the segments of one channel to one receiver, each track by itself, with their quality in the CMCD request headers. It never delays
 * the channel: what it cannot send in time it leaves behind.
 *
 * @spec DASH-IF ingest 1.2, interface 1
 */
export class PushTarget {
  readonly #options: PushOptions;
  readonly #channel: PushedChannel;
  readonly #onChange: (trackId: string, status: SenderStatus) => void;
  readonly #tracks = new Map<string, PushedTrack>();
  #requests = 0;
  #isClosed = false;

  /** @param onChange - Told when sending a track begins to fail, and when it no longer does. */
  constructor(options: PushOptions, channel: PushedChannel, onChange: (trackId: string, status: SenderStatus) => void) {
    this.#options = options;
    this.#channel = channel;
    this.#onChange = onChange;
  }

  /** Takes a segment that was published. */
  push(track: Track, segment: Segment): void {
    if (this.#isClosed) return;
    const own = this.#trackOf(track);
    if (own.newest?.number === segment.number) own.newest.complete(segment);
    else this.#begin(own, new OutgoingSegment(segment));
    own.sender.wake();
  }

  /** Takes what came of a segment that is being made. */
  grow(track: Track, open: OpenSegment): void {
    if (this.#isClosed) return;
    const own = this.#trackOf(track);
    if (own.newest?.number === open.number) own.newest.grow(open);
    else this.#begin(own, new OutgoingSegment(open));
    own.sender.wake();
  }

  status(): PushStatus {
    const tracks = [...this.#tracks.values()];
    const statuses = tracks.map(({ sender }) => sender.status);
    const state = WORST_FIRST.find((one) => statuses.some((status) => status.state === one)) ?? "idle";
    const worst = statuses.find((status) => status.state === state);
    const sum = (count: (track: PushedTrack) => number): number => tracks.reduce((all, track) => all + count(track), 0);
    return {
      url: this.#options.url.href,
      state,
      ...(worst?.lastStatus === undefined ? {} : { lastStatus: worst.lastStatus }),
      ...(worst?.lastError === undefined ? {} : { lastError: worst.lastError }),
      behindSeconds: Math.max(0, ...tracks.map(({ lane }) => lane.behind / 1_000_000)),
      sent: sum(({ lane }) => lane.counts.sent),
      retried: sum(({ sender }) => sender.status.retried),
      lost: sum(({ lane }) => lane.counts.lost),
    };
  }

  /** Sends what waits, for as long as the time given, and ends. */
  async close(grace: Milliseconds): Promise<void> {
    this.#isClosed = true;
    for (const { newest } of this.#tracks.values()) if (newest?.whole === undefined) newest?.abandon();
    await Promise.all([...this.#tracks.values()].map(({ sender }) => sender.close(grace)));
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
    const sender = new TrackSender({
      target: this.#options,
      lane,
      objectOf: (delivery) => this.#objectOf(track, delivery),
      patience: this.#channel.patience,
      onChange: (status) => this.#onChange(track.id, status),
    });
    return { lane, sender };
  }

  #objectOf(track: Track, delivery: Delivery): PushedObject {
    const { naming } = this.#options;
    const what = delivery.kind === "init" ? "init" : delivery.segment.number;
    return {
      name: objectName(naming, track, what),
      headers: {
        "content-type": `${track.kind}/mp4`,
        "dash-if-ingest": INGEST_VERSION,
        "user-agent": this.#channel.userAgent,
        ...this.#cmcd(track, delivery),
      },
      body: delivery.kind === "init" ? [delivery.init.bytes] : (delivery.segment.whole?.body ?? delivery.segment),
    };
  }

  #cmcd(track: Track, delivery: Delivery): CmcdHeaders {
    const { cmcd: version, naming } = this.#options;
    if (version === undefined) return {};
    const { name: cid, session: sid, isLowLatency, publish } = this.#channel;
    const shared = { cid, sid, sf: "d", st: isLowLatency ? "ll" : "l", sn: this.#requests++ } as const;
    if (delivery.kind === "init") return cmcdHeaders({ ...shared, ot: "i" }, version);
    const { segment } = delivery;
    const ot = track.kind === "video" ? "v" : "a";
    const { whole } = segment;
    const media =
      whole === undefined
        ? { custom: previousMembers(segment, publish) }
        : { ...lengthMembers(whole), custom: qualityMembers(whole, publish) };
    // With one URL for all objects of a track there is nothing to name.
    const next = naming === "plain" ? objectName(naming, track, segment.number + 1).split("/")[1] : undefined;
    return cmcdHeaders({ ...shared, ot, ...media, nor: next }, version);
  }
}
