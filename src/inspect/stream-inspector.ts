import type { AccessUnit, DemuxEvent, ElementaryStream } from "../demux/access-unit.ts";
import { TransportDemuxer } from "../demux/transport-demuxer.ts";
import type { Problem } from "../problem/problem.ts";
import type { ProblemCode } from "../problem/problems.ts";
import type { MqaUuid } from "../sei/mqa-uuid.ts";
import { type Milliseconds, TICKS_PER_SECOND } from "../time/units.ts";
import { ChannelAnchor } from "../timeline/channel-anchor.ts";
import { InputTimeline } from "../timeline/input-timeline.ts";
import { defaultTimecode, type TimecodeOptions } from "../timeline/timecode-options.ts";
import { AudioInspector } from "./audio-inspector.ts";
import { ProblemList } from "./problem-list.ts";
import type { InspectionReport } from "./report.ts";
import { TransportSurvey } from "./transport-survey.ts";
import { VideoInspector } from "./video-inspector.ts";

/** What to inspect. */
export type InspectionOptions = {
  /** Its program_number; absent: the one that would be packaged. */
  readonly program?: number;
  /** UUIDs that mark quality messages. */
  readonly mqaUuids: readonly MqaUuid[];
};

/** A programme may change its streams; more than these is nonsense, and tracks beyond it are left out. */
const MAX_TRACKS = 128;

/** What can be said where the input did not end but was cut off: other damage is the cut's, and units may be broken. */
const CERTAIN_AT_A_CUT: ReadonlySet<ProblemCode> = new Set(["track-silent", "program-missing"]);

type Track =
  | { readonly stream: ElementaryStream; readonly inspector: VideoInspector; readonly kind: "video" }
  | { readonly stream: ElementaryStream; readonly inspector: AudioInspector; readonly kind: "audio" };

/** Timecodes are read, and their problems reported, by the inspector of their track. */
const NO_TIMECODE: TimecodeOptions = { ...defaultTimecode, source: "none" };

/**
 * Gathers all there is to know of a transport stream, as its bytes come. Memory does not grow with time.
 *
 * The demuxer and the timeline are the packager's own, so that the problems reported are those that it would have.
 */
export class StreamInspector {
  readonly #mqaUuids: readonly MqaUuid[];
  readonly #survey = new TransportSurvey();
  readonly #demuxer: TransportDemuxer;
  readonly #timeline = new InputTimeline(
    new ChannelAnchor({ start: 0 as Milliseconds, inputs: 1, timecode: NO_TIMECODE }),
    0,
    ({ pid }) => ({ id: `PID 0x${pid.toString(16)}` }),
  );
  readonly #problems = new ProblemList();
  #tracks: Track[] = [];
  #program: number | undefined;
  #discontinuities = 0;
  #isLive = false;

  constructor({ program, mqaUuids }: InspectionOptions) {
    this.#mqaUuids = mqaUuids;
    this.#demuxer = new TransportDemuxer(program === undefined ? {} : { program });
  }

  /**
   * Takes bytes, cut anywhere.
   *
   * @param arrival - When they came, by the host's clock; absent for input that is not live.
   */
  push(bytes: Uint8Array, arrival?: Milliseconds): void {
    this.#survey.push(bytes);
    for (const event of this.#demuxer.push(bytes)) this.#take(event, arrival);
  }

  /** Media time that was taken so far, of the longest track, in milliseconds. */
  get elapsedMs(): number {
    const ticks = Math.max(0, ...this.#tracks.map(({ inspector }) => inspector.elapsed));
    return (ticks * 1000) / TICKS_PER_SECOND;
  }

  /**
   * The end.
   *
   * @param isCut - The stream went on, but was not read further.
   */
  finish(isCut: boolean): InspectionReport {
    this.#survey.flush();
    for (const event of this.#demuxer.flush()) {
      const isCertain = event.kind === "problem" && CERTAIN_AT_A_CUT.has(event.problem.code);
      if (!isCut || isCertain) this.#take(event, undefined);
    }
    for (const { kind, inspector } of this.#tracks) if (kind === "video") inspector.flush(isCut);
    for (const { stream, kind, inspector } of this.#tracks) {
      const missing = kind === "video" && inspector.isEmpty ? inspector.skippedBeforeStart : 0;
      if (missing > 0) this.#problems.add({ code: "parameter-set-missing", count: missing, pid: stream.pid });
    }
    for (const { kind, inspector } of this.#tracks) {
      if (kind === "audio") for (const problem of inspector.problems()) this.#problems.add(problem);
    }
    for (const event of this.#timeline.flush()) if (event.kind === "problem") this.#problems.add(event.problem);
    return this.#report();
  }

  #take(event: DemuxEvent, arrival: Milliseconds | undefined): void {
    switch (event.kind) {
      case "program":
        this.#program = event.number;
        this.#announce(event.streams);
        break;
      case "access-unit":
        this.#inspect(event.unit, arrival);
        break;
      case "discontinuity":
        this.#discontinuities++;
        break;
      case "problem":
        this.#note(event.problem);
        return;
    }
    for (const timed of this.#timeline.push(event, arrival)) {
      if (timed.kind === "problem") this.#problems.add(timed.problem);
    }
  }

  #note(problem: Problem): void {
    const track = this.#tracks.find(({ stream }) => stream.pid === problem.pid);
    if (problem.code === "parameter-set-missing" && track?.kind === "video" && track.inspector.isEmpty) {
      track.inspector.skip();
    } else {
      this.#problems.add(problem);
    }
  }

  /** Tracks that are gone stay in the report, if they had anything. */
  #announce(streams: readonly ElementaryStream[]): void {
    const former = this.#tracks.filter(
      ({ stream, inspector }) => !inspector.isEmpty || streams.some((one) => isSame(one, stream)),
    );
    const added = streams.filter((stream) => !former.some((track) => isSame(track.stream, stream)));
    this.#tracks = [...former, ...added.map((stream) => newTrack(stream, this.#mqaUuids))].slice(0, MAX_TRACKS);
  }

  #inspect(unit: AccessUnit, arrival: Milliseconds | undefined): void {
    const track = this.#tracks.find(
      ({ stream }) => stream.pid === unit.pid && stream.codec === unit.configuration.codec,
    );
    let problems: readonly Problem[] = [];
    this.#isLive ||= arrival !== undefined;
    if (track?.kind === "video" && unit.kind === "video") problems = track.inspector.push(unit, arrival);
    if (track?.kind === "audio" && unit.kind === "audio") track.inspector.push(unit);
    for (const problem of problems) this.#problems.add(problem);
  }

  #report(): InspectionReport {
    const durationSeconds = Math.max(0, ...this.#tracks.map(({ inspector }) => inspector.durationSeconds));
    const container = this.#survey.container();
    const bitsPerSecond = Math.round((container.bytes * 8) / durationSeconds);
    const videos = this.#tracks.filter((track) => track.kind === "video");
    const audios = this.#tracks.filter((track) => track.kind === "audio");
    // Where a live stream was joined its tracks began at random.
    const videoStart = this.#isLive ? undefined : videos[0]?.inspector.firstPts;
    return {
      container: {
        ...container,
        durationSeconds,
        ...(durationSeconds > 0 && { bitsPerSecond }),
        discontinuities: this.#discontinuities,
      },
      programs: this.#survey.programs(this.#program),
      video: videos.map(({ inspector }) => inspector.report()),
      audio: audios.map(({ inspector }) => inspector.report(videoStart)),
      problems: this.#problems.report(),
    };
  }
}

function isSame(a: ElementaryStream, b: ElementaryStream): boolean {
  return a.pid === b.pid && a.codec === b.codec;
}

function newTrack(stream: ElementaryStream, mqaUuids: readonly MqaUuid[]): Track {
  return stream.kind === "video"
    ? { stream, inspector: new VideoInspector(stream, mqaUuids), kind: "video" }
    : { stream, inspector: new AudioInspector(stream), kind: "audio" };
}
