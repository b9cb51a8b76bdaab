/** Of a value no more than this is shown: enough to find it by. */
const MAX_SHOWN = 120;

/** What is wrong at one place of a configuration. */
export type ConfigMistake = {
  /** The option as the operator gave it: a flag, a path in the file, an environment variable. */
  readonly option: string;
  /** Undefined: there is none. */
  readonly value: unknown;
  /** What is allowed, in one clause. */
  readonly allowed: string;
};

/**
 * A configuration that cannot work: thrown before anything starts, ends the process with exit code 2.
 *
 * The message is one line for each mistake: a sentence that names the option, the value and what is allowed.
 */
export class ConfigError extends Error {
  readonly mistakes: readonly ConfigMistake[];

  /** @param more - How many more there are, of very many. */
  constructor(
    ...given: [option: string, value: unknown, allowed: string] | [mistakes: readonly ConfigMistake[], more?: number]
  ) {
    const [mistakes, more = 0] =
      given.length === 3 ? [[{ option: given[0], value: given[1], allowed: given[2] }]] : given;
    const rest = more > 0 ? [`and ${more} more mistakes`] : [];
    super([...mistakes.map(describeMistake), ...rest].join("\n"));
    this.name = "ConfigError";
    this.mistakes = mistakes;
  }
}

/** A mistake as one sentence. */
function describeMistake({ option, value, allowed }: ConfigMistake): string {
  return value === undefined
    ? `${option} is missing; ${allowed}`
    : `${option}: ${show(value)} is not allowed; ${allowed}`;
}

/** What is in a map or a list stays out: it may be a secret. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "a map";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value).replace(/(pass[a-z]*)=[^&"]*/gi, "$1=***");
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
