import { z } from "zod";
import { transportErrorCodes } from "../demux/transport-error.ts";
import { defaultQualitySignals, type QualitySignals } from "../manifest/quality-signals.ts";
import { mqaMetrics } from "../quality/mqa-metrics.ts";
import { type PoolingMethod, poolingMethods } from "../quality/pooling.ts";
import { type PublishOptions, SCORED_PICTURES } from "../quality/publish-options.ts";
import { defaultQualityOptions, type QualityOptions } from "../quality/quality-options.ts";
import { defaultScoreWeights, type ScoreWeights } from "../quality/score-weights.ts";
import { defaultPooling } from "../quality/segment-pooling.ts";
import { isMqaMetricName, mqaRanges } from "../sei/mqa-metric.ts";
import { DEFAULT_MQA_UUIDS, type MqaUuid } from "../sei/mqa-uuid.ts";
import { built, type Field, field, listed, type NumberLimits, number, ruled, section, text, toggle } from "./field.ts";
import { readMqaUuid } from "./mqa-uuids.ts";
import { MAX_METRICS, METRIC_NAME, METRIC_NAME_FORM, publishSection } from "./publish-section.ts";

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

/** What each weight takes off 100. */
const weightMeanings: Readonly<Record<Exclude<keyof ScoreWeights, "tsErrorWeights">, string>> = {
  psnrWeight: "Points for each hundredth of the way from 60 dB to 0.",
  ssimWeight: "Points for each hundredth that SSIM is short of 1.",
  vmafWeight: "Points for each point that VMAF is short of 100.",
  nrIqaWeight: "Points for each point that NR-IQA is short of 100.",
  blackPenalty: "Points where any picture is black.",
  freezePenalty: "Points where any picture repeats the one before.",
  tsErrorsSensitivity: "Points for each error of the transport.",
  tsErrorsMaxPenalty: "Points at most for errors of the transport.",
  lostWeight: "Points for each hundredth of the pictures or audio frames that is lost.",
  undecodableWeight: "Points for each hundredth that is damaged or cannot be decoded.",
  dependentStartPenalty: "Points where decoding cannot start with the segment.",
  silencePenalty: "Points where sound is no louder than silenceLoudness.",
  silenceLoudness: "What counts as silence, in LUFS.",
  clippingPenalty: "Points where any sample is clipped.",
  assumed: "The score to begin with where an encoder sends neither a score nor what it is made of (default: none).",
};

const tsErrorWeights = section(
  Object.fromEntries(
    transportErrorCodes.map((code) => [code, number(POINTS, `How many errors one ${code} counts as.`).optional()]),
  ),
  "How many errors one of a kind counts as (default: 1).",
);

const weights = built(
  section(
    {
      ...Object.fromEntries(
        Object.entries(weightMeanings).map(([name, meaning]) => {
          const limits = name === "silenceLoudness" ? mqaRanges.loudness : POINTS;
          const weight = number(limits, meaning);
          const initial = defaultScoreWeights[name as keyof typeof weightMeanings];
          return [name, initial === undefined ? weight.optional() : weight.prefault(initial)];
        }),
      ),
      tsErrorWeights: tsErrorWeights.prefault({}),
    },
    "What composite scores lose points for.",
  ),
  (given) => given as unknown as ScoreWeights,
);

const { publish: _, ...defaultSignals } = defaultQualitySignals;

const signalMeanings: Readonly<Record<keyof typeof defaultSignals, string>> = {
  score: "SCORE of variants.",
  dateRange: "EXT-X-DATERANGE for each segment.",
  events: "DASH events for each segment.",
  cmsdTags: "The newest segment's values, as one vendor writes them.",
};

const manifests = section(
  Object.fromEntries(
    Object.entries(signalMeanings).map(([name, meaning]) => [
      name,
      toggle(meaning).prefault(defaultSignals[name as keyof typeof defaultSignals]),
    ]),
  ) as Record<keyof typeof defaultSignals, z.ZodPrefault<Field<boolean>>>,
  "What manifests say of quality.",
);

const pooling = ruled(
  z
    .record(
      z.string(),
      field({ enum: poolingMethods }, (method) => method as PoolingMethod),
    )
    .meta({ description: "By metric: how it becomes that of the segment." }),
  (given, refuse) => {
    const entries = Object.entries(given);
    if (entries.length > MAX_METRICS) return refuse([], entries.length, `it must have at most ${MAX_METRICS} metrics`);
    for (const [name, method] of entries) {
      const methods = allowedMethods(name);
      if (!METRIC_NAME.test(name)) refuse([name], name, METRIC_NAME_FORM);
      else if (name === SCORED_PICTURES)
        refuse([name], method, "n counts the pictures that have a score, and is not pooled");
      else if (!methods.includes(method)) refuse([name], method, `it must be ${listed(methods, "or")}`);
    }
  },
);

/** How quality is read, made out and published. */
export const qualitySection: z.ZodType<QualitySettings> = built(
  section(
    {
      uuids: z
        .array(mqaUuid())
        .max(MAX_UUIDS)
        .meta({ description: "Further UUIDs, or beginnings of them, that mark quality SEI messages." })
        .prefault([]),
      threshold: number(POINTS, "Composite scores below it are counted and marked.").prefault(
        defaultQualityOptions.threshold,
      ),
      minimumShare: number(SHARE, "Of a segment's pictures, how many must carry a metric for it to count.").prefault(
        defaultPooling.minimumShare,
      ),
      pooling: pooling.prefault({}),
      score: weights.prefault({}),
      publish: publishSection.prefault({}),
      manifests: manifests.prefault({}),
    },
    "How quality is read, made out and published.",
  ),
  ({ uuids, threshold, minimumShare, pooling: methods, score, publish, manifests }) => ({
    quality: {
      uuids: [...DEFAULT_MQA_UUIDS, ...uuids],
      threshold,
      pooling: { minimumShare, methods },
      weights: score,
    },
    publish,
    manifests,
  }),
);

/** A UUID that marks quality messages, or its beginning. */
function mqaUuid(): Field<MqaUuid> {
  const form = { description: "A UUID, or at least its first 16 hexadecimal digits." };
  return text(form, (given) => readMqaUuid("", given));
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
