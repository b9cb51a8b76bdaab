import type { AudioAccessUnit, DemuxEvent, ElementaryStream, VideoAccessUnit } from "../demux/access-unit.ts";
import { TransportDemuxer } from "../demux/transport-demuxer.ts";
import { ConfigError } from "../problem/config-error.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import type { LoopSpan } from "./loop-span.ts";
import { readSampleAudio, type SampleAudio } from "./sample-audio.ts";
import { SampleError } from "./sample-error.ts";
import { readSampleVideo, type SampleVideo } from "./sample-video.ts";

/** A recording that can be played in a loop for ever: every track lasts exactly as long as the others. */
export type Sample = {
  /** At least one; renditions of the same pictures, in the order of the programme. */
  readonly videos: readonly SampleVideo[];
  readonly audios: readonly SampleAudio[];
};

/**
 * Reads a transport stream as a sample.
 *
 * @param file - Its name, for the message.
 * @throws ConfigError - when it cannot be played in a loop, with the reason.
 */
export function readSample(bytes: Uint8Array, file: string): Sample {
  try {
    return readTracks(bytes);
  } catch (error) {
    if (!(error instanceof SampleError || error instanceof MalformedError)) throw error;
    throw new ConfigError(
      "--sample",
      file,
      `a sample loops only if it is H.264 and AAC without a gap: ${error.message}`,
    );
  }
}

function readTracks(bytes: Uint8Array): Sample {
  const demuxer = new TransportDemuxer();
  const events = [...demuxer.push(bytes), ...demuxer.flush()];
  const program = events.find((event) => event.kind === "program");
  if (program === undefined) throw new SampleError("it has no programme");
  const units = unitsByPid(events);
  const videos: SampleVideo[] = [];
  const audios: SampleAudio[] = [];
  let span: LoopSpan | undefined;
  for (const stream of program.streams.toSorted(videoFirst)) {
    const own = units.get(stream.pid) ?? [];
    if (stream.kind === "video") {
      const video = readSampleVideo(own.filter((unit) => unit.kind === "video"));
      span ??= video.span;
      if (!sameSpan(video.span, span)) throw new SampleError("its video tracks do not have the same pictures");
      videos.push(video);
    } else if (span !== undefined) {
      audios.push(
        readSampleAudio(
          own.filter((unit) => unit.kind === "audio"),
          span,
          stream.language,
        ),
      );
    }
  }
  if (videos.length === 0) throw new SampleError("it has no video");
  return { videos, audios };
}

function unitsByPid(
  events: readonly DemuxEvent[],
): ReadonlyMap<number, readonly (VideoAccessUnit | AudioAccessUnit)[]> {
  const byPid = new Map<number, (VideoAccessUnit | AudioAccessUnit)[]>();
  for (const event of events) {
    if (event.kind !== "access-unit") continue;
    const list = byPid.get(event.unit.pid) ?? [];
    list.push(event.unit);
    byPid.set(event.unit.pid, list);
  }
  return byPid;
}

/** Video first: its length decides how much of the audio is taken. Sorting is stable. */
function videoFirst(a: ElementaryStream, b: ElementaryStream): number {
  return Number(a.kind === "audio") - Number(b.kind === "audio");
}

function sameSpan(a: LoopSpan, b: LoopSpan): boolean {
  return a.start === b.start && a.pictures === b.pictures && a.rate.num * b.rate.den === b.rate.num * a.rate.den;
}
