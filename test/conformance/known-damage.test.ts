import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { lacking } from "../support/lacking.ts";
import { readTree, type Tree } from "../support/output-tree.ts";
import { packager } from "../support/packager.ts";
import { run } from "../support/run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PACKET = 188;
/** Of the simulator's tracks, by their ids. */
const PIDS = { v1: 0x100, v2: 0x101, v3: 0x102, a1: 0x103, a2: 0x104 } as const;

/** One packet of 997, and five in a row now and then; the beginning is left whole, so that all streams are known. */
const isDropped = (packet: number): boolean => packet > 500 && (packet % 997 === 0 || packet % 9973 < 5);

/** A minute of the simulator's stream with packets dropped on purpose. */
describe.skipIf(lacking("ffmpeg"))("a stream with known damage", () => {
  const folder = temporaryFolder();
  const damaged = join(folder, "damaged.m2ts");
  const dropped = new Map<number, number>();
  let tree: Tree;

  beforeAll(async () => {
    const clean = join(folder, "clean.m2ts");
    await packager("simulate", "--duration", "60s", "--fast", "--out", `file:${clean}`);
    const bytes = readFileSync(clean);
    const kept: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += PACKET) {
      const packet = bytes.subarray(at, at + PACKET);
      const pid = ((packet[1]! & 0x1f) << 8) | packet[2]!;
      if (isDropped(at / PACKET)) dropped.set(pid, (dropped.get(pid) ?? 0) + 1);
      else kept.push(packet);
    }
    writeFileSync(damaged, Buffer.concat(kept));
    const out = join(folder, "out");
    expect((await packager("package", damaged, "--out", out, "--segment", "1.92s")).code).toBe(0);
    tree = readTree(out);
  }, 60_000);

  const recordsOf = (id: string) => tree.tracks.find((track) => track.id === id)!.ledger.map(({ quality }) => quality);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  test.for(Object.entries(PIDS))("the records of %s count each packet that was dropped of PID %i", ([id, pid]) => {
    const errors = recordsOf(id).flatMap(({ transport }) => transport.filter((error) => error.pid === pid));
    expect(sum(errors.map(({ packets = 0 }) => packets))).toBe(dropped.get(pid));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["continuity"]));
  });

  test("bursts are as many as ffmpeg finds, of each track", async () => {
    const command = 'exec ffmpeg -v debug -f mpegts -i pipe:0 -map 0 -c copy -f null - < "$0"';
    const { stderr } = await run("sh", ["-c", command, damaged], { maxBuffer: 1 << 28 });
    for (const [id, pid] of Object.entries(PIDS)) {
      const found = stderr.split(`Continuity check failed for pid ${pid} `).length - 1;
      const errors = recordsOf(id).flatMap(({ transport }) => transport.filter((error) => error.pid === pid));
      expect(sum(errors.map(({ events }) => events))).toBe(found);
    }
  });

  test("pictures that lost bytes are those that ffmpeg flags as corrupt", async () => {
    const { stderr } = await run("ffmpeg", [
      "-v",
      "warning",
      "-i",
      damaged,
      "-map",
      "0",
      "-c",
      "copy",
      "-f",
      "null",
      "-",
    ]);
    const flagged = [0, 1, 2].map((stream) => stderr.split(`corrupt input packet in stream ${stream}\n`).length - 1);
    const ours = ["v1", "v2", "v3"].map((id) => sum(recordsOf(id).map(({ pictures }) => pictures.damaged)));
    expect(ours).toEqual(flagged);
    expect(Math.min(...ours)).toBeGreaterThan(10);
  });

  test("what was lost costs score, and what was not does not", () => {
    for (const id of ["v1", "v2", "v3"]) {
      for (const { score, transport, pictures, independent } of recordsOf(id)) {
        const { expected, lost, damaged, undecodable } = pictures;
        const events = sum(transport.map(({ events }) => events));
        const points = 2 * Math.min(40, events) + (lost * 100) / expected + ((damaged + undecodable) * 50) / expected;
        const less = score!.base - points - (independent ? 0 : 20);
        expect(score!.value).toBeCloseTo(Math.max(0, Math.round(less)), 6);
      }
    }
  });
});
