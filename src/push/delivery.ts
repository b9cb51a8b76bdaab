import type { InitSegment, Track } from "../store/segment.ts";
import type { OutgoingSegment } from "./outgoing-segment.ts";

/** A playlist or an MPD as a receiver is to have it. */
export type Manifest = {
  /** Relative to the publishing point. */
  readonly name: string;
  readonly text: string;
  /** It will not change any more. */
  readonly ended: boolean;
};

/** What is to be sent next. */
export type Delivery =
  | { readonly kind: "init"; readonly init: InitSegment }
  | { readonly kind: "segment"; readonly segment: OutgoingSegment }
  | { readonly kind: "manifest"; readonly manifest: Manifest }
  /** `name`: of what the receiver need not keep any longer, relative to the publishing point. */
  | { readonly kind: "deletion"; readonly name: string };

/** What a sender takes what it sends from, one after the other. */
export type Source = {
  /** What is to be sent now; undefined where nothing waits. */
  next(): Delivery | undefined;
  /** The receiver has it. */
  done(delivery: Delivery): void;
  /** The receiver may have forgotten the init segment: it goes first again. */
  forgetInit?(): void;
  /** Nothing more came of a segment that was being sent. */
  putBack?(segment: OutgoingSegment): void;
  /** The receiver does not delete. */
  keepAll?(): void;
};

/** Makes what is sent of what is to be sent. */
export type ObjectWriter = {
  /** @param track - What the delivery is of; manifests are of none. */
  of(delivery: Delivery, track: Track | undefined): PushedObject;
};

/** An object as it is sent. */
export type PushedObject = {
  readonly method: "PUT" | "POST" | "DELETE";
  /** Relative to the publishing point. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A segment of which there is more to come is sent as it comes. */
  readonly body: readonly Uint8Array[] | OutgoingSegment;
};
