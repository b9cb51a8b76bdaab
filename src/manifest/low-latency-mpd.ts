import { endMicros, mediaMicros, startMicros } from "../store/media-micros.ts";
import type { ChannelSnapshot, LowLatency, Period } from "../store/segment.ts";
import { MICROS_PER_SECOND } from "../time/units.ts";
import type { Addressing } from "./addressing.ts";
import { decimalSeconds } from "./decimal-seconds.ts";
import type { MpdElement } from "./mpd-element.ts";

/** How far behind the camera a player should be, in microseconds: a little less than three seconds, around which it swings. */
const LEAST_LATENCY = 2_800_000;

/** Where parts are long or come late, it is behind what it can have by so many parts. */
const PARTS_BEHIND = 4;

/**
 * How many times the target it may be behind. When it is further behind dash.js goes to where it should be, and stays there for good if that
 * is in a hole of the media: so this is far enough that no short outage comes to it.
 */
const MOST_TARGETS = 10;

/** How slowly and how fast it may play to get there. */
const PLAYBACK_RATE = { min: 0.96, max: 1.1 };

/** Segments from which it is seen how late parts come: a minute of short ones. */
const NEWEST = 32;

/** What observed latency is rounded up to, so that MPDs do not differ by every wobble of it. */
const LATENCY_STEP = 250_000;

/** Where the MPD of a channel finds its time; the server answers at its root, relative to the MPD at /{channel}/manifest.mpd. */
export const utcTiming: MpdElement = {
  "@schemeIdUri": "urn:mpeg:dash:utc:http-iso:2014",
  "@value": "../time",
};

/**
 * The latency that players should keep, in milliseconds; the least of it in the proportion of DASH-IF's test streams.
 *
 * There is no `@suggestedPresentationDelay` beside it: it would be the same, but shaka-player adds it to what is here.
 *
 * @spec DASH-IF low latency, 9.X.4.2; ISO/IEC 23009-1 annex K
 */
export function serviceDescription(channel: ChannelSnapshot, { partTarget }: LowLatency): MpdElement {
  const target = Math.ceil(Math.max(LEAST_LATENCY, latencyMicros(channel) + PARTS_BEHIND * partTarget) / 1000);
  return {
    "@id": 0,
    Latency: { "@target": target, "@min": Math.ceil(target * 0.75), "@max": target * MOST_TARGETS, "@referenceId": 0 },
    PlaybackRate: { "@min": PLAYBACK_RATE.min, "@max": PLAYBACK_RATE.max },
  };
}

/**
 * Segments are found by number alone: that of a segment is its place on the grid, so it follows from the time, and no player has to read an
 * MPD before it can ask for what is being made. What is missing changes nothing in it.
 *
 * A player takes a segment to be there when it should end, less `@availabilityTimeOffset`: when its first part is whole, by the grid. What
 * comes later by what encoder and transport take, as seen here, is taken off, whatever is left; the server holds who asks a little early.
 *
 * @spec ISO/IEC 23009-1 5.3.9.4.4, 5.3.9.5.3; DASH-IF low latency, 9.X.4
 */
export function numberAddressing(channel: ChannelSnapshot, lowLatency: LowLatency, period: Period): Addressing {
  const { number } = period;
  const { rate, pictures, numberOffset, partTarget } = lowLatency;
  const duration = pictures * rate.den;
  const first = number === 0 ? numberOffset : number;
  const offset = (first - numberOffset) * duration;
  const origin = mediaMicros(offset, rate.num);
  const segment = mediaMicros(duration, rate.num);
  const early = segment - partTarget - latencyMicros(channel);
  const next = channel.periods[channel.periods.indexOf(period) + 1];
  const last = Math.max(...period.runs.map(({ segments }) => segments.at(-1)!.number));
  const isCutOff = next !== undefined && next.number > last + 1;
  return {
    origin,
    ...(isCutOff ? { end: mediaMicros((last + 1 - numberOffset) * duration, rate.num) } : {}),
    template: ({ snapshot: { track }, segments }) => ({
      "@timescale": rate.num,
      ...(offset === 0 ? {} : { "@presentationTimeOffset": offset }),
      "@duration": duration,
      "@startNumber": first,
      ...(next === undefined ? {} : { "@endNumber": segments.at(-1)!.number }),
      "@availabilityTimeOffset": `${early < 0 ? "-" : ""}${decimalSeconds(Math.abs(early))}`,
      "@availabilityTimeComplete": false,
      "@initialization": `${track.id}/init-${segments[0]!.init.id}.mp4`,
      "@media": `${track.id}/$Number$.m4s`,
    }),
    timing: (renditions, id) => ({
      ProducerReferenceTime: {
        "@id": id,
        "@inband": true,
        "@type": renditions.every(({ segments }) => segments.at(-1)!.timecode !== "none") ? "captured" : "encoder",
        "@wallClockTime": new Date(Math.round(origin / 1000)).toISOString(),
        "@presentationTime": offset,
        UTCTiming: utcTiming,
      },
      // Each chunk begins with a styp, and can be decoded after those before it.
      Resync: { "@type": 0, "@dT": Math.ceil((partTarget * rate.num) / MICROS_PER_SECOND), "@marker": true },
    }),
  };
}

/**
 * How far back a player may go, in microseconds: by its clock, which counts in whole segments, so that it stays a segment away from what
 * never was.
 */
export function listedMicros({ tracks }: ChannelSnapshot): number {
  const listed = tracks.map(({ segments }) => {
    const first = segments[segments.length > 1 ? 1 : 0]!;
    return endMicros(segments.at(-1)!) - startMicros(first);
  });
  return Math.min(...listed);
}

/** How long after its end the first part of a segment could be fetched, of most of the newest, in microseconds: one that was late is no rule. */
function latencyMicros({ tracks }: ChannelSnapshot): number {
  const latencies = tracks.flatMap(({ segments }) =>
    segments.slice(-NEWEST).map(({ parts }) => {
      const first = parts?.[0];
      return first?.availableAt === undefined ? 0 : first.availableAt * 1000 - endMicros(first);
    }),
  );
  const median = latencies.sort((a, b) => a - b)[latencies.length >> 1] ?? 0;
  return Math.max(0, Math.ceil(median / LATENCY_STEP) * LATENCY_STEP);
}
