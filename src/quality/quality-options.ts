import { DEFAULT_MQA_UUIDS, type MqaUuid } from "../sei/mqa-uuid.ts";
import { DEFAULT_SCORE_THRESHOLD } from "./score-threshold.ts";
import { defaultScoreWeights, type ScoreWeights } from "./score-weights.ts";
import { defaultPooling, type PoolingOptions } from "./segment-pooling.ts";

/** How quality is read from the pictures, made into records and judged. */
export type QualityOptions = {
  /** UUIDs that mark quality messages. */
  readonly uuids: readonly MqaUuid[];
  readonly pooling: PoolingOptions;
  readonly weights: ScoreWeights;
  /** Segments with a composite score below it are counted and marked, 0 to 100; it changes no record. */
  readonly threshold: number;
};

/** Used where the configuration says nothing. */
export const defaultQualityOptions: QualityOptions = {
  uuids: DEFAULT_MQA_UUIDS,
  pooling: defaultPooling,
  weights: defaultScoreWeights,
  threshold: DEFAULT_SCORE_THRESHOLD,
};
