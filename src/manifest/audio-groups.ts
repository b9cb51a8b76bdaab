import type { AudioConfiguration } from "../demux/track-configuration.ts";
import type { TrackSnapshot } from "../store/segment.ts";
import { audioConfiguration } from "./configuration.ts";
import { languageName, languageTag } from "./language.ts";

/** Audio tracks of one codec, between which a player may switch. */
export type AudioGroup = {
  /** The codec. */
  readonly id: string;
  readonly tracks: readonly {
    readonly snapshot: TrackSnapshot;
    /** Unlike any other in the group; the same content has the same name in every group. */
    readonly name: string;
    /** RFC 5646; absent when unknown. */
    readonly language?: string;
  }[];
  /** RFC 6381, each once. */
  readonly codecs: readonly string[];
  /** Highest of any track: what a variant with this group needs at most. */
  readonly peakBitrate: number;
  readonly averageBitrate: number;
};

/**
 * Sorts the audio tracks of a channel into groups, in the order in which their codecs first appear.
 *
 * @spec rfc8216bis 4.4.6.1.1
 */
export function audioGroups(tracks: readonly TrackSnapshot[]): readonly AudioGroup[] {
  const codecs = new Set(tracks.map((track) => configuration(track).codec));
  return [...codecs].map((codec) =>
    audioGroup(
      codec,
      tracks.filter((track) => configuration(track).codec === codec),
    ),
  );
}

function audioGroup(id: string, snapshots: readonly TrackSnapshot[]): AudioGroup {
  const languages = snapshots.map(({ track }) => languageTag(track.language));
  const names = languages.map((language) => (language === undefined ? "Audio" : languageName(language)));
  const tracks = snapshots.map((snapshot, index) => {
    const language = languages[index];
    const name = names[index]!;
    const unique = names.indexOf(name) === names.lastIndexOf(name);
    return {
      snapshot,
      name: unique ? name : `${name} (${snapshot.track.id})`,
      ...(language === undefined ? {} : { language }),
    };
  });
  return {
    id,
    tracks,
    codecs: [...new Set(snapshots.map((track) => configuration(track).codecString))],
    peakBitrate: Math.max(...snapshots.map(({ peakBitrate }) => peakBitrate)),
    averageBitrate: Math.max(...snapshots.map(({ averageBitrate }) => averageBitrate)),
  };
}

function configuration(track: TrackSnapshot): AudioConfiguration {
  return audioConfiguration(track.segments.at(-1)!);
}
