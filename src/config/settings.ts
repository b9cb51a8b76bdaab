import { z } from "zod";
import { ConfigError, type ConfigMistake } from "../problem/config-error.ts";
import { listed, meaning, suggestion } from "./field.ts";
import { isMap, type JsonNode, nodeAt } from "./json-node.ts";

/** Where a value stands in a configuration: keys of maps, places in lists. */
export type SettingPath = readonly (string | number)[];

/** A configuration as it was given, not yet checked. */
export type Settings = {
  /** Maps, lists and values, as YAML gives them. */
  readonly value: unknown;
  /**
   * What the operator calls the place: a path in the file, a flag, an environment variable.
   *
   * @param key - In the map there: it is because of this one.
   */
  readonly nameOf: (path: SettingPath, key?: string) => string;
};

/** Settings that were given as flags: `names` has the flag by its path, such as `channels[0].segment`. */
export function flagSettings(value: unknown, names: Readonly<Record<string, string>>): Settings {
  return {
    value: withoutUndefined(value),
    nameOf: (path) => {
      const places = [...path, ""].map((_, i) => pathText(path.slice(0, path.length - i)));
      return places.map((place) => names[place]).find((name) => name !== undefined) ?? pathText(path);
    },
  };
}

/** A path as messages have it: `channels[0].segment`. */
export function pathText(path: SettingPath): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${part}`)).join("");
}

/**
 * Checks settings.
 *
 * @param mistakes - Those that are known already.
 * @throws ConfigError - with every mistake.
 */
export function readSettings<Value>(
  schema: z.ZodType<Value>,
  { value, nameOf }: Settings,
  mistakes: readonly ConfigMistake[] = [],
): Value {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success && mistakes.length === 0) return result.data;
  const root = jsonSchemaOf(schema);
  const issues = result.success ? [] : result.error.issues;
  throw new ConfigError([...mistakes, ...issues.flatMap((issue) => mistakesOf(issue, root, nameOf))]);
}

/** The JSON Schema of what may be given. */
export function jsonSchemaOf(schema: z.ZodType): JsonNode {
  return z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" }) as JsonNode;
}

function mistakesOf(issue: z.core.$ZodIssue, root: JsonNode, nameOf: Settings["nameOf"]): readonly ConfigMistake[] {
  const path = issue.path as SettingPath;
  const node = nodeAt(root, path) ?? {};
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(node.properties ?? {});
    const has = `it has ${listed(known, "and")}`;
    // What stands there may be a secret with its key mistyped.
    return issue.keys.map((key) => ({
      option: nameOf(path, key) || "the configuration",
      value: key,
      allowed: `${has}${suggestion(key, known)}`,
    }));
  }
  const form = `${formOf(node)}${issue.input === undefined ? meaning(node) : ""}`;
  const allowed = issue.code === "custom" ? issue.message : form;
  return [{ option: nameOf(path) || "the configuration", value: issue.input, allowed }];
}

/** What a map or a list must be. */
function formOf({ type, properties, minItems = 0, maxItems }: JsonNode): string {
  if (type === "array") return `it must be a list of ${minItems > 0 ? `${minItems} to` : "at most"} ${maxItems}`;
  return `it must be a map${properties === undefined ? "" : ` of ${listed(Object.keys(properties), "and")}`}`;
}

/** Flags that were not given are not there. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (!isMap(value)) return value;
  const given = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(given.map(([key, entry]) => [key, withoutUndefined(entry)]));
}
