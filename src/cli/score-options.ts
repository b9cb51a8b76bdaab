import { ConfigError } from "../problem/config-error.ts";
import { isMqaMetricName, type MqaMetricName, mqaMetricNames } from "../sei/mqa-metric.ts";
import { type ScoreOptions, scoreSyntaxes } from "../simulate/score-messages.ts";
import { parseWord } from "./parse-word.ts";

/** The flags of scores, as commander gives them. */
export type ScoreFlags = { readonly metrics?: string; readonly scoreScope?: string; readonly scoreSyntax?: string };

/** The scopes that scores can have. */
export const SCORE_SCOPES = ["frame", "gop", "segment"] as const;

/** @throws ConfigError */
export function parseScoreFlags({
  metrics,
  scoreScope = "frame",
  scoreSyntax = "dictionary",
}: ScoreFlags): ScoreOptions {
  return {
    ...(metrics !== undefined && { metrics: parseMetrics(metrics) }),
    scope: parseWord("--score-scope", scoreScope, SCORE_SCOPES),
    syntax: parseWord("--score-syntax", scoreSyntax, scoreSyntaxes),
  };
}

function parseMetrics(text: string): readonly MqaMetricName[] {
  const names = text.split(",");
  const isRight = names.every(isMqaMetricName) && new Set(names).size === names.length;
  if (isRight) return names as readonly MqaMetricName[];
  throw new ConfigError("--metrics", text, `it must be some of ${mqaMetricNames.join(",")}, each once, with commas`);
}
