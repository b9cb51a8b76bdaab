/** Of a value no more than this is shown: enough to find it by. */
const MAX_SHOWN = 120;

/** More than one person mends at a time; a file that is something else altogether has thousands. */
const MAX_LISTED = 100;

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

  constructor(...given: [option: string, value: unknown, allowed: string] | [mistakes: readonly ConfigMistake[]]) {
    const mistakes = given.length === 1 ? given[0] : [{ option: given[0], value: given[1], allowed: given[2] }];
    super(describeMistakes(mistakes).join("\n"));
    this.name = "ConfigError";
    this.mistakes = mistakes;
  }
}

/** Mistakes, a sentence each; of very many the first. */
export function describeMistakes(mistakes: readonly ConfigMistake[]): readonly string[] {
  const more = mistakes.length - MAX_LISTED;
  const rest = more > 0 ? [`and ${more} more mistakes`] : [];
  return [...mistakes.slice(0, MAX_LISTED).map(describeMistake), ...rest];
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
