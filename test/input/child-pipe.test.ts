import { spawn } from "node:child_process";
import { closeSync, readdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { openChildPipe } from "../../src/input/child-pipe.ts";
import { missing, Peers } from "./peers.ts";

const peers = new Peers();
afterEach(() => vi.unstubAllEnvs());
afterAll(() => peers.close());

test.skipIf(missing("mkfifo"))("a child opens it by its path; it ends with the child and leaves nothing", async () => {
  vi.stubEnv("TMPDIR", peers.folder);
  const before = readdirSync("/proc/self/fd").length;
  const { reader, writeEnd } = openChildPipe();
  expect(readdirSync(peers.folder)).toEqual([]);
  const script = "echo one >/dev/fd/3; echo two >&3";
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "ignore", "ignore", writeEnd] });
  closeSync(writeEnd);
  const exited = new Promise((resolve) => child.once("exit", resolve));
  expect(await text(reader)).toBe("one\ntwo\n");
  await exited;
  expect(readdirSync("/proc/self/fd")).toHaveLength(before);
});

test.for([
  ["without mkfifo", "PATH"],
  ["without a folder for it", "TMPDIR"],
])("%s it is an error, and nothing is left", ([, variable]) => {
  vi.stubEnv("TMPDIR", peers.folder);
  vi.stubEnv(variable!, `${peers.folder}/none`);
  expect(() => openChildPipe()).toThrow(/ENOENT/);
  expect(readdirSync(peers.folder)).toEqual([]);
});
