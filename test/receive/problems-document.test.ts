import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { receiveProblems } from "../../src/receive/receive-problem.ts";
import { PROJECT } from "../support/packager.ts";

test("docs/ingest.md has exactly the problems that the receiver names, in their order, each with its sentence", () => {
  const text = readFileSync(join(PROJECT, "docs/ingest.md"), "utf8");
  const [, table = ""] = text.split("| problem | meaning |");
  const documented = Array.from(table.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm), ([, code, meaning]) => [
    code,
    meaning,
  ]);
  expect(documented).toEqual(Object.entries(receiveProblems));
});
