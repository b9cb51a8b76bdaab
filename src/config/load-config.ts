import { stringify } from "yaml";
import { type Winner, withEnvironment } from "./environment.ts";
import { isMap, type JsonNode } from "./json-node.ts";
import { readConfigFile } from "./read-config-file.ts";
import { type RunConfig, runConfigSchema } from "./run-config.ts";
import { jsonSchemaOf, readSettings, type Settings } from "./settings.ts";

/** A configuration that was checked, and what it was made from. */
export type LoadedConfig = {
  readonly config: RunConfig;
  /** With every default, as YAML that can be loaded again; passphrases that stand in it are not shown. */
  readonly text: () => string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks a configuration file, with what environment variables set instead.
 *
 * @throws ConfigError - with every mistake, each named by its path in the file, such as `channels[0].segment`.
 */
export function loadConfigFile(path: string, environment: Environment): LoadedConfig {
  return loadConfig(readConfigFile(path), environment, "environment");
}

/** The JSON Schema of configuration files. */
export function configJsonSchema(): JsonNode {
  return jsonSchemaOf(runConfigSchema);
}

/**
 * Checks settings, with what environment variables set.
 *
 * @throws ConfigError - with every mistake.
 */
export function loadConfig(given: Settings, environment: Environment, winner: Winner): LoadedConfig {
  const root = configJsonSchema();
  const { settings, mistakes } = withEnvironment(given, environment, root, winner);
  const config = readSettings(runConfigSchema, settings, mistakes);
  return { config, text: () => stringify(shown(withDefaults(settings.value, root))) };
}

/** What is not there is as its schema says. */
function withDefaults(value: unknown, node: JsonNode): unknown {
  const { properties, items, default: initial } = node;
  const given = value === undefined ? initial : value;
  if (properties !== undefined && isMap(given)) {
    const whole = Object.entries(properties).map(([key, child]) => [key, withDefaults(given[key], child)] as const);
    return Object.fromEntries(whole.filter(([, entry]) => entry !== undefined));
  }
  if (items !== undefined && Array.isArray(given)) return given.map((entry) => withDefaults(entry, items));
  return given;
}

/** Where a passphrase is kept may be shown, a passphrase not. */
function shown(value: unknown): unknown {
  if (typeof value === "string")
    return /^srt:/i.test(value) ? value.replace(/([?&]passphrase)=(?!(?:env|file)(?::|%3A))[^&]*/gi, "$1=***") : value;
  if (Array.isArray(value)) return value.map(shown);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shown(entry)]));
}
