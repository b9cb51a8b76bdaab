/** `node test/bench/part-latency.js [SECONDS]`: bundles and runs `part-latency-stage.ts`. Needs a build. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
// Below the project, so that packages are found.
const folder = mkdtempSync(join(ROOT, "node_modules/.bench-"));
try {
  const bundle = await rolldown({ input: join(ROOT, "test/bench/part-latency-stage.ts"), platform: "node" });
  const file = join(folder, "part-latency-stage.mjs");
  await bundle.write({ file });
  const { run } = await import(pathToFileURL(file).href);
  await run(ROOT, Number(process.argv[2] ?? 60));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
