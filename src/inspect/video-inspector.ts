import type { ElementaryStream, RandomAccess, VideoAccessUnit } from "../demux/access-unit.ts";
import type { VideoConfiguration } from "../demux/track-configuration.ts";
import type { Problem } from "../problem/problem.ts";
import type { MqaUuid } from "../sei/mqa-uuid.ts";
import { type Milliseconds, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import { type ProbedRate, RateProbe } from "../timeline/stream-timeline.ts";
import { type PictureTimecodes, TimecodeReader } from "../timeline/timecode-reader.ts";
import { Distribution, roundTo, scaleSpread } from "./distribution.ts";
import { PeakSecond } from "./peak-second.ts";
import { PresentationOrder } from "./presentation-order.ts";
import { QualityScores } from "./quality-scores.ts";
import { RandomAccessPoints } from "./random-access.ts";
import { SeiCensus } from "./sei-census.ts";
import { isJump, StreamTimes } from "./stream-times.ts";
import { TrackTimecodes } from "./track-timecodes.ts";
import { describeVideoFormat } from "./video-format.ts";
import type { PictureRateReport, VideoReport } from "./video-report.ts";

/** How far a step may be from one picture's: 90 kHz timestamps are rounded. */
const STEP_TOLERANCE = 1;

/** What is remembered of a picture until it is its turn to be shown. */
type Picture = {
  readonly pts: Ticks;
  readonly randomAccess: RandomAccess | undefined;
  readonly timecodes: PictureTimecodes;
  readonly arrival: Milliseconds | undefined;
};

/**
 * Gathers what is to be known of one video track. Bytes and decoding times are looked at as pictures come; presentation
 * times, GOPs and timecodes in the order in which pictures are shown.
 */
export class VideoInspector {
  readonly #stream: ElementaryStream;
  readonly #decoding = new StreamTimes();
  readonly #presentation = new StreamTimes();
  readonly #order = new PresentationOrder<Picture>();
  readonly #probe = new RateProbe();
  readonly #steps = new Distribution();
  readonly #peak = new PeakSecond();
  readonly #points = new RandomAccessPoints();
  readonly #reader = new TimecodeReader();
  readonly #timecodes = new TrackTimecodes();
  readonly #quality: QualityScores;
  readonly #sei: SeiCensus;
  #rate: ProbedRate | undefined;
  #first: VideoConfiguration | undefined;
  #configuration: VideoConfiguration | undefined;
  #formatChanges = 0;
  #pictures = 0;
  #shown = 0;
  #skippedBeforeStart = 0;
  #damaged = 0;
  #bytes = 0;
  #presentationDelay = 0;
  #misplaced = 0;
  /** The next picture to be shown is the first after a jump. */
  #restarted = false;

  /**
   * @param stream - As the PMT announces it.
   * @param mqaUuids - UUIDs that mark quality messages.
   */
  constructor(stream: ElementaryStream, mqaUuids: readonly MqaUuid[]) {
    this.#stream = stream;
    this.#quality = new QualityScores(mqaUuids);
    this.#sei = new SeiCensus(mqaUuids);
  }

  /**
   * @param arrival - When it came, by the host's clock; absent where the input is not live.
   * @returns What is wrong with its timecodes and scores.
   */
  push(unit: VideoAccessUnit, arrival?: Milliseconds): readonly Problem[] {
    const { pts, dts, randomAccess } = unit;
    const jumped = this.#decoding.last !== undefined && isJump(this.#decoding.last, dts);
    if (jumped) this.#restart();
    this.#decoding.push(dts, jumped);
    this.#probe.push(unit);
    this.#takeConfiguration(unit.configuration);
    this.#countBytes(unit, jumped);
    this.#sei.push(unit.sei);
    const timecodes = this.#reader.read(unit);
    this.#pictures++;
    this.#place({ pts, randomAccess, timecodes, arrival }, dts);
    return [...timecodes.problems, ...this.#quality.push(unit)];
  }

  /** A slice without parameter sets came. Where a stream is joined that is a matter of course, if pictures follow. */
  skip(): void {
    this.#skippedBeforeStart++;
  }

  /**
   * No picture follows.
   *
   * @param isCut - Some would have: the last that came may be shown after some that are missing.
   */
  flush(isCut: boolean): void {
    const waiting = this.#order.flush();
    const certain = isCut ? waiting.length - this.#order.depth : waiting.length;
    for (const [i, picture] of waiting.entries()) this.#show(picture, i < certain);
  }

  get isEmpty(): boolean {
    return this.#pictures === 0;
  }

  get skippedBeforeStart(): number {
    return this.#skippedBeforeStart;
  }

  /** Decoding time so far, in ticks. */
  get elapsed(): number {
    return this.#decoding.elapsed;
  }

  /** PTS of the first picture shown. */
  get firstPts(): Ticks | undefined {
    return this.#presentation.first;
  }

  get durationSeconds(): number {
    const picture = this.#steps.spread()?.median ?? 0;
    const ticks = this.#presentation.elapsed + picture * this.#presentation.runs;
    return Math.max(0, roundTo(ticks / TICKS_PER_SECOND, 3));
  }

  report(): VideoReport {
    const { pid, codec } = this.#stream;
    const { durationSeconds } = this;
    const pts = this.#presentation.report();
    const dts = this.#decoding.report();
    const quality = this.#quality.report(this.#pictures);
    const bitsPerSecond = Math.round((this.#bytes * 8) / durationSeconds);
    const peak = this.#peak.bitsPerSecond;
    return {
      pid,
      codec: codec === "h265" ? codec : "h264",
      ...(this.#first !== undefined && { format: describeVideoFormat(this.#first) }),
      formatChanges: this.#formatChanges,
      pictures: this.#pictures,
      skippedBeforeStart: this.#skippedBeforeStart,
      damaged: this.#damaged,
      durationSeconds,
      ...(durationSeconds > 0 && { bitsPerSecond }),
      ...(durationSeconds > 0 && peak !== undefined && { peakBitsPerSecond: Math.max(peak, bitsPerSecond) }),
      ...(this.#pictures > 1 && { pictureRate: this.#pictureRate() }),
      ...(pts !== undefined && { pts }),
      ...(dts !== undefined && { dts }),
      jumps: Math.max(0, this.#decoding.runs - 1),
      reorderDepth: this.#order.depth,
      presentationDelayMs: roundTo((this.#presentationDelay * 1000) / TICKS_PER_SECOND, 2),
      misplaced: this.#misplaced,
      randomAccess: this.#points.report(this.#shown, this.#probedRate()),
      timecodes: this.#timecodes.report(codec, this.#pictures),
      ...(quality !== undefined && { quality }),
      sei: this.#sei.report(),
    };
  }

  /** The best answer so far, which by the time pictures are shown is the packager's. */
  #probedRate(): ProbedRate {
    if (this.#rate !== undefined) return this.#rate;
    const rate = this.#probe.result();
    if (this.#probe.isClosed) this.#rate = rate;
    return rate;
  }

  #takeConfiguration(configuration: VideoConfiguration): void {
    if (this.#configuration !== undefined && configuration !== this.#configuration) this.#formatChanges++;
    this.#first ??= configuration;
    this.#configuration = configuration;
  }

  #countBytes({ sample, dts, damaged }: VideoAccessUnit, jumped: boolean): void {
    this.#bytes += sample.length;
    this.#peak.push(dts, sample.length, jumped);
    if (damaged) this.#damaged++;
  }

  #place(picture: Picture, dts: Ticks): void {
    const delay = picture.pts - dts;
    const isLost = isJump(dts, picture.pts);
    if (isLost || delay < 0) this.#misplaced++;
    // Among the pictures to be shown it would wait for ever, or come out of nowhere.
    if (isLost) return;
    this.#presentationDelay = Math.max(this.#presentationDelay, delay);
    const next = this.#order.push(picture);
    if (next !== undefined) this.#show(next);
  }

  #restart(): void {
    this.flush(false);
    this.#points.restart();
    this.#timecodes.restart();
    this.#restarted = true;
  }

  /** @param follows - No picture is to be shown between the one before and it. */
  #show({ pts, randomAccess, timecodes, arrival }: Picture, follows = true): void {
    const { last } = this.#presentation;
    if (last !== undefined && follows && !this.#restarted) this.#steps.add(pts - last);
    this.#presentation.push(pts, this.#restarted);
    this.#restarted = false;
    const rate = this.#probedRate();
    if (randomAccess !== undefined) this.#points.push(randomAccess, this.#shown, pts, rate);
    this.#shown++;
    this.#timecodes.push(timecodes, pts, rate.rate, randomAccess !== undefined, arrival);
  }

  #pictureRate(): PictureRateReport {
    const { rate, regular } = this.#probedRate();
    const stepMs = this.#steps.spread();
    return {
      rate,
      regular,
      ...(stepMs !== undefined && { stepMs: scaleSpread(stepMs, 1000 / TICKS_PER_SECOND, 2) }),
      unevenSteps: this.#steps.countAwayFrom((TICKS_PER_SECOND * rate.den) / rate.num, STEP_TOLERANCE),
    };
  }
}
