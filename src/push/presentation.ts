import { writeMediaPlaylist } from "../manifest/media-playlist.ts";
import { writeMpd } from "../manifest/mpd.ts";
import { writeMultivariantPlaylist } from "../manifest/multivariant-playlist.ts";
import type { QualitySignals } from "../manifest/quality-signals.ts";
import { ChannelStore } from "../store/channel-store.ts";
import type { ChannelSnapshot, Segment, Track } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { Delivery, Source } from "./delivery.ts";

/** What a presentation needs to know of its channel. */
export type PresentedChannel = {
  readonly name: string;
  readonly segmentDuration: Milliseconds;
  readonly window: Milliseconds;
  /** As far as they are known. */
  readonly store: Pick<ChannelStore, "tracks" | "targetDuration">;
  readonly signals: QualitySignals;
  readonly clock: () => Milliseconds;
};

/** A manifest as it was sent, and what it was written of. */
type Sent = { readonly of: unknown; readonly text: string };

/**
 * The channel as a receiver has it: the manifests of what arrived there, in order, each to be sent when it has changed, and what the receiver
 * need not keep any longer.
 *
 * What comes later than what follows it is not listed any more: a playlist never takes back a gap. Nor does it have parts, which need a
 * server that holds requests.
 *
 * @spec DASH-IF ingest 1.2, interface 2; rfc8216bis 6.2.1
 */
export class Presentation implements Source {
  readonly #channel: PresentedChannel;
  readonly #store: ChannelStore;
  /** By track, its newest number listed. */
  readonly #newest = new Map<string, number>();
  /** By name, what was sent of it, those first that were sent the longest ago. */
  readonly #sent = new Map<string, Sent>();
  /** What was given last. */
  #given: { readonly name: string; readonly sent: Sent } | undefined;

  constructor(channel: PresentedChannel) {
    const { name, segmentDuration, window } = channel;
    this.#channel = channel;
    this.#store = new ChannelStore({ name, segmentDuration, window, retainBodies: false });
  }

  /** The receiver has a segment, whose init segment it has. */
  arrived(track: Track, segment: Segment): void {
    const newest = this.#newest.get(track.id);
    if (newest !== undefined && segment.number <= newest) return;
    const { tracks, targetDuration } = this.#channel.store;
    if (this.#newest.size === 0) this.#store.setTargetDuration(targetDuration!);
    // Those that are still silent as well: a manifest names all that are alive.
    for (const track of tracks.slice(this.#store.tracks.length)) this.#store.addTrack(track);
    this.#newest.set(track.id, segment.number);
    // Parts are told of by a server only.
    const { parts: _, previous: __, ...whole } = segment;
    this.#store.publish(track.id, whole);
  }

  /** Nothing will be added any more. */
  end(): void {
    if (this.#newest.size > 0) this.#store.end();
  }

  /** A player may still ask for it. */
  needs(trackId: string, number: number): boolean {
    return this.#store.segment(trackId, number) !== "expired";
  }

  /** What has changed: first what was sent the longest ago, so that none waits for ever for others that change more often. */
  next(): Delivery | undefined {
    const snapshot = this.#store.snapshot();
    if (snapshot === undefined) return undefined;
    const all = this.#manifestsOf(snapshot);
    const names = [...all.keys()].filter((name) => !this.#sent.has(name));
    for (const name of [...names, ...this.#sent.keys()]) {
      const manifest = all.get(name);
      const before = this.#sent.get(name);
      if (manifest === undefined || before?.of === manifest.of) continue;
      const text = manifest.write();
      const sent = { of: manifest.of, text };
      if (before?.text === text) {
        this.#sent.set(name, sent);
        continue;
      }
      this.#given = { name, sent };
      return { kind: "manifest", manifest: { name, text, ended: snapshot.ended } };
    }
    return undefined;
  }

  done(delivery: Delivery): void {
    if (delivery.kind !== "manifest" || this.#given === undefined) return;
    const { name, sent } = this.#given;
    this.#sent.delete(name);
    this.#sent.set(name, sent);
  }

  /** It may have forgotten the manifests. */
  forgetInit(): void {
    this.#sent.clear();
  }

  /** Each written when its turn comes, and again only when what it is of has changed; in the order that a player at the receiver needs. */
  #manifestsOf(channel: ChannelSnapshot): Map<string, { readonly of: unknown; readonly write: () => string }> {
    const { signals, clock } = this.#channel;
    const all = new Map<string, { readonly of: unknown; readonly write: () => string }>();
    for (const track of channel.tracks) {
      // The end of the channel is said in each.
      const of = channel.ended ? channel : track;
      all.set(`${track.track.id}/index.m3u8`, { of, write: () => writeMediaPlaylist(channel, track, signals) });
    }
    all.set("index.m3u8", { of: channel, write: () => writeMultivariantPlaylist(channel, signals) });
    if (channel.periods.length === 0) return all;
    const write = (): string => writeMpd(channel, { publishTime: clock(), hasClock: false }, signals);
    return all.set("manifest.mpd", { of: channel, write });
  }
}
