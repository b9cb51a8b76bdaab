import { XMLBuilder } from "fast-xml-parser";
import { qualityCmsd } from "../quality/publish-headers.ts";
import { endMicros, startMicros } from "../store/media-micros.ts";
import type { ChannelSnapshot } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { xsDuration } from "./decimal-seconds.ts";
import { liveTiming } from "./live-timing.ts";
import { serviceDescription, utcTiming } from "./low-latency-mpd.ts";
import type { MpdElement } from "./mpd-element.ts";
import { periodElement } from "./period.ts";
import { defaultQualitySignals, type QualitySignals } from "./quality-signals.ts";

const PROFILES = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019";

const CMSD_SCHEME = "urn:mpeg:dash:cmsd:2020";

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  format: true,
});

/**
 * Writes the MPD of a channel.
 *
 * Its timeline is media time since 1970-01-01T00:00:00Z: `S@t` is tfdt, and the first period starts at PT0S without an
 * offset. Only a file, which nobody watched while it grew, is moved to start at zero, where players look for the start
 * of what is static.
 *
 * @param now - `publishTime`: when the snapshot became what can be fetched; not written where nothing will change. `hasClock`: who serves
 *   it tells the time as well, as this packager does.
 * @spec ISO/IEC 23009-1 5.3.1
 */
export function writeMpd(
  channel: ChannelSnapshot,
  now: { readonly publishTime: Milliseconds; readonly hasClock?: boolean },
  signals: QualitySignals = defaultQualitySignals,
): string {
  const { periods } = channel;
  const runs = periods.flatMap((period) => period.runs);
  const isFile = channel.ended && channel.window === undefined;
  const origin = isFile ? Math.min(...runs.map(({ segments }) => startMicros(segments[0]!))) : 0;
  const end = Math.max(...runs.map(({ segments }) => endMicros(segments.at(-1)!)));
  return mpdText({
    "@id": channel.name,
    ...(channel.ended ? staticTiming(end - origin) : liveTiming(channel, now.publishTime)),
    "@minBufferTime": xsDuration(channel.segmentDuration * 1000),
    "@maxSegmentDuration": xsDuration(channel.targetDuration * 1_000_000 + 500_000),
    ...(signals.cmsdTags ? cmsdProperty(channel, signals) : {}),
    ...(channel.lowLatency === undefined || channel.ended
      ? {}
      : { ServiceDescription: serviceDescription(channel, channel.lowLatency) }),
    Period: periods.map((period) => periodElement(channel, period, origin, signals)),
    ...(channel.ended || now.hasClock === false ? {} : { UTCTiming: utcTiming }),
  });
}

/** An MPD of what is in it. */
export function mpdText(content: MpdElement): string {
  const { "@id": id, ...rest } = content;
  const mpd = { "@xmlns": "urn:mpeg:dash:schema:mpd:2011", "@id": id, "@profiles": PROFILES, ...rest };
  return builder.build({ "?xml": { "@version": "1.0", "@encoding": "UTF-8" }, MPD: mpd });
}

function staticTiming(duration: number): MpdElement {
  return { "@type": "static", "@mediaPresentationDuration": xsDuration(duration) };
}

/**
 * The newest quality of the first track. Where this stands, the schema wants it behind the periods; who looks for it
 * looks here.
 */
function cmsdProperty({ tracks }: ChannelSnapshot, { publish }: QualitySignals): MpdElement {
  const value = qualityCmsd(tracks[0]!.segments.at(-1)!, publish);
  return { SupplementalProperty: { "@schemeIdUri": CMSD_SCHEME, "@value": value } };
}
