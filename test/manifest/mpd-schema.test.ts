import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeMpd } from "../../src/manifest/mpd.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { scenarios } from "./scenarios.ts";

const schema = resolve(import.meta.dirname, "../../../shared/dash-schema");
const missing = [
  ...(existsSync(join(schema, "DASH-MPD.xsd")) ? [] : [`no DASH schema at ${schema}`]),
  ...(spawnSync("xmllint", ["--version"]).error === undefined ? [] : ["no xmllint"]),
].join(" and ");
if (missing !== "") console.warn(`MPDs are not validated: ${missing}`);

function validate(file: string): { status: number | null; stderr: string } {
  const arguments_ = ["--nonet", "--noout", "--schema", "DASH-MPD.xsd", file];
  return spawnSync("xmllint", arguments_, {
    cwd: schema,
    env: { ...process.env, XML_CATALOG_FILES: "catalog.xml" },
    encoding: "utf8",
  });
}

describe.skipIf(missing !== "")("ISO/IEC 23009-1 schema", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mpd-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(scenarios)("accepts $name", ({ name, build }) => {
    const file = join(folder, `${name}.mpd`);
    writeFileSync(file, writeMpd(build().snapshot()!, { publishTime: 1_767_323_080_123 as Milliseconds }));
    expect(validate(file)).toMatchObject({ status: 0, stderr: expect.stringContaining("validates") });
  });

  test("refuses an MPD whose children are out of order", () => {
    const file = join(folder, "wrong.mpd");
    const text = writeMpd(scenarios[0]!.build().snapshot()!, { publishTime: 0 as Milliseconds });
    const timing = /\s*<UTCTiming[^>]*>/.exec(text)![0];
    writeFileSync(file, text.replace(timing, "").replace("<Period", `${timing}<Period`));
    expect(validate(file).status).not.toBe(0);
  });
});
