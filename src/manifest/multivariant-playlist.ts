import { stringify, types } from "hls-parser";
import type { VideoConfiguration } from "../demux/track-configuration.ts";
import type { ChannelSnapshot, TrackSnapshot } from "../store/segment.ts";
import { type AudioGroup, audioGroups } from "./audio-groups.ts";
import { audioConfiguration, videoConfiguration } from "./configuration.ts";
import { HLS_VERSION } from "./hls-version.ts";

/** `transfer_characteristics` of SMPTE ST 2084 and of ARIB STD-B67 (ISO/IEC 23091-2 table 3). */
const TRANSFER_PQ = 16;
const TRANSFER_HLG = 18;

/**
 * Writes the multivariant playlist: each video track with each group of audio tracks, or the audio groups alone.
 *
 * Bit rates are measured since start. EXT-X-INDEPENDENT-SEGMENTS is there while it is true of everything listed.
 *
 * @spec rfc8216bis 4.4.6, 6.2.4
 */
export function writeMultivariantPlaylist(channel: ChannelSnapshot): string {
  const videos = channel.tracks.filter(({ track }) => track.kind === "video");
  const groups = audioGroups(channel.tracks.filter(({ track }) => track.kind === "audio"));
  const variants =
    videos.length === 0
      ? groups.map((group) => audioVariant(group))
      : (groups.length === 0 ? [undefined] : groups).flatMap((group) =>
          videos.map((video) => videoVariant(video, group)),
        );
  const independentSegments = channel.tracks.every(({ segments }) =>
    segments.every(({ quality }) => quality.independent),
  );
  const text = stringify(new types.MasterPlaylist({ version: HLS_VERSION, independentSegments, variants }));
  return `${text}\n`;
}

function videoVariant(video: TrackSnapshot, group: AudioGroup | undefined): types.Variant {
  const configuration = videoConfiguration(video.segments.at(-1)!);
  const { width, height, codecString } = configuration;
  const { pictureRate } = video.track;
  return new types.Variant({
    uri: playlistUri(video),
    bandwidth: video.peakBitrate + (group?.peakBitrate ?? 0),
    averageBandwidth: video.averageBitrate + (group?.averageBitrate ?? 0),
    codecs: [codecString, ...(group?.codecs ?? [])].join(","),
    resolution: { width, height },
    frameRate: pictureRate && pictureRate.num / pictureRate.den,
    videoRange: videoRange(configuration),
    audio: group?.tracks.map((track, index) => rendition(group, track, index)),
  });
}

/** One variant stands for the whole group: its first track, and the others as renditions a player may switch to. */
function audioVariant(group: AudioGroup): types.Variant {
  return new types.Variant({
    uri: playlistUri(group.tracks[0]!.snapshot),
    bandwidth: group.peakBitrate,
    averageBandwidth: group.averageBitrate,
    codecs: group.codecs.join(","),
    audio: group.tracks.map((track, index) => rendition(group, track, index)),
  });
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
