import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** The process's log: one JSON object a line, on standard output, as container platforms collect it. */
export function openLog(level: "info" | "warn"): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
