/**
 * Every kind of fault that the receiver knows by name, with what it means for who sends. The code is the log field and the key in
 * `/api/tracks`; a test holds docs/ingest.md equal.
 *
 * @spec DASH-IF ingest 1.2; CTA-5004, CTA-5004-B
 */
export const receiveProblems = {
  // Answered with an error, and not stored
  "init-missing": "Media came before the init segment of its track; answered with 412.",
  "init-unreadable": "An init segment has no track that can be read; answered with 412.",
  "media-unreadable": "Media has no fragment that can be read, or ends within a box; answered with 400.",
  "request-broken": "A request ended before its body was whole; nothing of it was kept.",
  "too-large": "A body is larger than is taken; answered with 413.",
  // Stored all the same
  "number-not-next": "The number (mfhd) is not the one after the newest, and fills no hole.",
  "time-not-next": "The time (tfdt) is not the end of the segment before, by more than a sample.",
  "time-back": "The time (tfdt) is before that of the segment before.",
  "prft-missing": "A segment of sound or pictures has no prft.",
  "ingest-header-missing": "The request has no DASH-IF-Ingest header.",
  "cmcd-malformed": "A CMCD header is no dictionary of structured fields.",
  "cmcd-order": "The keys of a CMCD header are not in alphabetical order.",
  "cmcd-object-type": "The key ot of CMCD does not fit what was sent.",
  "cmcd-length": "CMCD gives a bit rate or a duration (br, d) of an init segment or a manifest.",
  "cmcd-custom": "A custom key of CMCD version 2 has a value that is no text of at most 64 characters.",
  changed: "An object came again with other bytes; the new ones replaced the old.",
  // No fault
  repeated: "An object came again with the same bytes, as where two packagers push to one receiver.",
  "back-filled": "A segment older than the newest filled a hole, or is from before the first that came.",
} as const;

/** The name of one kind of fault. */
export type ReceiveProblemCode = keyof typeof receiveProblems;

/** One occurrence. */
export type ReceiveProblem = {
  readonly code: ReceiveProblemCode;
  /** A short sentence with the numbers; never raw bytes of what was sent. */
  readonly detail?: string;
};

/** What is counted and is no fault of anybody. */
export const harmless: ReadonlySet<ReceiveProblemCode> = new Set(["repeated", "back-filled"]);
