import { DEFAULT_MQA_UUIDS, type MqaUuid } from "../sei/mqa-uuid.ts";
import { defaultScoreWeights, type ScoreWeights } from "./score-weights.ts";
import { defaultPooling, type PoolingOptions } from "./segment-pooling.ts";

/** How quality is read from the pictures and made into records. */
export type QualityOptions = {
  /** UUIDs that mark quality messages. */
  readonly uuids: readonly MqaUuid[];
  readonly pooling: PoolingOptions;
  readonly weights: ScoreWeights;
};

/** Used where the configuration says nothing. */
export const defaultQualityOptions: QualityOptions = {
  uuids: DEFAULT_MQA_UUIDS,
  pooling: defaultPooling,
  weights: defaultScoreWeights,
};
