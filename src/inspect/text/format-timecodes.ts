import type { LabelReport, TimecodeReport, VideoReport } from "../video-report.ts";
import { field } from "./layout.ts";
import { integer, percent, plural, signedMs } from "./numbers.ts";

const sourceNames: Readonly<Record<TimecodeReport["source"], string>> = {
  pic_timing: "SMPTE in pic_timing",
  time_code: "SMPTE in time_code",
  misb: "MISB ST 0604 timestamp",
};

/** The lines on the timecodes of a video track. */
export function formatTimecodes({ timecodes, pictures, randomAccess }: VideoReport): readonly string[] {
  if (timecodes.length === 0) return field("Timecode", "none");
  return timecodes.flatMap((timecode) => {
    const { source, share, first, last, labels } = timecode;
    const where =
      `${sourceNames[source]} on ${integer(timecode.pictures)} of ${plural(pictures, "picture")} (${percent(share)}), ` +
      `${integer(timecode.randomAccessPoints)} of ${plural(randomAccess.points, "random access point")}`;
    const range = first === last ? first : `${first} to ${last}`;
    const text = labels === undefined ? range : `${range}, ${labelText(labels)}`;
    return field("Timecode", where, text, ...comparison(timecode));
  });
}

function labelText({ perSecond, counting, dropFrame, highestFrame }: LabelReport): string {
  const unit = counting === "unknown" ? "" : counting === "pairs" ? " pairs of" : "";
  const beyond = highestFrame >= perSecond ? ` (but frame ${highestFrame} was seen)` : "";
  const what =
    counting === "unknown" ? "too few to see how they count" : `counting${unit} pictures, ${perSecond} a second`;
  return `${what}${beyond}, ${dropFrame ? "drop-frame" : "non-drop-frame"}`;
}

function comparison(timecode: TimecodeReport): readonly string[] {
  const { offsetMs, constant, deviationMs, frozen, jumps, largestJumpMs, aheadOfHostMs, unlocked } = timecode;
  const size = deviationMs.max - deviationMs.min;
  const moved = `${signedMs(deviationMs.min)} to ${signedMs(deviationMs.max)}`;
  const jumped = jumps === 0 ? "no jumps" : `${plural(jumps, "jump")} (largest ${signedMs(largestJumpMs ?? 0)})`;
  const stood = frozen === 0 ? "none frozen" : `${plural(frozen, "picture")} frozen`;
  const steady = size === 0 && constant ? "constant" : `${constant ? "constant" : "not constant"} (${moved})`;
  return [
    `minus PTS: ${signedMs(offsetMs)}${timecode.pictures === 1 ? "" : `, ${steady}, ${jumped}, ${stood}`}`,
    ...(aheadOfHostMs === undefined ? [] : [`minus this host's clock on arrival: ${signedMs(aheadOfHostMs)}`]),
    ...(unlocked === undefined || unlocked === 0 ? [] : [`${plural(unlocked, "picture")} with an unlocked clock`]),
  ];
}
