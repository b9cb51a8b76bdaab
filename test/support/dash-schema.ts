import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { lacking, leftOut } from "./lacking.ts";
import { PROJECT } from "./packager.ts";
import { type Outcome, run } from "./run.ts";

/** The XML schemas of ISO/IEC 23009-1 are third-party data and not part of the project. */
const SCHEMA = resolve(PROJECT, "../shared/dash-schema");

/** Why MPDs cannot be validated here; false where they can. */
export function lackingDashSchema(): string | false {
  if (!existsSync(join(SCHEMA, "DASH-MPD.xsd"))) return leftOut(`no DASH schema in ${SCHEMA}`);
  return lacking("xmllint");
}

/** Validates an MPD against the schema of ISO/IEC 23009-1. */
export function validateMpd(file: string): Promise<Outcome> {
  const env = { ...process.env, XML_CATALOG_FILES: "catalog.xml" };
  return run("xmllint", ["--nonet", "--noout", "--schema", "DASH-MPD.xsd", file], { cwd: SCHEMA, env });
}
