import type { TimecodeStatus } from "../timeline/timecode-status.ts";
import {
  checkLoss,
  checkPcr,
  checkSound,
  checkSrtLatency,
  checkTimecode,
  isLossy,
  type SrtLink,
} from "./check-input.ts";
import { checkClosedGop, checkGopLength, checkGrid, checkPictureRate, checkScores } from "./check-video.ts";
import type { EncoderCheck, EncoderCheckName, Finding } from "./encoder-check.ts";
import type { EncoderReport } from "./encoder-report.ts";

/** What is known of an input beside its stream. */
export type InputView = {
  readonly state: "connecting" | "receiving" | "lost";
  readonly timecode: TimecodeStatus;
  /** Timecodes are to be used. */
  readonly wantsTimecode: boolean;
  /** How long a segment is to be. */
  readonly segmentSeconds: number;
  /** Absent where the input is not SRT. */
  readonly srt?: SrtLink;
};

/** Judges how an encoder is set, one line for each thing that docs/encoders.md asks for, in its order. */
export function checkEncoder(report: EncoderReport, input: InputView): readonly EncoderCheck[] {
  if (input.state === "connecting") return [{ check: "input", verdict: "unknown", seen: "nothing has come yet" }];
  if (input.state === "lost") return [{ check: "input", verdict: "wrong", seen: "nothing comes" }];
  const { video, audio } = report;
  const { timecode, segmentSeconds } = input;
  const lossy = isLossy(report);
  return [
    of("input", ["ok", "receiving"]),
    of("timecode", checkTimecode(timecode, input.wantsTimecode)),
    ...each("gop-length", video, (one) => checkGopLength(one, segmentSeconds)),
    ...each("closed-gop", video, checkClosedGop),
    ...each("grid", video, (one) => checkGrid(one, timecode)),
    ...each("picture-rate", video, (one) => checkPictureRate(one, lossy)),
    ...each("scores", video, checkScores),
    ...each("sound", audio, checkSound),
    of("pcr", checkPcr(report)),
    of("loss", checkLoss(report)),
    ...(input.srt === undefined ? [] : [of("srt-latency", checkSrtLatency(input.srt))]),
  ];
}

function of(check: EncoderCheckName, [verdict, seen]: Finding): EncoderCheck {
  return { check, verdict, seen };
}

/** One line for all tracks of which the same was seen. */
function each<Encoding extends { readonly track: string }>(
  check: EncoderCheckName,
  encodings: readonly Encoding[],
  judge: (encoding: Encoding) => Finding,
): readonly EncoderCheck[] {
  const lines = new Map<string, EncoderCheck & { readonly tracks: readonly string[] }>();
  for (const encoding of encodings) {
    const [verdict, seen] = judge(encoding);
    const key = `${verdict} ${seen}`;
    lines.set(key, { check, tracks: [...(lines.get(key)?.tracks ?? []), encoding.track], verdict, seen });
  }
  return [...lines.values()];
}
