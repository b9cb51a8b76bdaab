import { ConfigError } from "../problem/config-error.ts";
import {
  defaultDecimals,
  defaultKey,
  defaultMetricNames,
  defaultPublishOptions,
  HEADER_BUDGET_LIMITS,
  PREVIOUS,
  type PublishedMetric,
  type PublishOptions,
  type PublishProfileName,
  publishProfileNames,
} from "../quality/publish-options.ts";
import { LIST_KEYS } from "../quality/publish-profiles.ts";
import { isCustomKey } from "../structured-fields/custom-key.ts";
import { readInteger, readMap, readText, readTexts, readWord, type SettingMap } from "./read-setting.ts";

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

/**
 * Checks how quality is published.
 *
 * @param option - Its name, such as `quality.publish`.
 * @param given - As YAML gives it; undefined: nothing is said.
 * @throws ConfigError - naming the option at fault by its path.
 */
export function parsePublish(option: string, given: unknown): Omit<PublishOptions, "identifier"> {
  const keys = ["keyPrefix", "profiles", "metrics", "names", "decimals", "headerBudget"];
  const settings = readMap(option, given, keys);
  const { keyPrefix, profiles, headerBudget } = { ...defaultPublishOptions, ...settings };
  const path = { prefix: `${option}.keyPrefix`, profiles: `${option}.profiles`, budget: `${option}.headerBudget` };
  const checked = {
    keyPrefix: parseKeyPrefix(path.prefix, readText(path.prefix, keyPrefix)),
    profiles: parseProfiles(path.profiles, readTexts(path.profiles, profiles, publishProfileNames.length)),
    headerBudget: readInteger(path.budget, headerBudget, HEADER_BUDGET_LIMITS),
  };
  return { ...checked, metrics: parseMetrics(option, settings, checked) };
}

/** @throws ConfigError */
export function parseKeyPrefix(option: string, text: string): string {
  if (!isCustomKey(`${text}-video`)) {
    throw new ConfigError(
      option,
      text,
      "it must be lower-case letters, digits, dots and hyphens, starting with a letter, such as org.svta.mqa",
    );
  }
  if (text.length <= MAX_PREFIX_LENGTH) return text;
  throw new ConfigError(option, text, `it must have at most ${MAX_PREFIX_LENGTH} characters`);
}

/** @throws ConfigError */
export function parseProfiles(option: string, given: readonly string[]): readonly PublishProfileName[] {
  const profiles = given.map((text) => readWord(option, text, publishProfileNames));
  if (profiles.length === 0) throw new ConfigError(option, profiles, "it must name at least one");
  if (new Set(profiles).size < profiles.length) throw new ConfigError(option, profiles, "it must name each once");
  return profiles;
}

/**
 * Tells that a name may be one of a metric: as the names that encoders send are read.
 *
 * @throws ConfigError
 */
export function checkMetricName(option: string, name: string): void {
  if (/^[a-z0-9-]+$/.test(name) && name.length <= MAX_NAME_LENGTH) return;
  const allowed = `the name of a metric must be 1 to ${MAX_NAME_LENGTH} lower-case letters, digits and hyphens`;
  throw new ConfigError(option, name, allowed);
}

function parseMetrics(
  option: string,
  settings: SettingMap,
  { keyPrefix, profiles }: Pick<PublishOptions, "keyPrefix" | "profiles">,
): readonly PublishedMetric[] {
  const { metrics: given = defaultMetricNames } = settings;
  const list = `${option}.metrics`;
  const metricNames = readTexts(list, given, MAX_METRICS);
  for (const [i, name] of metricNames.entries()) {
    checkMetricName(`${list}[${i}]`, name);
    if (metricNames.indexOf(name) < i) throw new ConfigError(`${list}[${i}]`, name, "it must name each once");
  }
  const names = ofMetrics(`${option}.names`, settings["names"], metricNames, list);
  const decimals = ofMetrics(`${option}.decimals`, settings["decimals"], metricNames, list);
  const metrics = metricNames.map((name) => ({
    name,
    key: names.has(name) ? readText(`${option}.names.${name}`, names.get(name)) : defaultKey(name),
    decimals: decimals.has(name)
      ? readInteger(`${option}.decimals.${name}`, decimals.get(name), DECIMALS)
      : defaultDecimals(name),
  }));
  const ofLists = isOfBoth(profiles) ? Object.values(LIST_KEYS) : [];
  const owners = new Map<string, string>(ofLists.map((key) => [key, "the profile lists"]));
  for (const [i, { name, key }] of metrics.entries()) {
    const path = names.has(name) ? `${option}.names.${name}` : `${list}[${i}]`;
    checkKey(path, key, keyPrefix);
    checkNotPrevious(path, key);
    const owner = owners.get(key);
    if (owner !== undefined) throw new ConfigError(path, key, `${keyPrefix}-${key} is the key of ${owner}`);
    owners.set(key, name);
  }
  return metrics;
}

/** Both write into one header. */
function isOfBoth(profiles: readonly PublishProfileName[]): boolean {
  return profiles.includes("keys") && profiles.includes("lists");
}

/** Entries by metric; one of a metric that is not published would do nothing, and is a mistake. */
function ofMetrics(
  option: string,
  given: unknown,
  metrics: readonly string[],
  list: string,
): ReadonlyMap<string, unknown> {
  const entries = Object.entries(readMap(option, given));
  for (const [name, value] of entries) {
    if (!metrics.includes(name)) {
      throw new ConfigError(`${option}.${name}`, value, `it must be of a metric that is in ${list}`);
    }
  }
  return new Map(entries);
}

/** Low latency has keys of its own for the segment before. */
function checkNotPrevious(option: string, key: string): void {
  if (!key.startsWith(`${PREVIOUS}-`)) return;
  throw new ConfigError(option, key, `a key that starts with ${PREVIOUS}- is one of the segment before`);
}

function checkKey(option: string, key: string, prefix: string): void {
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(key)) {
    const allowed =
      "a key must be lower-case letters, digits, dots and hyphens, starting and ending with a letter or digit";
    throw new ConfigError(option, key, allowed);
  }
  const { length } = `${prefix}-${PREVIOUS}-${key}`;
  if (length <= MAX_KEY_LENGTH) return;
  const allowed = `with its prefix and ${PREVIOUS}- a key must have at most ${MAX_KEY_LENGTH} characters, and this has ${length}`;
  throw new ConfigError(option, key, allowed);
}
