import { ConfigError } from "../problem/config-error.ts";

/** @throws ConfigError - for what is none of the words. */
export function parseWord<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new ConfigError(option, text, `it must be one of ${words.join(", ")}`);
  return word;
}
