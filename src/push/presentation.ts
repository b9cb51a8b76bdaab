import { writeMediaPlaylist } from "../manifest/media-playlist.ts";
import { writeMpd } from "../manifest/mpd.ts";
import { writeMultivariantPlaylist } from "../manifest/multivariant-playlist.ts";
import type { QualitySignals } from "../manifest/quality-signals.ts";
import { ChannelStore } from "../store/channel-store.ts";
import type { ChannelSnapshot, Segment, Track } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { Delivery, Manifest, Source } from "./delivery.ts";

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
  /** By name, its text as the receiver has it. */
  readonly #sent = new Map<string, string>();
  /** Of which snapshot those that wait are. */
  #written: ChannelSnapshot | undefined;
  #waiting: Manifest[] = [];

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

  /** The newest of what has changed: playlists of tracks, then what names them. */
  next(): Delivery | undefined {
    const snapshot = this.#store.snapshot();
    if (snapshot !== undefined && snapshot !== this.#written) {
      this.#written = snapshot;
      this.#waiting = this.#write(snapshot).filter(({ name, text }) => this.#sent.get(name) !== text);
    }
    const manifest = this.#waiting[0];
    return manifest && { kind: "manifest", manifest };
  }

  done(delivery: Delivery): void {
    if (delivery.kind !== "manifest") return;
    const { manifest } = delivery;
    this.#sent.set(manifest.name, manifest.text);
    if (this.#waiting[0] === manifest) this.#waiting.shift();
  }

  /** It may have forgotten the manifests. */
  forgetInit(): void {
    this.#sent.clear();
    this.#written = undefined;
  }

  putBack(): void {}

  keepAll(): void {}

  #write(channel: ChannelSnapshot): Manifest[] {
    const { signals, clock } = this.#channel;
    const { ended } = channel;
    const manifests = [
      ...channel.tracks.map((track) => ({
        name: `${track.track.id}/index.m3u8`,
        text: writeMediaPlaylist(channel, track, signals),
      })),
      { name: "index.m3u8", text: writeMultivariantPlaylist(channel, signals) },
      ...(channel.periods.length === 0
        ? []
        : [{ name: "manifest.mpd", text: writeMpd(channel, { publishTime: clock(), hasClock: false }, signals) }]),
    ];
    return manifests.map((manifest) => ({ ...manifest, ended }));
  }
}
