import type { TransportError } from "../demux/transport-error.ts";
import { asPercent } from "./as-percent.ts";
import {
  type CompositeScore,
  type Penalties,
  type PenaltyName,
  penaltyNames,
  type QualityRecord,
} from "./quality-record.ts";
import type { ScoreWeights } from "./score-weights.ts";

/** What a score is made of. */
export type ScoreInput = Pick<QualityRecord, "metrics" | "pictures" | "transport" | "independent">;

/** PSNR above this is taken for equal to the source, in dB. */
const BEST_PSNR = 60;
const BEST = 100;

/**
 * The composite score of a segment: the encoder's own, else 100 less what the components it sends fall short of; from either
 * is subtracted what broke on the way to this packager, which no encoder can know.
 *
 *     score = clamp(round(base - sum of penalties), 0, 100)
 *
 * @returns Undefined where the encoder sends neither and nothing is assumed.
 */
export function compositeScore(
  kind: "video" | "audio",
  input: ScoreInput,
  weights: ScoreWeights,
): CompositeScore | undefined {
  const own = ownPenalties(input, weights);
  const encoders = input.metrics[kind === "video" ? "mqa-video" : "mqa-audio"];
  if (encoders !== undefined) return score("encoder", encoders.value, own);
  const components = kind === "video" ? pictureComponents(input, weights) : soundComponents(input, weights);
  if (Object.keys(components).length > 0) return score("components", BEST, { ...components, ...own });
  return weights.assumed === undefined ? undefined : score("assumed", weights.assumed, own);
}

/** The number of errors of the transport, by their weights. */
export function weighedErrors(
  transport: readonly TransportError[],
  { tsErrorWeights }: Pick<ScoreWeights, "tsErrorWeights">,
): number {
  return transport.reduce((sum, { code, events }) => sum + events * (tsErrorWeights[code] ?? 1), 0);
}

type Points = Readonly<Partial<Record<PenaltyName, number>>>;

/** What the encoder says of pictures; a metric that it does not send costs nothing. */
function pictureComponents({ metrics }: ScoreInput, weights: ScoreWeights): Points {
  const component = (name: string, points: (value: number) => number): number | undefined => {
    const metric = metrics[name];
    return metric && points(metric.value);
  };
  const short = (value: number): number => BEST - value;
  return withoutAbsent({
    psnr: component("psnr", (dB) => weights.psnrWeight * short((Math.min(dB, BEST_PSNR) / BEST_PSNR) * BEST)),
    ssim: component("ssim", (ssim) => weights.ssimWeight * short(asPercent(ssim))),
    vmaf: weights.vmafWeight === 0 ? undefined : component("vmaf", (vmaf) => weights.vmafWeight * short(vmaf)),
    "nr-iqa": component("nr-iqa", (score) => weights.nrIqaWeight * short(score)),
    black: component("black", (pictures) => (pictures > 0 ? weights.blackPenalty : 0)),
    freeze: component("freeze", (pictures) => (pictures > 0 ? weights.freezePenalty : 0)),
    errors: component("errors", (errors) => errorPoints(errors, weights)),
  });
}

function soundComponents({ metrics }: ScoreInput, weights: ScoreWeights): Points {
  const { loudness, clipping } = metrics;
  return withoutAbsent({
    silence: loudness && (loudness.value <= weights.silenceLoudness ? weights.silencePenalty : 0),
    clipping: clipping && (clipping.value > 0 ? weights.clippingPenalty : 0),
  });
}

function ownPenalties({ pictures, transport, independent }: ScoreInput, weights: ScoreWeights): Points {
  const { expected, lost, damaged, undecodable } = pictures;
  const share = (count: number): number => (count === 0 ? 0 : Math.min(1, count / expected) * BEST);
  return {
    transport: errorPoints(weighedErrors(transport, weights), weights),
    lost: Math.min(BEST, weights.lostWeight * share(lost)),
    undecodable: Math.min(BEST, weights.undecodableWeight * share(damaged + undecodable)),
    "dependent-start": independent ? 0 : weights.dependentStartPenalty,
  };
}

function errorPoints(errors: number, { tsErrorsSensitivity, tsErrorsMaxPenalty }: ScoreWeights): number {
  return Math.min(tsErrorsMaxPenalty, tsErrorsSensitivity * errors);
}

function withoutAbsent(points: Readonly<Partial<Record<PenaltyName, number | undefined>>>): Points {
  return Object.fromEntries(Object.entries(points).filter(([, value]) => value !== undefined));
}

function score(source: CompositeScore["source"], base: number, points: Points): CompositeScore {
  const penalties: [PenaltyName, number][] = [];
  let left = base;
  for (const name of penaltyNames) {
    const lost = points[name] ?? 0;
    if (lost > 0) penalties.push([name, lost]);
    left -= lost;
  }
  const value = Math.min(BEST, Math.max(0, Math.round(left)));
  return { value, source, base, penalties: Object.fromEntries(penalties) as Penalties };
}
