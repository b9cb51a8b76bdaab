import { type CmcdHeaders, cmcdHeaders } from "../cmcd/cmcd-headers.ts";
import { isMpd, manifestType } from "../manifest/content-type.ts";
import { lengthMembers, previousMembers, qualityMembers } from "../quality/publish-headers.ts";
import type { PublishOptions } from "../quality/publish-options.ts";
import type { Track } from "../store/segment.ts";
import type { Delivery, Manifest, ObjectWriter, PushedObject } from "./delivery.ts";
import { objectName } from "./object-name.ts";
import type { PushOptions } from "./push-options.ts";

/** The version of the specification that senders say they keep to; its edition 1.2 says 1.1 as well. */
const INGEST_VERSION = "1.1";

/** What requests say of the channel. */
export type IngestedChannel = {
  readonly name: string;
  readonly publish: PublishOptions;
  /** Segments are sent while they are made. */
  readonly isLowLatency: boolean;
  /** This run of the packager: at most 64 printable ASCII characters. */
  readonly session: string;
  readonly userAgent: string;
};

/**
 * Makes the requests of DASH-IF live ingest, with what is known of each object in CMCD headers.
 *
 * @spec DASH-IF ingest 1.2, interfaces 1 and 2; CTA-5004
 */
export class IngestObjects implements ObjectWriter {
  readonly #options: PushOptions;
  readonly #channel: IngestedChannel;
  #requests = 0;

  constructor(options: PushOptions, channel: IngestedChannel) {
    this.#options = options;
    this.#channel = channel;
  }

  of(delivery: Delivery, track: Track | undefined): PushedObject {
    if (delivery.kind === "manifest") return this.#manifest(delivery.manifest);
    if (delivery.kind === "deletion") {
      const { "content-type": _, ...headers } = this.#object(delivery.name)("", {}).headers;
      return { method: "DELETE", name: delivery.name, headers, body: [] };
    }
    if (track === undefined) throw new Error("media without a track");
    const { naming } = this.#options;
    const { kind } = delivery;
    const object = this.#object(objectName(naming, track, kind === "init" ? delivery.init : delivery.segment.number));
    if (kind === "init") {
      return { ...object(`${track.kind}/mp4`, this.#cmcd("i")), body: [delivery.init.bytes] };
    }
    const { segment } = delivery;
    const { whole } = segment;
    const { publish } = this.#channel;
    const media =
      whole === undefined
        ? { custom: previousMembers(segment, publish) }
        : { ...lengthMembers(whole), custom: qualityMembers(whole, publish) };
    const next = objectName(naming, track, segment.number + 1).split("/")[1];
    const cmcd = this.#cmcd(track.kind === "video" ? "v" : "a", { ...media, nor: next });
    return { ...object(`${track.kind}/mp4`, cmcd), body: whole?.body ?? segment };
  }

  #manifest({ name, text }: Manifest): PushedObject {
    return {
      ...this.#object(name)(manifestType(name), this.#cmcd("m", { sf: isMpd(name) ? "d" : "h" })),
      body: [new TextEncoder().encode(text)],
    };
  }

  #object(name: string): (contentType: string, cmcd: CmcdHeaders) => Omit<PushedObject, "body"> {
    const { method, authorization } = this.#options;
    return (contentType, cmcd) => ({
      method,
      name,
      headers: {
        "content-type": contentType,
        "dash-if-ingest": INGEST_VERSION,
        "user-agent": this.#channel.userAgent,
        ...cmcd,
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
  }

  #cmcd(
    ot: "m" | "i" | "v" | "a",
    members: Partial<Omit<Parameters<typeof cmcdHeaders>[0], "ot" | "cid" | "sid" | "st" | "sn">> = {},
  ): CmcdHeaders {
    const { cmcd: version, interface: form } = this.#options;
    if (version === undefined) return {};
    const { name: cid, session: sid, isLowLatency } = this.#channel;
    const st = isLowLatency ? "ll" : "l";
    // What HLS and DASH share is of neither.
    const sf = form === 1 ? { sf: "d" as const } : {};
    return cmcdHeaders({ ...sf, ...members, ot, cid, sid, st, sn: this.#requests++ }, version);
  }
}
