import { transportErrorCodes } from "../demux/transport-error.ts";
import { defaultQualitySignals, type QualitySignals } from "../manifest/quality-signals.ts";
import { ConfigError } from "../problem/config-error.ts";
import { mqaMetrics } from "../quality/mqa-metrics.ts";
import { type PoolingMethod, poolingMethods } from "../quality/pooling.ts";
import { type PublishOptions, SCORED_PICTURES } from "../quality/publish-options.ts";
import { defaultQualityOptions, type QualityOptions } from "../quality/quality-options.ts";
import { defaultScoreWeights, type ScoreWeights } from "../quality/score-weights.ts";
import { defaultPooling, type PoolingOptions } from "../quality/segment-pooling.ts";
import { isMqaMetricName, mqaRanges } from "../sei/mqa-metric.ts";
import { DEFAULT_MQA_UUIDS, type MqaUuid, parseMqaUuid } from "../sei/mqa-uuid.ts";
import { checkMetricName, MAX_METRICS, parsePublish } from "./publish-settings.ts";
import {
  type NumberLimits,
  readMap,
  readNumber,
  readSwitch,
  readTexts,
  readWord,
  type SettingMap,
} from "./read-setting.ts";

/** What a configuration says of quality. */
export type QualitySettings = {
  readonly quality: QualityOptions;
  readonly publish: Omit<PublishOptions, "identifier">;
  readonly manifests: Omit<QualitySignals, "publish">;
};

/** Each is compared with every message of a picture; encoders of one channel are of a few makes. */
const MAX_UUIDS = 64;

/** The scale of scores. A weight that takes all points for the first hundredth that is missing cannot do more. */
const POINTS: NumberLimits = { min: 0, max: 100 };
const SHARE: NumberLimits = { min: 0, max: 1 };

const weightLimits: Readonly<Record<Exclude<keyof ScoreWeights, "tsErrorWeights">, NumberLimits>> = {
  psnrWeight: POINTS,
  ssimWeight: POINTS,
  vmafWeight: POINTS,
  nrIqaWeight: POINTS,
  blackPenalty: POINTS,
  freezePenalty: POINTS,
  tsErrorsSensitivity: POINTS,
  tsErrorsMaxPenalty: POINTS,
  lostWeight: POINTS,
  undecodableWeight: POINTS,
  dependentStartPenalty: POINTS,
  silencePenalty: POINTS,
  // No other values are read.
  silenceLoudness: mqaRanges.loudness,
  clippingPenalty: POINTS,
  assumed: POINTS,
};

/**
 * Checks all that a configuration file says of quality.
 *
 * @param option - Its name, such as `quality`.
 * @param given - As YAML gives it; undefined: nothing is said.
 * @throws ConfigError - naming the option at fault by its path.
 */
export function parseQuality(option: string, given: unknown): QualitySettings {
  const keys = ["uuids", "threshold", "minimumShare", "pooling", "score", "publish", "manifests"];
  const settings = readMap(option, given, keys);
  const { uuids = [], threshold = defaultQualityOptions.threshold } = settings;
  return {
    quality: {
      uuids: parseMqaUuids(`${option}.uuids`, readTexts(`${option}.uuids`, uuids, MAX_UUIDS)),
      threshold: readNumber(`${option}.threshold`, threshold, POINTS),
      pooling: parsePooling(option, settings),
      weights: parseWeights(`${option}.score`, settings["score"]),
    },
    publish: parsePublish(`${option}.publish`, settings["publish"]),
    manifests: parseManifests(`${option}.manifests`, settings["manifests"]),
  };
}

/** What manifests say of quality. @throws ConfigError */
function parseManifests(option: string, given: unknown): QualitySettings["manifests"] {
  const { publish: _, ...switches } = defaultQualitySignals;
  const read = Object.entries(readMap(option, given, Object.keys(switches))).map(([name, value]) => {
    return [name, readSwitch(`${option}.${name}`, value)] as const;
  });
  return { ...switches, ...Object.fromEntries(read) };
}

/**
 * UUIDs that mark quality messages: the known ones, and those given.
 *
 * @throws ConfigError
 */
export function parseMqaUuids(option: string, given: readonly string[]): readonly MqaUuid[] {
  const more = given.map((text) => {
    try {
      return parseMqaUuid(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ConfigError(option, text, "it must be a UUID or at least its first 16 hexadecimal digits");
    }
  });
  return [...DEFAULT_MQA_UUIDS, ...more];
}

function parsePooling(option: string, settings: SettingMap): PoolingOptions {
  const { minimumShare = defaultPooling.minimumShare, pooling } = settings;
  const given = Object.entries(readMap(`${option}.pooling`, pooling));
  if (given.length > MAX_METRICS) {
    throw new ConfigError(`${option}.pooling`, given.length, `it must have at most ${MAX_METRICS} metrics`);
  }
  const methods = given.map(([name, method]) => {
    const path = `${option}.pooling.${name}`;
    checkMetricName(path, name);
    if (name === SCORED_PICTURES)
      throw new ConfigError(path, method, "n counts the pictures that have a score, and is not pooled");
    return [name, readWord(path, method, allowedMethods(name))] as const;
  });
  return {
    minimumShare: readNumber(`${option}.minimumShare`, minimumShare, SHARE),
    methods: Object.fromEntries(methods),
  };
}

/** Counts are summed; a harmonic mean takes no negative numbers, and errors squared are those of PSNR. */
function allowedMethods(name: string): readonly PoolingMethod[] {
  // Nobody knows their range.
  if (!isMqaMetricName(name)) return poolingMethods.filter((method) => !method.endsWith("-mean"));
  if (mqaMetrics[name].pooling === "sum") return ["sum"];
  return poolingMethods.filter((method) => {
    if (method === "mse-mean") return name === "psnr";
    if (method === "harmonic-mean") return mqaRanges[name].min >= 0;
    return method !== "sum";
  });
}

function parseWeights(option: string, given: unknown): ScoreWeights {
  const { tsErrorWeights, ...points } = readMap(option, given, [...Object.keys(weightLimits), "tsErrorWeights"]);
  const read = Object.entries(points).map(([name, value]) => {
    return [name, readNumber(`${option}.${name}`, value, weightLimits[name as keyof typeof weightLimits])] as const;
  });
  const path = `${option}.tsErrorWeights`;
  const ofErrors = Object.entries(readMap(path, tsErrorWeights, transportErrorCodes));
  return {
    ...defaultScoreWeights,
    ...Object.fromEntries(read),
    tsErrorWeights: Object.fromEntries(
      ofErrors.map(([code, value]) => [code, readNumber(`${path}.${code}`, value, POINTS)]),
    ),
  };
}
