import { createHash } from "node:crypto";
import { createReadStream, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { lackingDashSchema, validateMpd } from "../support/dash-schema.ts";
import { lacking } from "../support/lacking.ts";
import { joined, readTree, type Tree, type TreeTrack } from "../support/output-tree.ts";
import { PACKAGER, packager } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { ffmpeg } from "../support/run.ts";
import { pictureDigests } from "../support/source-packets.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { encodeTransportStream, h264, pictures, tone } from "../support/test-sources.ts";

const noFfmpeg = lacking("ffmpeg", "ffprobe");
const noSchema = lackingDashSchema();

/** Where the first part of joined streams starts, in seconds: ffmpeg moves times near zero, but not later ones. */
const FIRST_OFFSET = 10;

/** Pictures of a part of a joined stream, with a GOP of 50 and B-pictures. */
async function encodePart(path: string, size: string, seconds: number, offset: number, announced: boolean): Promise<void> {
  const flags = announced ? ["-mpegts_flags", "+initial_discontinuity"] : [];
  const place = ["-output_ts_offset", `${offset}`, ...flags];
  await encodeTransportStream(path, [...pictures(size, "25", seconds), ...h264(50), ...place]);
}

/** Every file below a folder with the digest of its bytes. */
function digestsBelow(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

describe.skipIf(noFfmpeg)("the same input", () => {
  const folder = temporaryFolder();
  const input = join(folder, "input.m2ts");
  const first = join(folder, "first");
  const [start] = processStarterForInput();

  function processStarterForInput(): [ReturnType<typeof processStarter>] {
    return [processStarter()];
  }

  beforeAll(async () => {
    const source = [...pictures("320x180", "30000/1001", 6), ...tone(440, 44_100, 6)];
    await encodeTransportStream(input, [...source, ...h264(60), "-c:a", "aac"]);
    expect(await packager("package", input, "--out", first)).toMatchObject({ code: 0 });
  });

  test("gives the same tree, byte for byte", async () => {
    const again = join(folder, "again");
    expect(await packager("package", input, "--out", again)).toMatchObject({ code: 0 });
    expect(digestsBelow(again)).toEqual(digestsBelow(first));
    expect(Object.keys(digestsBelow(first)).length).toBeGreaterThan(10);
  });

  test("through standard input too", async () => {
    const again = join(folder, "piped");
    const running = start("sh", ["-c", `exec "$0" "$1" package - --out "$2" < "$3"`, process.execPath, PACKAGER, again, input]);
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(digestsBelow(again)).toEqual(digestsBelow(first));
  });
});
