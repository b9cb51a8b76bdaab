import type { TimecodeStatus } from "../timeline/timecode-status.ts";
import type { Finding } from "./encoder-check.ts";
import type { VideoEncoding } from "./encoder-report.ts";

/** Segments this much longer than asked for were lengthened, not rounded to whole pictures. */
const LENGTHENED = 1.5;

/** @param segmentSeconds - As asked for. */
export function checkGopLength({ gop }: VideoEncoding, segmentSeconds: number): Finding {
  if (gop === undefined) return ["unknown", "no two whole GOPs yet"];
  const { pictures, seconds, isFixed, dividesSegment } = gop;
  if (!isFixed) {
    const seen = `${seconds.min} to ${seconds.max} s, not fixed`;
    return seconds.max > LENGTHENED * segmentSeconds
      ? ["wrong", `${seen}, longer than a segment of ${segmentSeconds} s`]
      : ["attention", seen];
  }
  const seen = `${seconds.max} s (${pictures.max} pictures)`;
  if (seconds.max > LENGTHENED * segmentSeconds)
    return ["wrong", `${seen}, longer than a segment of ${segmentSeconds} s`];
  if (dividesSegment === undefined) return ["unknown", seen];
  return dividesSegment
    ? ["ok", `${seen}, divides ${segmentSeconds} s`]
    : ["wrong", `${seen}, does not divide ${segmentSeconds} s`];
}

/**
 * A decoder of H.265 leaves out the pictures that refer to what it has not seen; one of H.264 cannot tell them, and that of a browser
 * stops there.
 */
export function checkClosedGop({ isClosed, codec }: VideoEncoding): Finding {
  if (isClosed === undefined) return ["unknown", "no I-frame to start at yet"];
  if (isClosed) return ["ok", "closed, each starts with an IDR picture"];
  const seen = "open: pictures refer to the GOP before";
  return codec === "h264" ? ["wrong", `${seen}, browsers cannot start there`] : ["attention", seen];
}

/** Without timecodes the grid is that of arrival, which the encoder cannot know. */
export function checkGrid({ afterLineSeconds: after }: VideoEncoding, { state }: TimecodeStatus): Finding {
  if (state === "unlocked") return ["unknown", "no timecode says where its lines are"];
  if (state === "waiting" || after === undefined) return ["unknown", "no segment seen from its beginning yet"];
  if (after.min === 0 && after.max === 0) return ["ok", "an I-frame on each line"];
  const seen =
    after.min === after.max
      ? describeDistance(after.min)
      : `${describeDistance(after.min)} to ${describeDistance(after.max)}`;
  return after.max <= 0 ? ["ok", `an I-frame at each line, ${seen}`] : ["attention", `I-frames ${seen}`];
}

function describeDistance(seconds: number): string {
  const distance = `${Math.round(Math.abs(seconds) * 1000)} ms`;
  return seconds < 0 ? `${distance} before the line` : `${distance} after the line`;
}

/** @param isLossy - Packets were lost: they may have been those of the pictures that are missing. */
export function checkPictureRate({ pictureRate, isConstant, missing }: VideoEncoding, isLossy: boolean): Finding {
  const rate = `${Math.round((pictureRate.num * 1000) / pictureRate.den) / 1000} a second`;
  if (!isConstant) return ["wrong", `not constant, about ${rate}`];
  if (missing > 0 && !isLossy) return ["attention", `${rate}, but ${missing} did not come though no packet is missing`];
  return ["ok", `${rate}, constant`];
}

export function checkScores({ scoredShare }: VideoEncoding): Finding {
  if (scoredShare === undefined) return ["unknown", "no segment yet"];
  if (scoredShare === 0) return ["attention", "on no picture"];
  if (scoredShare === 1) return ["ok", "on every picture"];
  // What is short of all is never said to be all.
  return ["attention", `on ${Math.max(1, Math.floor(scoredShare * 100))} % of the pictures`];
}
