import type { VideoConfiguration } from "../demux/track-configuration.ts";
import type { Rational } from "../time/rational.ts";
import { audioChannelConfiguration } from "./audio-channel-configuration.ts";
import { audioConfiguration, videoConfiguration } from "./configuration.ts";
import { languageTag } from "./language.ts";
import type { MpdElement } from "./mpd-element.ts";
import { segmentTemplate } from "./segment-timeline.ts";
import type { TrackRun } from "./track-run.ts";

/** Ids of video sets by what all renditions in one share; those of audio sets follow. They must not change while a set is listed. */
const VIDEO_SET_IDS = { h264: 1, h265: 2 } as const;
const FIRST_AUDIO_SET_ID = 10;

/**
 * The adaptation sets of one period: one for the video renditions of each codec, one for each audio track.
 *
 * @param runs - What the period lists of each track, video first.
 * @param origin - The media time that `Period@start` stands for, in microseconds since 1970-01-01T00:00:00Z.
 * @spec ISO/IEC 23009-1 5.3.3, 5.3.5
 */
export function adaptationSets(runs: readonly TrackRun[], origin: number): readonly MpdElement[] {
  const videos = runs.filter(({ track }) => track.track.kind === "video");
  const audios = runs.filter(({ track }) => track.track.kind === "audio");
  const codecs = [...new Set(videos.map((run) => configurationOf(run).codec))];
  return [
    ...codecs.map((codec, index) =>
      videoSet(
        codec,
        videos.filter((run) => configurationOf(run).codec === codec),
        index,
        origin,
      ),
    ),
    ...audios.map((run, index) => audioSet(run, index, origin)),
  ];
}

function videoSet(
  codec: VideoConfiguration["codec"],
  runs: readonly TrackRun[],
  index: number,
  origin: number,
): MpdElement {
  const configurations = runs.map(configurationOf);
  const largest = configurations.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  const rates = runs.flatMap(({ track }) => track.track.pictureRate ?? []);
  const fastest = rates.reduce((a, b) => (b.num * a.den > a.num * b.den ? b : a), rates[0] ?? { num: 0, den: 1 });
  return {
    "@id": VIDEO_SET_IDS[codec],
    "@contentType": "video",
    "@mimeType": "video/mp4",
    "@par": pictureAspectRatio(largest),
    "@maxWidth": Math.max(...configurations.map(({ width }) => width)),
    "@maxHeight": Math.max(...configurations.map(({ height }) => height)),
    ...(rates.length === runs.length ? { "@maxFrameRate": frameRate(fastest) } : {}),
    ...segmentsOfSet(runs),
    Role: role(index),
    Representation: runs.map((run) => videoRepresentation(run, origin)),
  };
}

function videoRepresentation(run: TrackRun, origin: number): MpdElement {
  const { track, peakBitrate } = run.track;
  const { codecString, width, height, pixelAspectRatio } = configurationOf(run);
  return {
    "@id": track.id,
    "@bandwidth": peakBitrate,
    "@codecs": codecString,
    "@width": width,
    "@height": height,
    "@sar": ratio(pixelAspectRatio?.num ?? 1, pixelAspectRatio?.den ?? 1),
    ...(track.pictureRate === undefined ? {} : { "@frameRate": frameRate(track.pictureRate) }),
    SegmentTemplate: segmentTemplate(track.id, run.segments, origin),
  };
}

function audioSet(run: TrackRun, index: number, origin: number): MpdElement {
  const { track, peakBitrate } = run.track;
  const configuration = audioConfiguration(run.segments[0]!);
  return {
    "@id": FIRST_AUDIO_SET_ID + trackNumber(track.id),
    "@contentType": "audio",
    "@mimeType": "audio/mp4",
    "@lang": languageTag(track.language) ?? "und",
    ...segmentsOfSet([run]),
    Role: role(index),
    Representation: {
      "@id": track.id,
      "@bandwidth": peakBitrate,
      "@codecs": configuration.codecString,
      "@audioSamplingRate": configuration.sampleRate,
      AudioChannelConfiguration: audioChannelConfiguration(configuration),
      SegmentTemplate: segmentTemplate(track.id, run.segments, origin),
    },
  };
}

/** Renditions are cut at the same pictures by construction; that each cut is one to start at is looked up. */
function segmentsOfSet(runs: readonly TrackRun[]): MpdElement {
  const independent = runs.every(({ segments }) => segments.every(({ quality }) => quality.independent));
  return { "@segmentAlignment": true, ...(independent ? { "@startWithSAP": 1 } : {}) };
}

function role(index: number): MpdElement {
  return { "@schemeIdUri": "urn:mpeg:dash:role:2011", "@value": index === 0 ? "main" : "alternate" };
}

function configurationOf({ segments }: TrackRun): VideoConfiguration {
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
