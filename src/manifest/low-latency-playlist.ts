import { endMicros, startMicros } from "../store/media-micros.ts";
import { nextPart, type PartName } from "../store/next-part.ts";
import type { ChannelSnapshot, LowLatency, Part, TrackSnapshot } from "../store/segment.ts";
import { MICROS_PER_SECOND } from "../time/units.ts";
import { part, partInf, preloadHint, renditionReport, serverControl } from "./hls-tags.ts";
import type { QualitySignals } from "./quality-signals.ts";

/** PART-HOLD-BACK in part targets: at least two, and Apple's authoring specification wants three. */
const PARTS_HELD_BACK = 3;

/** CAN-SKIP-UNTIL in target durations: no less is allowed. */
const SKIP_TARGET_DURATIONS = 6;

/** Parts are listed up to as many target durations from the end of the playlist, those of one segment together. */
const PARTS_TARGET_DURATIONS = 3;

/** What a playlist says of itself in low latency; it never changes. @spec rfc8216bis 4.4.3.7, 4.4.3.8 */
export function lowLatencyHeader(
  channel: ChannelSnapshot,
  { partTarget }: LowLatency,
  signals: QualitySignals,
): readonly string[] {
  const until = canSkip(signals) ? skipUntil(channel) : undefined;
  return [serverControl(until, PARTS_HELD_BACK * partTarget), partInf(partTarget)];
}

/** With EXT-X-DATERANGE there are no delta updates: they would have to repeat those of the segments that they leave out. */
export function canSkip({ dateRange }: QualitySignals): boolean {
  return !dateRange;
}

/** How far from the end of the last whole segment a delta update leaves segments out, in microseconds. */
export function skipUntil({ targetDuration }: ChannelSnapshot): number {
  return SKIP_TARGET_DURATIONS * targetDuration * MICROS_PER_SECOND;
}

/**
 * Segments that start at this or after it are listed with their parts, in microseconds since 1970-01-01T00:00:00Z. The part that is hinted
 * at counts as there.
 */
export function partsFrom(
  { targetDuration }: ChannelSnapshot,
  { partTarget }: LowLatency,
  { segments, open }: TrackSnapshot,
): number {
  const end = endMicros(open?.parts.at(-1) ?? segments.at(-1)!) + partTarget;
  return end - PARTS_TARGET_DURATIONS * targetDuration * MICROS_PER_SECOND;
}

const lines = new WeakMap<Part, string>();

/** The parts of a segment, a line each. */
export function partLines(parts: readonly Part[]): readonly string[] {
  return parts.map((one) => {
    let line = lines.get(one);
    if (line === undefined) {
      line = part(partUri(one), endMicros(one) - startMicros(one), one);
      lines.set(one, line);
    }
    return line;
  });
}

/** What follows the last part: what comes next, and how far the other tracks are. @spec rfc8216bis 4.4.5.3, 4.4.5.4 */
export function lowLatencyTail(channel: ChannelSnapshot, own: TrackSnapshot): readonly string[] {
  const others = channel.tracks.filter(({ track }) => track.id !== own.track.id);
  return [preloadHint(partUri(nextPart(own))), ...others.map(report)];
}

function report({ track, segments, open }: TrackSnapshot): string {
  const uri = `../${track.id}/index.m3u8`;
  const { number, parts } = open ?? segments.at(-1)!;
  return renditionReport(uri, number, parts && parts.length - 1);
}

function partUri({ number, index }: PartName): string {
  return `${number}.${index}.m4s`;
}
