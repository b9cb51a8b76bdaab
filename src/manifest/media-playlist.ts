import { qualityCmsd } from "../quality/publish-headers.ts";
import { gapEnds } from "../store/gap-ends.ts";
import { type ListingRules, listingRules } from "../store/listing-rules.ts";
import { endMicros, type SegmentStart, startMicros } from "../store/media-micros.ts";
import type { ChannelSnapshot, Part, Segment, TrackSnapshot } from "../store/segment.ts";
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
  skip,
  targetDuration,
  version,
} from "./hls-tags.ts";
import { HLS_DELTA_VERSION, HLS_VERSION } from "./hls-version.ts";
import { canSkip, lowLatencyHeader, lowLatencyTail, partLines, partsFrom, skipUntil } from "./low-latency-playlist.ts";
import { perSegment } from "./per-segment.ts";
import { qualityDateRange } from "./quality-date-range.ts";
import { defaultQualitySignals, type QualitySignals } from "./quality-signals.ts";

/** How a playlist is asked for. */
export type PlaylistOptions = {
  /** As a delta update, where that is shorter: in low latency, and while the channel goes on. */
  readonly skips?: boolean;
};

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
 * In low latency the newest segments are listed with their parts, and the one that is being made as far as it has come. A delta update
 * costs the same however long the window is.
 *
 * @spec rfc8216bis 4.4, 6.2
 */
export function writeMediaPlaylist(
  channel: ChannelSnapshot,
  track: TrackSnapshot,
  signals: QualitySignals = defaultQualitySignals,
  { skips = false }: PlaylistOptions = {},
): string {
  let rules = listingRules(channel);
  const { lowLatency } = channel;
  const maySkip = lowLatency !== undefined && canSkip(signals) && !channel.ended;
  const first = skips && maySkip ? firstKept(channel, track, rules) : 0;
  const lines = header(channel, track, signals, first);
  const withParts = lowLatency === undefined ? Number.POSITIVE_INFINITY : partsFrom(channel, lowLatency, track);
  const { segments } = track;
  let previous: Segment | undefined = segments[first - 1];
  for (let i = first; i < segments.length; i++) {
    const segment = segments[i]!;
    const block = blockAt(track, i, signals);
    if (block !== undefined && startMicros(segments[i + BLOCK]!) < withParts) {
      lines.push(block);
      i += BLOCK - 1;
      previous = segments[i];
      continue;
    }
    if (previous !== undefined && segment.number !== previous.number + 1) {
      const hole = tellHole(previous, segment, rules);
      for (const line of hole.lines) lines.push(line);
      // The window bounds a live playlist; a file's holes share one limit.
      if (rules.listed === undefined) rules = { ...rules, mostGaps: rules.mostGaps - hole.gaps };
    }
    // A delta update says it again: some players look for it in the same text.
    if (segment.init.id !== previous?.init.id || (i === first && first > 0))
      lines.push(map(`init-${segment.init.id}.mp4`));
    const dateRange = signals.dateRange ? [qualityDateRange(track.track.id, segment, signals)] : [];
    if (segment.parts !== undefined && startMicros(segment) >= withParts) {
      lines.push(...entryWithParts(segment, segment.parts, dateRange));
    } else {
      lines.push(...dateRange, entry(segment));
    }
    previous = segment;
  }
  if (channel.ended) lines.push(ENDLIST);
  else if (lowLatency !== undefined) lines.push(...openSegment(track, rules), ...lowLatencyTail(channel, track));
  return `${lines.join("\n")}\n`;
}

/** Segments whose entries are kept together, so that a long window costs no more than its blocks: those of numbers from a multiple on. */
const BLOCK = 64;

/** The text of blocks by their first segment, once it is made; empty where entries depend on more than their segment. */
const blockOf = perSegment((): { text?: string } => ({}));

/** The entries of a block that begins at an index, if one does, all of it is listed, and nothing but segments follow each other in it. */
function blockAt({ track, segments }: TrackSnapshot, at: number, signals: QualitySignals): string | undefined {
  const first = segments[at]!;
  const previous = segments[at - 1];
  if (first.number % BLOCK !== 0 || previous === undefined || segments[at + BLOCK] === undefined) return undefined;
  if (previous.number !== first.number - 1 || previous.init.id !== first.init.id) return undefined;
  const kept = blockOf(first, signals);
  if (kept.text === undefined) {
    const block = segments.slice(at, at + BLOCK);
    const isPlain = block.every(({ number, init }, i) => number === first.number + i && init.id === first.init.id);
    const line = (segment: Segment): string =>
      signals.dateRange ? `${qualityDateRange(track.id, segment, signals)}\n${entry(segment)}` : entry(segment);
    kept.text = isPlain ? block.map(line).join("\n") : "";
  }
  return kept.text === "" ? undefined : kept.text;
}

/** The first segment that a delta update lists. What counts are the durations listed: over a hole dates may jump. */
function firstKept(channel: ChannelSnapshot, { segments }: TrackSnapshot, rules: ListingRules): number {
  const until = skipUntil(channel);
  let first = segments.length;
  let listed = 0;
  while (first > 0 && listed < until) {
    const segment = segments[--first]!;
    const next = segments[first + 1];
    const end = endMicros(segment);
    listed += end - startMicros(segment);
    if (next !== undefined) listed += (gapEnds(segment, next, rules)?.at(-1) ?? end) - end;
  }
  return first;
}

function header(channel: ChannelSnapshot, track: TrackSnapshot, signals: QualitySignals, first: number): string[] {
  const { lowLatency } = channel;
  const { segments } = track;
  const lines = [
    EXTM3U,
    ...(signals.cmsdTags ? [cmsdStatic(newestQuality(track, signals))] : []),
    version(first > 0 ? HLS_DELTA_VERSION : HLS_VERSION),
    targetDuration(channel.targetDuration),
    ...(lowLatency === undefined ? [] : lowLatencyHeader(channel, lowLatency, signals)),
    mediaSequence(segments[0]!.number),
    DISCONTINUITY_SEQUENCE,
  ];
  // Missing numbers have entries, which count.
  if (first > 0) lines.push(skip(segments[first - 1]!.number + 1 - segments[0]!.number));
  if (channel.ended && channel.window === undefined) lines.push(playlistType("VOD"));
  return lines;
}

/** The segment that is being made, as far as it has come. */
function openSegment({ segments, open }: TrackSnapshot, rules: ListingRules): readonly string[] {
  const last = segments.at(-1)!;
  if (open === undefined) return [];
  const isOther = open.init.id !== last.init.id;
  return [
    ...tellHole(last, open, rules).lines,
    ...(isOther ? [map(`init-${open.init.id}.mp4`)] : []),
    programDateTime(startMicros(open)),
    ...partLines(open.parts),
  ];
}

/** The date stands before the parts, which it is of; what is known of the whole segment, behind them. */
function entryWithParts(segment: Segment, parts: readonly Part[], dateRange: readonly string[]): readonly string[] {
  const [date, ...rest] = mediaLines(segment.number, startMicros(segment), endMicros(segment));
  return [date!, ...partLines(parts), ...dateRange, ...rest];
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
function tellHole(previous: Segment, next: SegmentStart, rules: ListingRules): Hole {
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
