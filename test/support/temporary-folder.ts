import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder that is removed after the tests of the file or `describe` that asked for it. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "mqa-packager-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
