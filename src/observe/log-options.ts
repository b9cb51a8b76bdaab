/** The least that is written. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** `auto`: pretty on a terminal, else JSON. */
export const logFormats = ["auto", "json", "pretty"] as const;

/** How the log is written. */
export type LogOptions = {
  readonly level: (typeof logLevels)[number];
  readonly format: (typeof logFormats)[number];
};
