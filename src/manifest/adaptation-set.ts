import type { VideoConfiguration } from "../demux/track-configuration.ts";
import type { Segment } from "../store/segment.ts";
import type { Rational } from "../time/rational.ts";
import type { Addressing } from "./addressing.ts";
import { audioChannelConfiguration } from "./audio-channel-configuration.ts";
import { audioConfiguration, videoConfiguration } from "./configuration.ts";
import { languageTag } from "./language.ts";
import type { MpdElement } from "./mpd-element.ts";
import type { Rendition } from "./rendition.ts";

/**
 * Ids of video sets by what all renditions in one share; those of audio sets follow. They must not change while a set
 * is listed.
 */
const VIDEO_SET_IDS = { h264: 1, h265: 2 } as const;
const FIRST_AUDIO_SET_ID = 10;

/**
 * The adaptation sets of one period: one for the video renditions of each codec, one for each audio track.
 *
 * @param renditions - What the period lists of each of its tracks, in the order of the channel.
 * @spec ISO/IEC 23009-1 5.3.3, 5.3.5
 */
export function adaptationSets(renditions: readonly Rendition[], addressing: Addressing): readonly MpdElement[] {
  const videos = renditions.filter(({ snapshot }) => snapshot.track.kind === "video");
  const audios = renditions.filter(({ snapshot }) => snapshot.track.kind === "audio");
  const codecs = [...new Set(videos.map((rendition) => configurationOf(rendition).codec))];
  return [
    ...codecs.map((codec, index) =>
      videoSet(
        codec,
        videos.filter((rendition) => configurationOf(rendition).codec === codec),
        index,
        addressing,
      ),
    ),
    ...audios.map((rendition, index) => audioSet(rendition, index, addressing)),
  ];
}

function videoSet(
  codec: VideoConfiguration["codec"],
  renditions: readonly Rendition[],
  index: number,
  addressing: Addressing,
): MpdElement {
  const configurations = renditions.map(configurationOf);
  const largest = configurations.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  const rates = renditions.flatMap(({ snapshot }) => snapshot.track.pictureRate ?? []);
  const fastest = rates.reduce((a, b) => (b.num * a.den > a.num * b.den ? b : a), rates[0] ?? { num: 0, den: 1 });
  return {
    "@id": VIDEO_SET_IDS[codec],
    "@contentType": "video",
    "@mimeType": "video/mp4",
    "@par": pictureAspectRatio(largest),
    "@maxWidth": Math.max(...configurations.map(({ width }) => width)),
    "@maxHeight": Math.max(...configurations.map(({ height }) => height)),
    ...(rates.length === renditions.length ? { "@maxFrameRate": frameRate(fastest) } : {}),
    ...segmentsOfSet(renditions),
    ...addressing.timing(renditions, index),
    Role: role(index),
    Representation: renditions.map((rendition) => videoRepresentation(rendition, addressing)),
  };
}

function videoRepresentation(rendition: Rendition, addressing: Addressing): MpdElement {
  const { track, peakBitrate } = rendition.snapshot;
  const { codecString, width, height, pixelAspectRatio } = configurationOf(rendition);
  return {
    "@id": track.id,
    "@bandwidth": peakBitrate,
    "@codecs": codecString,
    "@width": width,
    "@height": height,
    "@sar": ratio(pixelAspectRatio?.num ?? 1, pixelAspectRatio?.den ?? 1),
    ...(track.pictureRate === undefined ? {} : { "@frameRate": frameRate(track.pictureRate) }),
    SegmentTemplate: addressing.template(rendition),
  };
}

function audioSet(rendition: Rendition, index: number, addressing: Addressing): MpdElement {
  const { track, peakBitrate } = rendition.snapshot;
  const configuration = audioConfiguration(rendition.segments[0]!);
  return {
    "@id": FIRST_AUDIO_SET_ID + trackNumber(track.id),
    "@contentType": "audio",
    "@mimeType": "audio/mp4",
    "@lang": languageTag(track.language) ?? "und",
    ...segmentsOfSet([rendition]),
    ...addressing.timing([rendition], FIRST_AUDIO_SET_ID + index),
    Role: role(index),
    Representation: {
      "@id": track.id,
      "@bandwidth": peakBitrate,
      "@codecs": configuration.codecString,
      "@audioSamplingRate": configuration.sampleRate,
      AudioChannelConfiguration: audioChannelConfiguration(configuration),
      SegmentTemplate: addressing.template(rendition),
    },
  };
}

/** Renditions are cut at the same pictures by construction; that each cut is one to start at is looked up. */
function segmentsOfSet(renditions: readonly Rendition[]): MpdElement {
  const independent = renditions.every(({ segments }) => areIndependent(segments));
  return { "@segmentAlignment": true, ...(independent ? { "@startWithSAP": 1 } : {}) };
}

/** Asked once of each list: MPDs of low latency are written more often than there are new segments. */
const independence = new WeakMap<readonly Segment[], boolean>();

function areIndependent(segments: readonly Segment[]): boolean {
  let known = independence.get(segments);
  if (known === undefined) {
    known = segments.every(({ quality }) => quality.independent);
    independence.set(segments, known);
  }
  return known;
}

function role(index: number): MpdElement {
  return { "@schemeIdUri": "urn:mpeg:dash:role:2011", "@value": index === 0 ? "main" : "alternate" };
}

function configurationOf({ segments }: Rendition): VideoConfiguration {
  return videoConfiguration(segments[0]!);
}

/** The 2 of `a2`: part of the track's identity, unlike its place among the tracks that have segments now. */
function trackNumber(id: string): number {
  return Number(id.replace(/\D+/g, ""));
}

function pictureAspectRatio({ width, height, pixelAspectRatio }: VideoConfiguration): string {
  return ratio(width * (pixelAspectRatio?.num ?? 1), height * (pixelAspectRatio?.den ?? 1));
}

function ratio(a: number, b: number): string {
  const divisor = greatestCommonDivisor(a, b);
  return `${a / divisor}:${b / divisor}`;
}

function frameRate({ num, den }: Rational): string {
  return den === 1 ? `${num}` : `${num}/${den}`;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
