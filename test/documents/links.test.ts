import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../support/packager.ts";
import { anchors, documents, links } from "./markdown.ts";

/** What is wrong with a link from a document; undefined where nothing is. */
function faultOf(from: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : join(dirname(from), path);
  if (!existsSync(join(PROJECT, file))) return `${from}: ${target} leads nowhere`;
  if (anchor === undefined) return undefined;
  const text = readFileSync(join(PROJECT, file), "utf8");
  return anchors(text).has(anchor) ? undefined : `${from}: ${target} has no such heading`;
}

test("every link between the documents leads to a file, and every anchor to a heading", () => {
  const all = documents.flatMap(({ path, text }) => links(text).map((target) => ({ path, target })));
  expect(all.length).toBeGreaterThan(50);
  expect(all.map(({ path, target }) => faultOf(path, target)).filter((fault) => fault !== undefined)).toEqual([]);
});

test.for<[target: string, fault: string | undefined]>([
  ["docs/timecode.md#how-to-see-that-it-is-locked", undefined],
  ["docs/nothing.md", "README.md: docs/nothing.md leads nowhere"],
  ["docs/timecode.md#nothing", "README.md: docs/timecode.md#nothing has no such heading"],
  ["https://example.com/nothing", undefined],
])("a link from README.md to %s", ([target, fault]) => {
  expect(faultOf("README.md", target)).toBe(fault);
});
