import { ConfigError } from "../problem/config-error.ts";

/** Entries by name, as YAML gives them. */
export type SettingMap = Readonly<Record<string, unknown>>;

/**
 * Takes a map; absent, it is empty.
 *
 * @param keys - Those it may have; undefined: any.
 * @throws ConfigError
 */
export function readMap(option: string, value: unknown, keys?: readonly string[]): SettingMap {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(option, value, `it must be a map${keys === undefined ? "" : ` of ${listed(keys, "and")}`}`);
  }
  for (const [key, entry] of Object.entries(value)) {
    if (keys?.includes(key) === false) {
      throw new ConfigError(`${option}.${key}`, entry ?? null, `${option} has ${listed(keys, "and")}`);
    }
  }
  return value as SettingMap;
}

/**
 * Takes a list of texts.
 *
 * @throws ConfigError
 */
export function readTexts(option: string, value: unknown, max: number): readonly string[] {
  if (!Array.isArray(value) || value.length > max) {
    throw new ConfigError(option, value, `it must be a list of at most ${max}`);
  }
  return value.map((entry: unknown, i) => readText(`${option}[${i}]`, entry));
}

/** @throws ConfigError */
export function readText(option: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new ConfigError(option, value ?? null, "it must be text");
}

/** @throws ConfigError */
export function readNumber(option: string, value: unknown, { min, max }: NumberLimits): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new ConfigError(option, value ?? null, `it must be a number from ${min} to ${max}`);
}

/** @throws ConfigError */
export function readInteger(option: string, value: unknown, { min, max }: NumberLimits): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new ConfigError(option, value ?? null, `it must be an integer from ${min} to ${max}`);
}

/** @throws ConfigError */
export function readSwitch(option: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ConfigError(option, value ?? null, "it must be true or false");
}

/**
 * Takes one of some words.
 *
 * @throws ConfigError
 */
export function readWord<Word extends string>(option: string, value: unknown, words: readonly Word[]): Word {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new ConfigError(option, value ?? null, `it must be ${listed(words, "or")}`);
  return word;
}

/** The least and the most allowed. */
export type NumberLimits = { readonly min: number; readonly max: number };

function listed(words: readonly string[], joint: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)!}`;
}
