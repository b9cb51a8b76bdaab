/** Of a value no more than this is shown: enough to find it by. */
const MAX_SHOWN = 120;

/**
 * A configuration that cannot work: thrown before anything starts, ends the process with exit code 2.
 *
 * The message is one sentence that names the option, the value (undefined: there is none) and what is allowed.
 */
export class ConfigError extends Error {
  constructor(option: string, value: unknown, allowed: string) {
    super(
      value === undefined ? `${option} is missing; ${allowed}` : `${option}: ${show(value)} is not allowed; ${allowed}`,
    );
    this.name = "ConfigError";
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
