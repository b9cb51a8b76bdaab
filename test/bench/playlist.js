/** `node test/bench/playlist.js`: bundles and runs `playlist-stage.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
// Below the project, so that packages are found.
const folder = mkdtempSync(join(ROOT, "node_modules/.bench-"));
try {
  const bundle = await rolldown({ input: join(ROOT, "test/bench/playlist-stage.ts"), platform: "node" });
  const file = join(folder, "playlist-stage.mjs");
  await bundle.write({ file });
  await import(pathToFileURL(file).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
