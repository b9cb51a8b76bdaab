import type { Problem } from "../problem/problem.ts";
import { isMqaMetricName } from "../sei/mqa-metric.ts";
import type { TimedUnit } from "../timeline/timed-unit.ts";
import { compositeScore } from "./composite-score.ts";
import type { PictureState } from "./decodability.ts";
import { mqaMetrics } from "./mqa-metrics.ts";
import { readPictureScores } from "./picture-scores.ts";
import type { QualityOptions } from "./quality-options.ts";
import type { QualityRecord } from "./quality-record.ts";
import type { ScoreWeights } from "./score-weights.ts";
import { SegmentPooling } from "./segment-pooling.ts";
import { TransportTally } from "./transport-tally.ts";

const NO_PROBLEMS: readonly Problem[] = [];

/** What the segment is, once it is whole. */
export type SegmentShape = {
  readonly kind: "video" | "audio";
  /** Pictures or audio frames that its duration has room for; absent where the stream keeps no rate. */
  readonly expected?: number;
  /** It starts with a picture that needs no other. */
  readonly independent: boolean;
};

/** Makes the quality record of one segment of one track from its units, added in decoding order. */
export class SegmentQuality {
  readonly #options: QualityOptions;
  readonly #pooling: SegmentPooling;
  readonly #transport = new TransportTally();
  #received = 0;
  #damaged = 0;
  #undecodable = 0;

  constructor(options: QualityOptions) {
    this.#options = options;
    this.#pooling = new SegmentPooling(options.pooling);
  }

  /**
   * @param state - What a decoder can make of it.
   * @returns What is wrong with its quality messages.
   */
  add(timed: TimedUnit, state: PictureState): readonly Problem[] {
    this.#received++;
    const { unit } = timed;
    if (unit.transport !== undefined) this.#transport.add(unit.transport);
    if (unit.kind === "audio") return NO_PROBLEMS;
    if (state === "damaged") this.#damaged++;
    if (state === "undecodable") this.#undecodable++;
    const { scores, problems } = readPictureScores(unit.sei, this.#options.uuids);
    this.#pooling.add(scores, unit.randomAccess !== undefined);
    return problems;
  }

  /**
   * The record of the units added. One of sound has no scores yet: they come with pictures, see {@link withSoundScores}.
   *
   * @returns With it, what was left out.
   */
  finish({ kind, independent, ...shape }: SegmentShape): {
    readonly record: QualityRecord;
    readonly problems: readonly Problem[];
  } {
    const received = this.#received;
    const expected = Math.max(1, shape.expected ?? received);
    const { metrics, scored, leftOut } = this.#pooling.finish(expected);
    const pictures = {
      ...{ expected, received, scored, lost: Math.max(0, expected - received) },
      ...{ damaged: this.#damaged, undecodable: this.#undecodable },
    };
    const parts = { metrics, pictures, transport: this.#transport.errors(), independent };
    const problems = leftOut === 0 ? NO_PROBLEMS : [{ code: "mqa-names" as const, count: leftOut }];
    return { record: withScore(kind, parts, this.#options.weights), problems };
  }
}

/**
 * The record of a segment of sound with what the pictures of the same segment say of sound: a value of the segment is one of all its
 * frames.
 *
 * @param metrics - Of the segment of pictures.
 */
export function withSoundScores(
  record: QualityRecord,
  metrics: QualityRecord["metrics"],
  weights: ScoreWeights,
): QualityRecord {
  const ofSound = Object.entries(metrics).filter(([name]) => isMqaMetricName(name) && mqaMetrics[name].of === "audio");
  const { pictures, transport, independent } = record;
  const scored = ofSound.length > 0 ? pictures.received : 0;
  const parts = { metrics: Object.fromEntries(ofSound), pictures: { ...pictures, scored }, transport, independent };
  return withScore("audio", parts, weights);
}

function withScore(kind: "video" | "audio", parts: Omit<QualityRecord, "score">, weights: ScoreWeights): QualityRecord {
  const score = compositeScore(kind, parts, weights);
  return score === undefined ? parts : { score, ...parts };
}
