import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openOutput } from "../../src/simulate/open-output.ts";

const folder = mkdtempSync(join(tmpdir(), "stream-output-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file holds everything, in order, when the output is closed", async () => {
  const path = join(folder, "out.m2ts");
  const output = await openOutput(`file:${path}`, expect.unreachable);
  const parts = Array.from({ length: 50 }, (_, i) => new Uint8Array(188).fill(i));
  for (const part of parts) output.write(part);
  await output.close();
  expect(readFileSync(path).equals(Buffer.concat(parts))).toBe(true);
});

test("a file that cannot be written is refused", async () => {
  await expect(openOutput(`file:${folder}`, expect.unreachable)).rejects.toThrow(
    expect.objectContaining({ name: "ConfigError", message: expect.stringContaining("EISDIR") }),
  );
});

test("who does not read is told of, costs no memory and does not hold up the end", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  // Opens the pipe, and reads nothing.
  const reader = spawn("sh", ["-c", `exec sleep 30 <'${path}'`]);
  const said: string[] = [];
  const output = await openOutput(`file:${path}`, (message) => said.push(message));
  for (let i = 0; i < 200; i++) output.write(new Uint8Array(188 * 100));
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("not take data fast enough");
  const before = performance.now();
  const closed = output.close();
  setTimeout(() => reader.kill(), 1500);
  await Promise.all([closed, once(reader, "exit")]);
  expect(performance.now() - before).toBeLessThan(3000);
  expect(said.at(-1)).toContain("incomplete");
});
