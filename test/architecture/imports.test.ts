import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROJECT } from "../support/packager.ts";
import { run } from "../support/run.ts";
import { sourceFiles } from "../support/source-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

type Cruised = {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
};

/** Lets dependency-cruiser check src/ of a project against the rules of this one. */
async function cruise(project: string): Promise<Cruised> {
  const program = join(PROJECT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const parameters = [program, "src", "--config", join(PROJECT, ".dependency-cruiser.js"), "--output-type", "json"];
  const { stdout, stderr } = await run(process.execPath, parameters, { cwd: project });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Cruised;
}

test("src/ obeys every rule of .dependency-cruiser.js, all of its modules looked at", async () => {
  const { modules, summary } = await cruise(PROJECT);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  const cruised = modules.map(({ source }) => source).filter((source) => source.startsWith("src/"));
  expect(cruised.length).toBeGreaterThan(0);
  expect(cruised.sort()).toEqual(sourceFiles().filter((file) => file.endsWith(".ts")));
});

describe("the rules find what they forbid", () => {
  const project = temporaryFolder();
  cpSync(join(PROJECT, "tsconfig.json"), join(project, "tsconfig.json"));
  cpSync(join(PROJECT, "package.json"), join(project, "package.json"));
  symlinkSync(join(PROJECT, "node_modules"), join(project, "node_modules"));

  /** Forbidden imports, one a rule; type imports count as well. */
  const planted: readonly (readonly [rule: string, from: string, to: string])[] = [
    ["foundation-stands-alone", "src/bytes/a.ts", "../mpegts/a.ts"],
    ["formats-know-no-stream", "src/mpegts/b.ts", "../demux/a.ts"],
    ["formats-are-strangers", "src/mpegts/c.ts", "../aac/a.ts"],
    ["domain-knows-no-edge", "src/demux/b.ts", "../server/a.ts"],
    ["no-io-below-the-edges", "src/demux/c.ts", "node:fs"],
    ["edges-are-strangers", "src/server/b.ts", "../input/a.ts"],
    ["simulator-is-a-peer", "src/simulate/a.ts", "../input/a.ts"],
    ["pipeline-knows-no-edge", "src/pipeline.ts", "./server/a.ts"],
    ["only-cli-runs-the-pipeline", "src/server/c.ts", "../pipeline.ts"],
    ["cli-is-on-top", "src/server/d.ts", "../cli/a.ts"],
    ["known-folders", "src/utils/a.ts", "../bytes/b.ts"],
    ["no-unresolved", "src/bytes/c.ts", "./nowhere.ts"],
    ["no-tests-in-the-product", "src/bytes/d.ts", "../../test/a.ts"],
    ["only-declared-packages", "src/server/e.ts", "fast-check"],
    ["no-cycles", "src/bytes/e.ts", "./f.ts"],
  ];
  const bystanders = ["src/mpegts/a.ts", "src/demux/a.ts", "src/aac/a.ts", "src/server/a.ts", "src/input/a.ts"];
  for (const path of [...bystanders, "src/cli/a.ts", "src/bytes/b.ts", "src/bytes/orphan.ts", "test/a.ts"]) {
    write(path, "export type A = 1;\n");
  }
  write("src/bytes/f.ts", 'import type { A } from "./e.ts";\nexport type { A };\n');
  for (const [rule, from, to] of planted) {
    const type = rule === "only-declared-packages" ? "" : "type ";
    write(from, `import ${type}{ A } from "${to}";\nexport ${type}{ A };\n`);
  }

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }

  test("in a project where each is broken once", async () => {
    const { summary } = await cruise(project);
    const found = summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
    for (const [rule, from] of planted) expect(found).toContain(`${rule}: ${from}`);
    expect(found).toContain("no-orphans: src/bytes/orphan.ts");
    const rules = new Set(planted.map(([rule]) => rule)).size + 1;
    expect(new Set(summary.violations.map(({ rule }) => rule.name)).size).toBe(rules);
  });
});
