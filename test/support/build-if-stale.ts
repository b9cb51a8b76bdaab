import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { PACKAGER, PROJECT } from "./packager.ts";

/** Builds the packager before the end-to-end tests where a source file is newer than the executable. */
export default function buildIfStale(): void {
  const built = statSync(PACKAGER, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(PROJECT, "src"), { recursive: true, encoding: "utf8" });
  const isStale = sources.some((source) => statSync(join(PROJECT, "src", source)).mtimeMs > built);
  if (isStale) execFileSync("npm", ["run", "--silent", "build"], { cwd: PROJECT, stdio: "inherit" });
}
