import type { AudioConfiguration, VideoConfiguration } from "../demux/track-configuration.ts";
import type { Segment } from "../store/segment.ts";

/** What a segment of a video track is decoded with. */
export function videoConfiguration({ init }: Segment): VideoConfiguration {
  if (init.configuration.kind !== "video") throw new Error(`init segment ${init.id} is not one of video`);
  return init.configuration;
}

/** What a segment of an audio track is decoded with. */
export function audioConfiguration({ init }: Segment): AudioConfiguration {
  if (init.configuration.kind !== "audio") throw new Error(`init segment ${init.id} is not one of audio`);
  return init.configuration;
}
