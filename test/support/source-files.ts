import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./packager.ts";

/** All source files, as paths below the project such as `src/main.ts`, sorted. */
export function sourceFiles(): readonly string[] {
  const entries = readdirSync(join(PROJECT, "src"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((path) => path.slice(PROJECT.length + 1)).sort();
}
