import { qualityCmsd } from "../quality/publish-headers.ts";
import { gapEnds } from "../store/gap-ends.ts";
import { type ListingRules, listingRules } from "../store/listing-rules.ts";
import { endMicros, startMicros } from "../store/media-micros.ts";
import type { ChannelSnapshot, Segment, TrackSnapshot } from "../store/segment.ts";
import {
  cmsdStatic,
  DISCONTINUITY,
  DISCONTINUITY_SEQUENCE,
  ENDLIST,
  EXTM3U,
  extinf,
  GAP,
  map,
  mediaSequence,
  playlistType,
  programDateTime,
  targetDuration,
  version,
} from "./hls-tags.ts";
import { HLS_VERSION } from "./hls-version.ts";
import { qualityDateRange } from "./quality-date-range.ts";
import { defaultQualitySignals, type QualitySignals } from "./quality-signals.ts";

/** What a playlist says of the numbers missing between two segments. */
type Hole = { readonly lines: readonly string[]; readonly gaps: number };

/** What depends on the segment alone, so that a playlist of a long window is written without formatting it again. */
const entries = new WeakMap<Segment, string>();

/**
 * Writes the media playlist of one track.
 *
 * Media sequence numbers are the numbers of the segments: where one is missing, an EXT-X-GAP entry stands for it.
 * EXTINF is the difference of rounded instants, so sums do not drift. EXT-X-INDEPENDENT-SEGMENTS is left to the
 * multivariant playlist: here it could not be taken back when a segment starts without an I picture.
 *
 * A live channel has no EXT-X-DISCONTINUITY, as its timestamps count from the epoch and never begin anew: another init
 * segment is told by EXT-X-MAP, missing time by the dates. In a file there is one where gap entries cannot fill a hole.
 *
 * @spec rfc8216bis 4.4, 6.2
 */
export function writeMediaPlaylist(
  channel: ChannelSnapshot,
  track: TrackSnapshot,
  signals: QualitySignals = defaultQualitySignals,
): string {
  let rules = listingRules(channel);
  const lines = header(channel, track, signals);
  let previous: Segment | undefined;
  for (const segment of track.segments) {
    if (previous !== undefined && segment.number !== previous.number + 1) {
      const hole = tellHole(previous, segment, rules);
      for (const line of hole.lines) lines.push(line);
      // The window bounds a live playlist; a file's holes share one limit.
      if (rules.listed === undefined) rules = { ...rules, mostGaps: rules.mostGaps - hole.gaps };
    }
    if (segment.init.id !== previous?.init.id) lines.push(map(`init-${segment.init.id}.mp4`));
    if (signals.dateRange) lines.push(qualityDateRange(track.track.id, segment, signals));
    lines.push(entry(segment));
    previous = segment;
  }
  if (channel.ended) lines.push(ENDLIST);
  return `${lines.join("\n")}\n`;
}

function header(channel: ChannelSnapshot, track: TrackSnapshot, signals: QualitySignals): string[] {
  const lines = [
    EXTM3U,
    ...(signals.cmsdTags ? [cmsdStatic(newestQuality(track, signals))] : []),
    version(HLS_VERSION),
    targetDuration(channel.targetDuration),
    mediaSequence(track.segments[0]!.number),
    DISCONTINUITY_SEQUENCE,
  ];
  if (channel.ended && channel.window === undefined) lines.push(playlistType("VOD"));
  return lines;
}

function newestQuality({ segments }: TrackSnapshot, { publish }: QualitySignals): string {
  return qualityCmsd(segments.at(-1)!, publish);
}

function entry(segment: Segment): string {
  let text = entries.get(segment);
  if (text === undefined) {
    text = mediaLines(segment.number, startMicros(segment), endMicros(segment)).join("\n");
    entries.set(segment, text);
  }
  return text;
}

/** An entry for each number missing between two segments; where that cannot be told, a discontinuity. */
function tellHole(previous: Segment, next: Segment, rules: ListingRules): Hole {
  const ends = gapEnds(previous, next, rules);
  if (ends === undefined) return { lines: [DISCONTINUITY], gaps: 0 };
  let start = endMicros(previous);
  const lines = ends.flatMap((end, index) => {
    const entry = [GAP, ...mediaLines(previous.number + 1 + index, start, end)];
    start = end;
    return entry;
  });
  return { lines, gaps: ends.length };
}

function mediaLines(number: number, start: number, end: number): string[] {
  return [programDateTime(start), extinf(end - start), `${number}.m4s`];
}
