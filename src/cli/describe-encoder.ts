import type { ChannelOptions } from "../config/channel-section.ts";
import { checkEncoder } from "../encoder/check-encoder.ts";
import type { EncoderCheck } from "../encoder/encoder-check.ts";
import type { EncoderReport } from "../encoder/encoder-report.ts";
import type { InputStatistics } from "../input/input.ts";
import type { TimecodeStatus } from "../timeline/timecode-status.ts";

/** What `/api/channels` says of the encoder that feeds an input. */
export type EncoderDescription = EncoderReport & { readonly checks: readonly EncoderCheck[] };

/** How an encoder is set, and what is to be said of it. */
export function describeEncoder(
  report: EncoderReport,
  { state, srt }: InputStatistics,
  timecode: TimecodeStatus,
  { segmentDuration, timecode: { source } }: Pick<ChannelOptions, "segmentDuration" | "timecode">,
): EncoderDescription {
  const segmentSeconds = segmentDuration / 1000;
  const input = { state, timecode, wantsTimecode: source !== "none", segmentSeconds, ...(srt && { srt }) };
  return { ...report, checks: checkEncoder(report, input) };
}
