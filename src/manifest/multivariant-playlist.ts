import { stringify, types } from "hls-parser";
import type { VideoConfiguration } from "../demux/track-configuration.ts";
import type { ChannelSnapshot, TrackSnapshot } from "../store/segment.ts";
import { type AudioGroup, audioGroups } from "./audio-groups.ts";
import { audioConfiguration, videoConfiguration } from "./configuration.ts";
import { HLS_VERSION } from "./hls-version.ts";
import { defaultQualitySignals, type QualitySignals } from "./quality-signals.ts";
import { variantScores } from "./variant-scores.ts";

/** `transfer_characteristics` of SMPTE ST 2084 and of ARIB STD-B67 (ISO/IEC 23091-2 table 3). */
const TRANSFER_PQ = 16;
const TRANSFER_HLG = 18;

/** `SCORE` by the track a variant is judged by: its pictures, or the first of its sounds. Empty: no variant has one. */
type Scores = ReadonlyMap<TrackSnapshot, number>;

/**
 * Writes the multivariant playlist: each video track with each group of audio tracks, or the audio groups alone.
 *
 * Bit rates are measured since start. EXT-X-INDEPENDENT-SEGMENTS is there while it is true of everything listed.
 *
 * @spec rfc8216bis 4.4.6, 6.2.4
 */
export function writeMultivariantPlaylist(
  channel: ChannelSnapshot,
  signals: QualitySignals = defaultQualitySignals,
): string {
  const videos = channel.tracks.filter(({ track }) => track.kind === "video");
  const groups = audioGroups(channel.tracks.filter(({ track }) => track.kind === "audio"));
  const judged = videos.length === 0 ? groups.map(leader) : videos;
  const scores: Scores = signals.score ? variantScores(channel, judged) : new Map();
  const variants =
    videos.length === 0
      ? groups.map((group) => audioVariant(group, scores))
      : (groups.length === 0 ? [undefined] : groups).flatMap((group) =>
          videos.map((video) => videoVariant(video, group, scores)),
        );
  const independentSegments = channel.tracks.every(({ segments }) =>
    segments.every(({ quality }) => quality.independent),
  );
  const text = stringify(new types.MasterPlaylist({ version: HLS_VERSION, independentSegments, variants }));
  return `${text}\n`;
}

function videoVariant(video: TrackSnapshot, group: AudioGroup | undefined, scores: Scores): types.Variant {
  const configuration = videoConfiguration(video.segments.at(-1)!);
  const { width, height, codecString } = configuration;
  const { pictureRate } = video.track;
  return new types.Variant({
    uri: playlistUri(video),
    bandwidth: video.peakBitrate + (group?.peakBitrate ?? 0),
    averageBandwidth: video.averageBitrate + (group?.averageBitrate ?? 0),
    score: scores.get(video),
    codecs: [codecString, ...(group?.codecs ?? [])].join(","),
    resolution: { width, height },
    frameRate: pictureRate && pictureRate.num / pictureRate.den,
    videoRange: videoRange(configuration),
    audio: group?.tracks.map((track, index) => rendition(group, track, index)),
  });
}

/** One variant stands for the whole group: its first track, and the others as renditions a player may switch to. */
function audioVariant(group: AudioGroup, scores: Scores): types.Variant {
  return new types.Variant({
    uri: playlistUri(leader(group)),
    bandwidth: group.peakBitrate,
    averageBandwidth: group.averageBitrate,
    score: scores.get(leader(group)),
    codecs: group.codecs.join(","),
    audio: group.tracks.map((track, index) => rendition(group, track, index)),
  });
}

function leader({ tracks }: AudioGroup): TrackSnapshot {
  return tracks[0]!.snapshot;
}

function rendition(
  group: AudioGroup,
  { snapshot, name, language }: AudioGroup["tracks"][number],
  index: number,
): object {
  const { channels } = audioConfiguration(snapshot.segments.at(-1)!);
  return {
    type: "AUDIO",
    groupId: group.id,
    name,
    language,
    isDefault: index === 0,
    autoselect: true,
    channels: String(channels),
    uri: playlistUri(snapshot),
  };
}

function playlistUri({ track }: TrackSnapshot): string {
  return `${track.id}/index.m3u8`;
}

/** Absent where the stream does not tell: that means SDR. */
function videoRange({ colour }: VideoConfiguration): "SDR" | "HLG" | "PQ" | undefined {
  if (colour?.transfer === TRANSFER_PQ) return "PQ";
  if (colour?.transfer === TRANSFER_HLG) return "HLG";
  return colour && "SDR";
}
