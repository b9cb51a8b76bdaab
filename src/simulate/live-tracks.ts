import type { Ticks } from "../time/units.ts";
import { labelCounting } from "./epoch-timecode.ts";
import { LabelFaults } from "./label-faults.ts";
import { LiveAudio } from "./live-audio.ts";
import type { LiveSourceOptions } from "./live-source-options.ts";
import type { LiveTrack } from "./live-track.ts";
import { LiveVideo } from "./live-video.ts";
import { missingEntries } from "./missing-entries.ts";
import type { Sample } from "./sample.ts";
import { ScoreFaults } from "./score-faults.ts";
import { ScoreMessages } from "./score-messages.ts";

/** PID of the first track; the others follow. */
const FIRST_PID = 0x100;

/** What the tracks of a source are made of. */
export type LiveTracksOptions = Pick<LiveSourceOptions, "labels" | "faults" | "scores" | "audios"> & {
  readonly renditions: readonly number[];
  readonly ptsOrigin: number;
};

/** The PID of a rendition among those that are sent. */
export function renditionPid(renditions: readonly number[], rendition: number): number {
  return FIRST_PID + renditions.indexOf(rendition);
}

/**
 * The tracks of a source, video first.
 *
 * @param sample - At the rate it is played at.
 * @param start - When the simulation began.
 */
export function liveTracks(sample: Sample, start: Ticks, options: LiveTracksOptions): readonly LiveTrack[] {
  const {
    labels,
    faults = [],
    scores = {},
    renditions,
    ptsOrigin,
    audios = sample.audios.map((_, i) => i + 1),
  } = options;
  const videos = renditions.map((rendition) => {
    const video = sample.videos[rendition - 1]!;
    const counting = labelCounting(video.span.rate, labels);
    return new LiveVideo(video, {
      pid: renditionPid(renditions, rendition),
      ptsOrigin,
      counting,
      labelFaults: new LabelFaults(faults, rendition, start, counting),
      scores: new ScoreMessages(scores, video, rendition, new ScoreFaults(faults, rendition, start, video.span.rate)),
      missing: missingEntries(faults, rendition, start, video),
    });
  });
  const firstAudioPid = FIRST_PID + videos.length;
  const sounds = audios.map((audio, i) => new LiveAudio(firstAudioPid + i, sample.audios[audio - 1]!, ptsOrigin));
  return [...videos, ...sounds];
}
