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
  const issues = (result.success ? [] : result.error.issues).flatMap(oneByOne);
  const said = issues.slice(0, MAX_LISTED).map((issue) => mistakeOf(issue, root, nameOf));
  throw new ConfigError([...mistakes, ...said], issues.length - said.length);
}

/** More than one person mends at a time; a file that is something else altogether has thousands. */
const MAX_LISTED = 100;

/** The JSON Schema of what may be given. */
export function jsonSchemaOf(schema: z.ZodType): JsonNode {
  return z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" }) as JsonNode;
}

/** What is wrong, or a key that is not known. */
type Issue = { readonly issue: z.core.$ZodIssue; readonly key?: string };

function oneByOne(issue: z.core.$ZodIssue): readonly Issue[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ issue, key })) : [{ issue }];
}

function mistakeOf({ issue, key }: Issue, root: JsonNode, nameOf: Settings["nameOf"]): ConfigMistake {
  const path = issue.path as SettingPath;
  const node = nodeAt(root, path) ?? {};
  const option = nameOf(path, key) || "the configuration";
  if (key !== undefined) {
    const known = Object.keys(node.properties ?? {});
    // What stands there may be a secret with its key mistyped.
    return { option, value: key, allowed: `it has ${listed(known, "and")}${suggestion(key, known)}` };
  }
  if (issue.code === "custom") return { option, value: issue.input, allowed: issue.message };
  const allowed = `${formOf(node)}${issue.input === undefined ? meaning(node) : ""}`;
  // Text where a map or a list is wanted may be anything, a secret among it.
  const isHidden = typeof issue.input === "string" && !/^[^@=]{0,60}$/.test(issue.input);
  return { option, value: isHidden ? "…" : issue.input, allowed };
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
