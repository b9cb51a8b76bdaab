import type { AudioAccessUnit, ElementaryStream } from "../demux/access-unit.ts";
import type { AudioConfiguration } from "../demux/track-configuration.ts";
import type { Problem } from "../problem/problem.ts";
import { mulDivRound } from "../time/rational.ts";
import { type MediaTime, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import { AudioClock } from "../timeline/audio-clock.ts";
import { roundTo } from "./distribution.ts";
import type { AudioFormatReport, AudioReport } from "./report.ts";
import { isJump, StreamTimes } from "./stream-times.ts";

/** By RFC 6381 codec string. */
const names: ReadonlyMap<string, string> = new Map([
  ["mp4a.40.1", "AAC Main"],
  ["mp4a.40.2", "AAC-LC"],
  ["mp4a.40.5", "HE-AAC"],
  ["mp4a.40.29", "HE-AAC v2"],
  ["ac-3", "AC-3"],
  ["ec-3", "E-AC-3"],
]);

/** Gathers what is to be known of one audio track. */
export class AudioInspector {
  readonly #stream: ElementaryStream;
  readonly #times = new StreamTimes();
  #first: AudioConfiguration | undefined;
  #configuration: AudioConfiguration | undefined;
  #clock: AudioClock | undefined;
  #sampleRate: number | undefined;
  #formatChanges = 0;
  #frames = 0;
  #bytes = 0;
  #gaps = 0;
  #gapMs = 0;
  #overlaps = 0;

  /** @param stream - As the PMT announces it. */
  constructor(stream: ElementaryStream) {
    this.#stream = stream;
  }

  push({ pts, data, configuration }: AudioAccessUnit): void {
    this.#frames++;
    this.#bytes += data.length;
    this.#first ??= configuration;
    if (this.#configuration !== undefined && configuration !== this.#configuration) this.#formatChanges++;
    this.#configuration = configuration;
    const jumped = this.#times.last !== undefined && isJump(this.#times.last, pts);
    this.#times.push(pts, jumped);
    this.#place(pts, configuration, jumped);
  }

  get isEmpty(): boolean {
    return this.#frames === 0;
  }

  /** Time so far, in ticks. */
  get elapsed(): number {
    return this.#times.elapsed;
  }

  /** PTS of the first frame. */
  get firstPts(): Ticks | undefined {
    return this.#times.first;
  }

  get durationSeconds(): number {
    if (this.#configuration === undefined) return 0;
    const { samplesPerFrame, sampleRate } = this.#configuration;
    const frame = (samplesPerFrame / sampleRate) * this.#times.runs;
    return Math.max(0, roundTo(this.#times.elapsed / TICKS_PER_SECOND + frame, 3));
  }

  /** @param videoStart - PTS of the first picture of the programme. */
  report(videoStart: Ticks | undefined): AudioReport {
    const { pid, codec, language } = this.#stream;
    const { durationSeconds } = this;
    const pts = this.#times.report();
    const { first } = this.#times;
    return {
      pid,
      codec,
      ...(language !== undefined && { language }),
      ...(this.#first !== undefined && { format: describe(this.#first) }),
      formatChanges: this.#formatChanges,
      frames: this.#frames,
      durationSeconds,
      ...(durationSeconds > 0 && { bitsPerSecond: Math.round((this.#bytes * 8) / durationSeconds) }),
      ...(pts !== undefined && { pts }),
      jumps: Math.max(0, this.#times.runs - 1),
      gaps: this.#gaps,
      gapMs: roundTo(this.#gapMs, 2),
      overlaps: this.#overlaps,
      ...(first !== undefined &&
        videoStart !== undefined && {
          startAfterVideoMs: roundTo(((first - videoStart) * 1000) / TICKS_PER_SECOND, 2),
        }),
    };
  }

  /** What of its timestamps a packager would complain of. */
  problems(): readonly Problem[] {
    const { pid } = this.#stream;
    const counts = [
      { code: "audio-gap", count: this.#gaps, pid },
      { code: "audio-overlap", count: this.#overlaps, pid },
    ] as const;
    return counts.filter(({ count }) => count > 0);
  }

  #place(pts: Ticks, { sampleRate, samplesPerFrame }: AudioConfiguration, jumped: boolean): void {
    if (this.#clock === undefined || jumped || this.#sampleRate !== sampleRate) this.#clock = new AudioClock();
    this.#sampleRate = sampleRate;
    const time = mulDivRound(pts, sampleRate, TICKS_PER_SECOND) as MediaTime;
    const placement = this.#clock.place(time, samplesPerFrame);
    if (placement.kind === "overlap") {
      this.#overlaps++;
    } else if (placement.gap > 0) {
      this.#gaps++;
      this.#gapMs += (placement.gap * 1000) / sampleRate;
    }
  }
}

function describe(configuration: AudioConfiguration): AudioFormatReport {
  const { codecString, sampleRate, channels, samplesPerFrame, bitrate } = configuration;
  return {
    codecString,
    name: names.get(codecString) ?? codecString,
    sampleRate,
    channels,
    samplesPerFrame,
    ...(bitrate !== undefined && { declaredBitsPerSecond: bitrate }),
  };
}
