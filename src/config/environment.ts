import { parse as parseYaml } from "yaml";
import type { ConfigMistake } from "../problem/config-error.ts";
import { suggestion } from "./field.ts";
import { isMap, type JsonNode } from "./json-node.ts";
import { pathText, type SettingPath, type Settings } from "./settings.ts";

/** What the names of environment variables begin with. */
export const PREFIX = "MQA_PACKAGER_";

/** What Kubernetes sets in each container for each service: with one called mqa-packager, under our prefix. */
const SERVICE_LINK = /^MQA_PACKAGER_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** What its variable `..._PORT` holds: so one of ours that is mistyped is told from it. */
const SERVICE_URL = /^(tcp|udp|sctp):\/\//;

/** A value that a variable sets. */
type Override = {
  readonly name: string;
  readonly path: SettingPath;
  readonly nodes: readonly JsonNode[];
  readonly text: string;
};

/** What counts where something is given and a variable sets it, too. */
export type Winner = "environment" | "given";

/**
 * Settings with those that environment variables set: `MQA_PACKAGER_CHANNELS_0_SEGMENT` sets `channels[0].segment`. Text
 * is taken as it is; numbers, switches, lists and maps are read as YAML. An empty variable sets nothing.
 *
 * @param root - The JSON Schema of the configuration.
 * @returns Also the variables that set nothing that there is.
 */
export function withEnvironment(
  { value, nameOf }: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  root: JsonNode,
  winner: Winner,
): { readonly settings: Settings; readonly mistakes: readonly ConfigMistake[] } {
  const given = Object.entries(environment)
    .filter(([name, text]) => name.startsWith(PREFIX) && text !== "" && !isServiceLink(name, text))
    // So that whole lists and maps come before what is in them, and entries in their order.
    .toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const overrides: Override[] = [];
  const mistakes: ConfigMistake[] = [];
  for (const [name, text = ""] of given) {
    const nodes: JsonNode[] = [];
    const rest = name.slice(PREFIX.length);
    const path = rest === "" ? undefined : resolve(rest, root, nodes);
    if (path === undefined) mistakes.push(unknown(name, root));
    else overrides.push({ name, path, nodes, text });
  }
  if (overrides.length === 0) return { settings: { value, nameOf }, mistakes };
  const names = new Map(overrides.map(({ name, path }) => [pathText(path), name]));
  const isGiven = (path: SettingPath): boolean => winner === "given" && valueAt(value, path) !== undefined;
  return {
    settings: {
      value:
        winner === "environment"
          ? overrides.reduce<unknown>(set, copyOf(value))
          : merged(overrides.reduce<unknown>(set, {}), value),
      nameOf: (path, key) => {
        // A value that is in a list or a map that a variable sets is of that variable.
        const own = isGiven(path)
          ? undefined
          : path.map((_, i) => names.get(pathText(path.slice(0, path.length - i)))).find((name) => name !== undefined);
        return own ?? nameOf(path, key);
      },
    },
    mistakes,
  };
}

function isServiceLink(name: string, text = ""): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith("_PORT") && SERVICE_URL.test(text));
}

/** @param nodes - Gets what is passed on the way, from the root on. */
function resolve(rest: string, node: JsonNode, nodes: JsonNode[]): SettingPath | undefined {
  nodes.push(node);
  if (rest === "") return [];
  const { properties, items, additionalProperties, maxItems = 0 } = node;
  for (const [key, child] of Object.entries(properties ?? {})) {
    const after = afterName(rest, snakeCase(key));
    const length = nodes.length;
    const path = after === undefined ? undefined : resolve(after, child, nodes);
    if (path !== undefined) return [key, ...path];
    nodes.length = length;
  }
  const [, index] = /^(\d{1,4})(?:_|$)/.exec(rest) ?? [];
  if (items !== undefined && index !== undefined && Number(index) < maxItems) {
    const path = resolve(afterName(rest, index) ?? "", items, nodes);
    return path && [Number(index), ...path];
  }
  if (!additionalProperties) return undefined;
  nodes.push(additionalProperties);
  return [rest.toLowerCase().replaceAll("_", "-")];
}

function afterName(rest: string, name: string): string | undefined {
  if (rest === name) return "";
  return rest.startsWith(`${name}_`) ? rest.slice(name.length + 1) : undefined;
}

function snakeCase(key: string): string {
  return key
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll("-", "_")
    .toUpperCase();
}

/** Puts a value in its place, with the maps and lists around it; where something else stands there, that is the mistake. */
function set(root: unknown, { path, nodes, text }: Override): unknown {
  const value = readValue(text, nodes.at(-1)!);
  if (path.length === 0) return value;
  const whole = root ?? {};
  let place: unknown = whole;
  for (const [i, part] of path.entries()) {
    if (typeof part === "number" ? !Array.isArray(place) : !isMap(place)) return whole;
    const holder = place as Record<string | number, unknown>;
    if (i === path.length - 1) holder[part] = value;
    else holder[part] ??= nodes[i + 1]!.type === "array" ? [] : {};
    place = holder[part];
  }
  return whole;
}

function valueAt(value: unknown, path: SettingPath): unknown {
  let place = value;
  for (const part of path) place = (place as Readonly<Record<string | number, unknown>> | null | undefined)?.[part];
  return place;
}

/** Maps and lists entry by entry; of two values the second. */
function merged(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (Array.isArray(under) && Array.isArray(over))
    return Array.from({ length: Math.max(under.length, over.length) }, (_, i) => merged(under[i], over[i]));
  if (!isMap(under) || !isMap(over)) return over;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries(Array.from(keys, (key) => [key, merged(under[key], over[key])]));
}

/** Deeper than any option lies. An alias can stand in what it stands for. */
const MAX_DEPTH = 16;

/** What YAML aliases share is of its own in each place. */
function copyOf(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((entry) => copyOf(entry, depth + 1));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copyOf(entry, depth + 1)]));
}

function readValue(text: string, { type, enum: words }: JsonNode): unknown {
  const isText = words !== undefined || type === "string" || type?.includes("string") === true;
  if (isText) return text;
  try {
    return parseYaml(text, { logLevel: "error" });
  } catch {
    return text;
  }
}

function unknown(name: string, root: JsonNode): ConfigMistake {
  const known = variableNames(root);
  const alike = suggestion(name.replaceAll(/_\d+(?=_|$)/g, "_0"), known);
  // It may be a secret.
  return { option: name, value: "…", allowed: `no option is set by such a variable${alike}` };
}

/** The names of all variables, with the first place of each list. */
export function variableNames(node: JsonNode, name: string = PREFIX.slice(0, -1)): readonly string[] {
  const { properties = {}, items } = node;
  const children = Object.entries(properties).flatMap(([key, child]) =>
    variableNames(child, `${name}_${snakeCase(key)}`),
  );
  const inList = items === undefined ? [] : variableNames(items, `${name}_0`);
  return [...(node.properties === undefined ? [name] : []), ...children, ...inList];
}
