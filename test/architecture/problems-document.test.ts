import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problems } from "../../src/problem/problems.ts";
import { PROJECT } from "../support/packager.ts";

test("docs/problems.md has exactly the problems there are, in their order, each with its sentence", () => {
  const text = readFileSync(join(PROJECT, "docs/problems.md"), "utf8");
  const documented = Array.from(text.matchAll(/^### (.+)\n\n(.+)$/gm), ([, heading, sentence]) => [heading, sentence]);
  expect(documented).toEqual(Object.entries(problems).map(([code, sentence]) => [`\`${code}\``, sentence]));
});
