import type { ChannelSnapshot, TrackSnapshot } from "../store/segment.ts";

/** A track of a channel by its id, as far as there is one that can be fetched. */
export function findTrack(channel: ChannelSnapshot | undefined, id: string): TrackSnapshot | undefined {
  return channel?.tracks.find(({ track }) => track.id === id);
}
