/** What is looked at, in the order in which it is listed; docs/encoders.md has a section for each. */
export const encoderCheckNames = [
  "input",
  "timecode",
  "gop-length",
  "closed-gop",
  "grid",
  "picture-rate",
  "scores",
  "sound",
  "pcr",
  "loss",
  "srt-latency",
] as const;

/** What one check is of. */
export type EncoderCheckName = (typeof encoderCheckNames)[number];

/** `attention`: it works, but not as well as it could. `wrong`: viewers will see it. `unknown`: not known yet. */
export type Verdict = "ok" | "attention" | "wrong" | "unknown";

/** One line of the encoder check. */
export type EncoderCheck = {
  readonly check: EncoderCheckName;
  /** The tracks that it is of, where others differ or could; absent: the input as a whole. */
  readonly tracks?: readonly string[];
  readonly verdict: Verdict;
  /** What was seen, for people. */
  readonly seen: string;
};

/** A verdict and what it rests on. */
export type Finding = readonly [verdict: Verdict, seen: string];
