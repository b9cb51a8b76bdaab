/**
 * A configuration that cannot work: thrown before anything starts, ends the process with exit code 2.
 *
 * The message is one sentence that names the option, the value (undefined: there is none) and what is allowed.
 */
export class ConfigError extends Error {
  constructor(option: string, value: unknown, allowed: string) {
    super(
      value === undefined
        ? `${option} is missing; ${allowed}`
        : `${option}: ${JSON.stringify(value)} is not allowed; ${allowed}`,
    );
    this.name = "ConfigError";
  }
}
