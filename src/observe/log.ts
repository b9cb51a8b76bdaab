import { type Logger, pino } from "pino";
import type { LogOptions } from "./log-options.ts";

export type { Logger } from "pino";

/**
 * The process's log, on standard output as container platforms collect it: one JSON object a line, or, where somebody
 * reads it, a line of text.
 */
export async function openLog({ level, format }: LogOptions): Promise<Logger> {
  const settings = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const isPretty = format === "pretty" || (format === "auto" && process.stdout.isTTY === true);
  if (!isPretty) return pino(settings);
  const { default: pretty } = await import("pino-pretty");
  // Written at once, so that nothing is lost when the process ends.
  return pino(
    settings,
    pretty({ sync: true, singleLine: true, translateTime: "SYS:HH:MM:ss.l", colorize: process.stdout.isTTY === true }),
  );
}
