import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JsonNode } from "../../src/config/json-node.ts";
import { configJsonSchema } from "../../src/config/load-config.ts";
import { PROJECT } from "../support/packager.ts";

const text = ["configuration.md", "ingest.md"]
  .map((name) => readFileSync(join(PROJECT, "docs", name), "utf8"))
  .join("\n");

/** Paths of all options; entries of maps whose names the operator chooses are one. */
function options(node: JsonNode, path: string): readonly string[] {
  const { properties, items } = node;
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([key, child]) => options(child, path === "" ? key : `${path}.${key}`));
  return items?.properties === undefined ? [path] : options(items, `${path}[]`);
}

/** As tables write them: in full, or by the last word where the table's head or a neighbour says the rest. */
function isDocumented(path: string): boolean {
  const last = path.slice(path.lastIndexOf(".") + 1);
  const inChannel = path.replace("channels[].", "").replace(/[.](ca|cert|key)$/, "");
  const isInTable = new RegExp(`^\\|.*\`\\.?${last}\``, "m").test(text);
  return [path, inChannel].some((one) => text.includes(`\`${one}\``)) || isInTable;
}

test("every option is in a table of docs/configuration.md or docs/ingest.md", () => {
  const all = options(configJsonSchema(), "").filter((path) => !path.includes("tsErrorWeights."));
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((path) => !isDocumented(path))).toEqual([]);
});
