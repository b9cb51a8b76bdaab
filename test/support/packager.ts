import { resolve } from "node:path";
import { type Outcome, run } from "./run.ts";

/** The project's folder. */
export const PROJECT: string = resolve(import.meta.dirname, "../..");

/** The executable, as `npm run build` makes it. */
export const PACKAGER: string = resolve(PROJECT, "dist/main.js");

/** Runs one command of the packager to its end. */
export function packager(...parameters: readonly string[]): Promise<Outcome> {
  return run(process.execPath, [PACKAGER, ...parameters]);
}
