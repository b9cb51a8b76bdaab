import { qualityMembers } from "../quality/publish-headers.ts";
import { endMicros, startMicros } from "../store/media-micros.ts";
import type { Segment } from "../store/segment.ts";
import { decimalSeconds } from "./decimal-seconds.ts";
import { dateRange, isoDate } from "./hls-tags.ts";
import { perSegment } from "./per-segment.ts";
import type { QualitySignals } from "./quality-signals.ts";

/**
 * The EXT-X-DATERANGE that says of one segment what its CMSD header says of its quality.
 *
 * The ID is made of track and number, so that it is the same in every reload and on every packager, and another one in
 * every media playlist. START-DATE is the segment's EXT-X-PROGRAM-DATE-TIME. DURATION lasts to that of the next segment,
 * not for EXTINF, which is finer: ranges of one CLASS that overlap by half a millisecond are an error to some readers.
 *
 * @param trackId - Of the track whose playlist it stands in.
 * @returns The tag, such as `#EXT-X-DATERANGE:ID="v1-883661520",CLASS="org.svta.mqa",…,X-ORG-SVTA-MQA-VIDEO=54`.
 * @spec rfc8216bis 4.4.5.1
 */
export function qualityDateRange(trackId: string, segment: Segment, signals: QualitySignals): string {
  return dateRange(`${trackId}-${segment.number}`, attributes(segment, signals));
}

const attributes = perSegment((segment, { publish }) => {
  const start = toMilliseconds(startMicros(segment));
  const end = toMilliseconds(endMicros(segment));
  const members = qualityMembers(segment, publish);
  return [
    `CLASS="${publish.keyPrefix}"`,
    `START-DATE="${isoDate(start)}"`,
    `DURATION=${decimalSeconds(end - start)}`,
    ...Object.entries(members).map(([key, value]) => `${attributeName(key)}=${attributeValue(value)}`),
  ].join(",");
});

/** To the nearest one, as dates are written; in microseconds. */
function toMilliseconds(micros: number): number {
  return Math.round(micros / 1000) * 1000;
}

/** @spec rfc8216bis 4.2: of A to Z, 0 to 9 and the hyphen */
function attributeName(key: string): string {
  return `X-${key.toUpperCase().replace(/[^A-Z0-9-]/g, "-")}`;
}

/** Numbers of client-defined attributes have no sign: what is negative, as loudness is, has to be a string. */
function attributeValue(value: number): string {
  return value < 0 ? `"${value}"` : `${value}`;
}
