import type { DemuxEvent } from "./demux/access-unit.ts";
import { BlockPool } from "./demux/block-pool.ts";
import { TransportDemuxer } from "./demux/transport-demuxer.ts";
import type { TransportError } from "./demux/transport-error.ts";
import type { EncoderReport } from "./encoder/encoder-report.ts";
import { EncoderWatch } from "./encoder/encoder-watch.ts";
import type { DamageHandling } from "./package/damage-guard.ts";
import { type Ready, SoundScores } from "./package/sound-scores.ts";
import { type PackageEvent, TrackPackager } from "./package/track-packager.ts";
import type { Problem } from "./problem/problem.ts";
import type { QualityOptions } from "./quality/quality-options.ts";
import type { PartPlan } from "./segment/part-plan.ts";
import type { SegmenterEvent } from "./segment/segment-event.ts";
import { Segmenter } from "./segment/segmenter.ts";
import { ChannelStore } from "./store/channel-store.ts";
import type { MissingAnswer } from "./store/segment.ts";
import type { Milliseconds } from "./time/units.ts";
import { ChannelAnchor } from "./timeline/channel-anchor.ts";
import { InputTimeline } from "./timeline/input-timeline.ts";
import { StreamNames } from "./timeline/stream-names.ts";
import type { TimecodeOptions } from "./timeline/timecode-options.ts";
import type { TimecodeStatus } from "./timeline/timecode-status.ts";
import type { TimedPicture, TimedTrack, TimelineEvent } from "./timeline/timed-unit.ts";

/** How a channel of low latency is published. */
export type LowLatencyOptions = {
  /** What a part of a segment should last. */
  readonly part: Milliseconds;
  readonly missing: MissingAnswer;
};

/** What a channel is made of. */
export type PipelineOptions = {
  readonly name: string;
  /** As asked for; I-frames rarer than this lengthen it. */
  readonly segmentDuration: Milliseconds;
  /** Absent: segments are published when they are whole. */
  readonly lowLatency?: LowLatencyOptions;
  /** How much of the past manifests list; absent: everything. */
  readonly window?: Milliseconds;
  /** The inputs are joined while they run: a segment whose beginning did not come is left out, since its name is that of the whole one. */
  readonly joinsLive: boolean;
  /** False where listeners write segments elsewhere: their bytes then hold during the call only. */
  readonly retainBodies: boolean;
  /** One entry an input: which programme of it to take; absent: the first with video. */
  readonly programs: readonly (number | undefined)[];
  /** Epoch time of the first picture, instead of its arrival, where no timecode tells. */
  readonly start?: Milliseconds;
  /** What is added to the numbers of segments; absent: nothing. */
  readonly numberOffset?: number;
  /** Which timecodes to believe; absent: the defaults. */
  readonly timecode?: TimecodeOptions;
  /** Absent: hide. */
  readonly damaged?: DamageHandling;
  /** How quality is read and scored. */
  readonly quality: QualityOptions;
  /** Told of every problem; `input` counts from 0 and is absent where a problem concerns the channel. */
  readonly onProblem: (problem: Problem, input: number | undefined) => void;
};

/** The stages one input has to itself. */
type InputStages = {
  readonly demuxer: TransportDemuxer;
  readonly timeline: InputTimeline;
  /** It has a track. */
  arrived: boolean;
  ended: boolean;
};

/**
 * One channel, stage by stage, from bytes to published segments:
 *
 *     bytes -> TransportDemuxer -> InputTimeline -> Segmenter -> TrackPackager -> ChannelStore
 *              one per input       one per input    one          one per track    one
 *
 * Each stage takes what the stage before it said and returns what it has to say itself. None of them does any I/O or
 * reads a clock: the time at which bytes arrived is handed in with them.
 */
export class ChannelPipeline {
  readonly store: ChannelStore;
  readonly #options: PipelineOptions;
  readonly #inputs: readonly InputStages[];
  readonly #segmenter: Segmenter;
  readonly #pool = new BlockPool();
  readonly #packagers = new Map<string, TrackPackager>();
  readonly #soundScores: SoundScores;
  readonly #encoders = new EncoderWatch();
  #parts: PartPlan | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
    const { name, segmentDuration, lowLatency, window, retainBodies, start, timecode, joinsLive } = options;
    const inputs = options.programs.length;
    this.#soundScores = new SoundScores(options.quality.weights);
    this.store = new ChannelStore({ name, segmentDuration, retainBodies, ...(window === undefined ? {} : { window }) });
    const anchor = new ChannelAnchor({
      inputs,
      ...(start === undefined ? {} : { start }),
      ...(timecode === undefined ? {} : { timecode }),
    });
    const names = new StreamNames(inputs);
    this.#inputs = options.programs.map((program, input) => ({
      demuxer: new TransportDemuxer({ pool: this.#pool, ...(program === undefined ? {} : { program }) }),
      timeline: new InputTimeline(anchor, input, (stream, ordinal) => names.identify(input, stream, ordinal)),
      arrived: false,
      ended: false,
    }));
    this.#segmenter = new Segmenter({
      ...{ segmentDuration, joinsLive, numberOffset: options.numberOffset ?? 0, inputs },
      ...(lowLatency === undefined ? {} : { part: lowLatency.part }),
    });
  }

  /**
   * Takes bytes of one input, cut anywhere. What comes after its end is passed over.
   *
   * @param bytes - Copied as far as they are needed later.
   * @param arrival - When they came, by the host's clock; absent for input that is not live.
   */
  push(input: number, bytes: Uint8Array, arrival?: Milliseconds): void {
    const stages = this.#inputs[input]!;
    if (!stages.ended) this.#timed(stages, input, stages.demuxer.push(bytes), arrival);
  }

  /** How far an input has come, in ticks since the epoch; minus infinity before its first picture is placed. */
  reached(input: number): number {
    return this.#inputs[input]!.timeline.reached;
  }

  /** What the transport did to an input since the start, one entry for each kind and PID. */
  transport(input: number): readonly TransportError[] {
    return this.#inputs[input]!.demuxer.transport;
  }

  /** How the encoder of an input is set, as far as its stream shows it. */
  encoder(input: number): EncoderReport {
    const { pcrIntervalMs } = this.#inputs[input]!.demuxer;
    return this.#encoders.report(input, this.store.snapshot()?.tracks ?? [], pcrIntervalMs);
  }

  /** How an input knows its time. */
  timecode(input: number): TimecodeStatus {
    return this.#inputs[input]!.timeline.timecode;
  }

  /** The state alone, which costs nothing to ask for. */
  timecodeState(input: number): TimecodeStatus["state"] {
    return this.#inputs[input]!.timeline.timecodeState;
  }

  /** An input has ended for good. When all have, what is held back is published and the channel ends. */
  end(input: number, arrival?: Milliseconds): void {
    const stages = this.#inputs[input]!;
    if (stages.ended) return;
    stages.ended = true;
    this.#timed(stages, input, stages.demuxer.flush(), arrival);
    for (const event of stages.timeline.flush()) this.#place(event, input, arrival);
    this.#arrived(stages);
    if (!this.#inputs.every(({ ended }) => ended)) return;
    for (const event of this.#segmenter.flush()) this.#cut(event, undefined, arrival);
    this.#release(this.#soundScores.flush(), arrival);
    this.store.end();
  }

  #timed(stages: InputStages, input: number, events: readonly DemuxEvent[], arrival: Milliseconds | undefined): void {
    for (const event of events) {
      for (const timed of stages.timeline.push(event, arrival)) this.#place(timed, input, arrival);
    }
  }

  #place(event: TimelineEvent, input: number, arrival: Milliseconds | undefined): void {
    if (event.kind === "problem") {
      this.#encoders.problem(event.problem.code, input);
      this.#options.onProblem(event.problem, input);
      return;
    }
    if (event.kind === "unit" && event.unit.kind === "picture") this.#watch(event.unit);
    for (const cut of this.#segmenter.push(event)) this.#cut(cut, input, arrival);
    if (event.kind !== "track") return;
    this.#addTrack(event.track, input);
    this.#arrived(this.#inputs[input]!);
  }

  #watch({ trackId, index, unit }: TimedPicture): void {
    if (unit.transport !== undefined) this.#encoders.transport(trackId, unit.transport);
    if (unit.randomAccess !== undefined) this.#encoders.randomAccess({ trackId, index, kind: unit.randomAccess });
  }

  /** The segmenter waits for all inputs, so that what it does does not depend on which comes first. */
  #arrived(stages: InputStages): void {
    if (!stages.arrived) this.#segmenter.inputArrived();
    stages.arrived = true;
  }

  #addTrack(track: TimedTrack, input: number): void {
    const { id, kind, language, rate, regular } = track;
    this.#encoders.addTrack(track, input);
    const known = this.#packagers.get(id);
    if (known !== undefined) {
      known.retune(track);
      return;
    }
    const packager = new TrackPackager(track, this.#options.quality, this.#options.damaged);
    if (this.#parts !== undefined) packager.divide(this.#parts);
    this.#packagers.set(id, packager);
    this.#soundScores.addTrack(id, kind, input);
    this.store.addTrack({
      id,
      kind,
      ...(language === undefined ? {} : { language }),
      ...(rate === undefined || !regular ? {} : { pictureRate: rate }),
    });
  }

  #cut(event: SegmenterEvent, input: number | undefined, arrival: Milliseconds | undefined): void {
    switch (event.kind) {
      case "problem":
        this.#options.onProblem(event.problem, input);
        return;
      case "grid":
        this.#encoders.setGrid(event.grid);
        this.store.setTargetDuration(event.grid.targetDuration);
        if (event.parts !== undefined) this.#divide(event.parts);
        return;
      default: {
        const trackId = event.kind === "unit" ? event.unit.trackId : event.trackId;
        const packaged = this.#packagers.get(trackId)?.push(event) ?? [];
        for (const one of packaged) this.#publish(one, trackId, input, arrival);
      }
    }
  }

  #divide(parts: PartPlan): void {
    const { rate, pictures, numberOffset } = parts.grid;
    this.#parts = parts;
    const { missing } = this.#options.lowLatency!;
    this.store.setLowLatency({ missing, partTarget: parts.target, rate, pictures, numberOffset });
    for (const packager of this.#packagers.values()) packager.divide(parts);
  }

  #publish(event: PackageEvent, trackId: string, input: number | undefined, arrival: Milliseconds | undefined): void {
    if (event.kind === "problem") {
      this.#options.onProblem(event.problem, input);
      return;
    }
    const ready =
      event.kind === "part"
        ? this.#soundScores.pushPart(trackId, event.part, event.expectedEnd)
        : this.#soundScores.push(trackId, event.segment);
    this.#release(ready, arrival);
  }

  #release(ready: readonly Ready[], arrival: Milliseconds | undefined): void {
    const published = arrival === undefined ? {} : { availableAt: arrival };
    for (const one of ready) {
      if (one.kind === "part") {
        this.store.publishPart(one.trackId, { ...one.part, ...published }, one.expectedEnd);
        continue;
      }
      this.store.publish(one.trackId, { ...one.segment, ...published });
      // The listeners have written it.
      if (!this.#options.retainBodies) for (const stretch of one.segment.body) this.#pool.giveBack(stretch);
    }
  }
}
