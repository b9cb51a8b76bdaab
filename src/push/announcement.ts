import { writeIngestMpd } from "../manifest/ingest-mpd.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { Track } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { Delivery, Source } from "./delivery.ts";
import { type ObjectNaming, objectTemplates } from "./object-name.ts";

/** What an announcement needs to know of its channel. */
export type AnnouncedChannel = {
  readonly store: Pick<ChannelStore, "snapshot">;
  readonly clock: () => Milliseconds;
};

/**
 * The MPD that tells a receiver of tracks what comes: once all of them have begun, and again where it may have forgotten it.
 *
 * @spec DASH-IF ingest 1.2, interface 1, rule 16
 */
export class Announcement implements Source {
  readonly #channel: AnnouncedChannel;
  readonly #naming: ObjectNaming;
  #isDone = false;

  constructor(channel: AnnouncedChannel, naming: ObjectNaming) {
    this.#channel = channel;
    this.#naming = naming;
  }

  next(): Delivery | undefined {
    const snapshot = this.#isDone ? undefined : this.#channel.store.snapshot();
    if (snapshot === undefined) return undefined;
    const templates = (track: Track) => objectTemplates(this.#naming, track);
    const text = writeIngestMpd(snapshot, this.#channel.clock(), templates);
    return text === undefined
      ? undefined
      : { kind: "manifest", manifest: { name: "manifest.mpd", text, ended: false } };
  }

  done(): void {
    this.#isDone = true;
  }

  forgetInit(): void {
    this.#isDone = false;
  }
}
