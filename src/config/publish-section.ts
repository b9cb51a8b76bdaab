import { z } from "zod";
import {
  defaultDecimals,
  defaultKey,
  defaultMetricNames,
  defaultPublishOptions,
  HEADER_BUDGET_LIMITS,
  PREVIOUS,
  type PublishedMetric,
  type PublishOptions,
  publishProfileNames,
} from "../quality/publish-options.ts";
import { LIST_KEYS } from "../quality/publish-profiles.ts";
import { isCustomKey } from "../structured-fields/custom-key.ts";
import { built, type Field, integer, type Refusal, ruled, section, size, text, word } from "./field.ts";
import { isMap } from "./json-node.ts";

/** More than three times the metrics known. */
export const MAX_METRICS = 64;

/** No encoder's names are longer, as they are read from the pictures. */
const MAX_NAME_LENGTH = 64;

/** What RFC 8941 asks of every parser. */
const MAX_KEY_LENGTH = 64;

/** Leaves room for the longest of the known metrics, and more. */
const MAX_PREFIX_LENGTH = 40;

/** What a structured field can hold. */
const DECIMALS = { min: 0, max: 3 };

/** What the name of a metric may be: as the names that encoders send are read. */
export const METRIC_NAME: RegExp = /^[a-z0-9-]{1,64}$/;
export const METRIC_NAME_FORM: string = `the name of a metric must be 1 to ${MAX_NAME_LENGTH} lower-case letters, digits and hyphens`;

const published = section(
  {
    keyPrefix: keyPrefix().prefault(defaultPublishOptions.keyPrefix),
    profiles: z
      .array(word(publishProfileNames, "A form in which headers give quality."))
      .min(1)
      .max(publishProfileNames.length)
      .meta({ description: "The forms in which headers give quality." })
      .prefault([...defaultPublishOptions.profiles]),
    metrics: z
      .array(metricName())
      .max(MAX_METRICS)
      .meta({ description: "What is published, most important first." })
      .prefault([...defaultMetricNames]),
    names: byMetric(text({ description: "The key of a metric, after the prefix and a hyphen." }), "Keys by metric."),
    decimals: byMetric(integer(DECIMALS, "Decimals of a metric."), "Decimals by metric."),
    headerBudget: size(HEADER_BUDGET_LIMITS, "Bytes that the value of a header may have.").prefault(
      defaultPublishOptions.headerBudget,
    ),
  },
  "How headers give quality.",
);

type Published = z.output<typeof published>;

/** How headers give quality. */
export const publishSection: z.ZodType<Omit<PublishOptions, "identifier">> = built(
  ruled(published, checkPublished),
  (given) => {
    const { keyPrefix, profiles, headerBudget } = given;
    return { keyPrefix, profiles, headerBudget, metrics: publishedMetrics(given) };
  },
);

function publishedMetrics({
  metrics,
  names,
  decimals,
}: Pick<Published, "metrics" | "names" | "decimals">): PublishedMetric[] {
  return metrics.map((name) => ({
    name,
    key: names[name] ?? defaultKey(name),
    decimals: decimals[name] ?? defaultDecimals(name),
  }));
}

function keyPrefix(): Field<string> {
  const form = {
    pattern: "^[a-z][a-z0-9.-]*$",
    maxLength: MAX_PREFIX_LENGTH,
    description: "What quality keys begin with.",
  };
  return text(form, (given, refuse) => {
    if (!isCustomKey(`${given}-video`)) {
      return refuse(
        "it must be lower-case letters, digits, dots and hyphens, starting with a letter, such as org.svta.mqa",
      );
    }
    if (given.length <= MAX_PREFIX_LENGTH) return given;
    return refuse(`it must have at most ${MAX_PREFIX_LENGTH} characters`);
  });
}

function metricName(): Field<string> {
  return text({ pattern: METRIC_NAME.source, description: "The name of a metric." }, (given, refuse) =>
    METRIC_NAME.test(given) ? given : refuse(METRIC_NAME_FORM),
  );
}

/** Entries by the name of a metric. */
function byMetric<Value>(value: Field<Value>, description: string) {
  return z.record(z.string(), value).meta({ description }).prefault({});
}

function checkPublished(given: Partial<Published>, refuse: Refusal): void {
  const { profiles, metrics, names, decimals } = given;
  if (isWhole(profiles) && new Set(profiles).size < profiles.length)
    refuse(["profiles"], profiles.join(", "), "it must name each once");
  if (!isWhole(metrics)) return;
  for (const [i, name] of metrics.entries())
    if (metrics.indexOf(name) < i) refuse(["metrics", i], name, "it must name each once");
  for (const [path, entries] of Object.entries({ names, decimals })) {
    // One of a metric that is not published would do nothing, and is a mistake.
    for (const [name, value] of Object.entries(isMap(entries) ? entries : {})) {
      if (!metrics.includes(name)) refuse([path, name], value ?? name, "it must be of a metric that is in metrics");
    }
  }
  const isReadable =
    isMap(names) && isWhole(Object.values(names)) && isWhole(profiles) && given.keyPrefix !== undefined;
  if (isReadable) checkKeys(given as Published, refuse);
}

/** Whether all entries could be read. */
function isWhole<Entry>(list: readonly Entry[] | undefined): list is readonly Entry[] {
  return Array.isArray(list) && !list.includes(undefined);
}

/** Both profiles `keys` and `lists` write into one header. */
function checkKeys(given: Published, refuse: Refusal): void {
  const { keyPrefix, profiles, metrics, names } = given;
  const isOfBoth = profiles.includes("keys") && profiles.includes("lists");
  const owners = new Map<string, string>(
    isOfBoth ? Object.values(LIST_KEYS).map((key) => [key, "the profile lists"]) : [],
  );
  for (const [i, { name, key }] of publishedMetrics({ metrics, names, decimals: {} }).entries()) {
    // Said already.
    if (metrics.indexOf(name) < i) continue;
    const path = Object.hasOwn(names, name) ? ["names", name] : ["metrics", i];
    const owner = owners.get(key);
    const problem =
      keyProblem(key, keyPrefix) ?? (owner === undefined ? undefined : `${keyPrefix}-${key} is the key of ${owner}`);
    if (problem !== undefined) refuse(path, key, problem);
    owners.set(key, name);
  }
}

function keyProblem(key: string, prefix: string): string | undefined {
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(key))
    return "a key must be lower-case letters, digits, dots and hyphens, starting and ending with a letter or digit";
  const { length } = `${prefix}-${PREVIOUS}-${key}`;
  if (length > MAX_KEY_LENGTH)
    return `with its prefix and ${PREVIOUS}- a key must have at most ${MAX_KEY_LENGTH} characters, and this has ${length}`;
  // Low latency has keys of its own for the segment before.
  return key.startsWith(`${PREVIOUS}-`)
    ? `a key that starts with ${PREVIOUS}- is one of the segment before`
    : undefined;
}
