import { qualityCmsd } from "../quality/publish-headers.ts";
import { mulDivRound } from "../time/rational.ts";
import type { MpdElement } from "./mpd-element.ts";
import { perSegment } from "./per-segment.ts";
import type { QualitySignals } from "./quality-signals.ts";
import type { Rendition } from "./rendition.ts";

/** Whose events they are: `value` is the id of the track, and the content of an event is a dictionary (RFC 8941, 3.2). */
export const QUALITY_SCHEME = "urn:mqa-packager:quality:2026";

/**
 * The events of one track in one period: one for each segment, with what its CMSD header says of its quality.
 *
 * `Event@presentationTime` is the tfdt of the segment and `Event@id` its number: neither changes while it is listed.
 *
 * @param origin - The media time that `Period@start` stands for, in microseconds since 1970-01-01T00:00:00Z.
 * @spec ISO/IEC 23009-1 5.10.2
 */
export function qualityEventStream(
  { snapshot, segments }: Rendition,
  origin: number,
  signals: QualitySignals,
): MpdElement {
  const { timescale } = segments[0]!.init;
  const offset = mulDivRound(origin, timescale, 1_000_000);
  return {
    "@schemeIdUri": QUALITY_SCHEME,
    "@value": snapshot.track.id,
    "@timescale": timescale,
    ...(offset === 0 ? {} : { "@presentationTimeOffset": offset }),
    Event: segments.map((segment) => event(segment, signals)),
  };
}

const event = perSegment(
  (segment, { publish }): MpdElement => ({
    "@presentationTime": segment.start,
    "@duration": segment.duration,
    "@id": segment.number,
    "#text": qualityCmsd(segment, publish),
  }),
);
