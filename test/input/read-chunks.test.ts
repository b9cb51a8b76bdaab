import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseInputUrl } from "../../src/input/input-url.ts";
import { openInput } from "../../src/input/open-input.ts";
import { readChunks } from "../../src/input/read-chunks.ts";
import { ConfigError } from "../../src/problem/config-error.ts";
import { RecordingSink, until } from "./peers.ts";

const folder = mkdtempSync(join(tmpdir(), "mqa-input-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MiB = 1024 * 1024;

/** Bytes that differ from any 256 before, so that chunks in another order show. */
function bytes(length: number): Buffer {
  const all = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) all.writeUInt32BE(i, i);
  return all;
}

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function pipe(name: string): string {
  const path = join(folder, name);
  spawnSync("mkfifo", [path]);
  return path;
}

async function collect(path: string): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(path)) chunks.push(chunk.slice());
  return chunks;
}

describe("readChunks", () => {
  test("reads a file in chunks, in two pieces of memory by turns", async () => {
    const content = bytes(5 * MiB + 188);
    const chunks = await collect(file("large", content));
    expect(chunks.map((chunk) => chunk.length)).toEqual([MiB, MiB, MiB, MiB, MiB, 188]);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    const memories = new Set<ArrayBufferLike>();
    for await (const chunk of readChunks(file("large", content))) memories.add(chunk.buffer);
    expect(memories.size).toBe(2);
  });

  test("reads an empty file as nothing", async () => {
    expect(await collect(file("empty", Buffer.alloc(0)))).toEqual([]);
  });

  test("can be left early", async () => {
    for await (const chunk of readChunks(file("left", bytes(3 * MiB)))) {
      expect(chunk.length).toBe(MiB);
      break;
    }
  });

  test.for([
    ["missing", join(folder, "not-there")],
    ["a folder", folder],
    ["a device", "/dev/zero"],
  ])("refuses what is %s", async ([, path]) => {
    await expect(collect(path!)).rejects.toThrow(ConfigError);
    await expect(collect(path!)).rejects.toThrow(`input: ${JSON.stringify(path)}`);
    expect(() => openInput({ kind: "file", path: path! })).toThrow(ConfigError);
  });

  test("reads a named pipe from its writer's start to its end", async () => {
    const path = pipe("pipe");
    const reading = collect(path);
    const content = bytes(300_000);
    const source = file("pipe-source", content);
    spawn("sh", ["-c", `sleep 0.2; exec >"${path}"; sleep 0.2; cat "${source}"; sleep 0.2; cat "${source}"`]);
    const chunks = await reading;
    expect(Buffer.concat(chunks).equals(Buffer.concat([content, content]))).toBe(true);
    expect(chunks.every((chunk) => chunk.constructor === Uint8Array && chunk.byteOffset === 0)).toBe(true);
  });
});

describe("a file as a live input", () => {
  test("is read whole, then ended, once", async () => {
    const content = bytes(2 * MiB + 4);
    const input = openInput(parseInputUrl(file("live", content)));
    const sink = new RecordingSink();
    input.start(sink);
    expect(sink.bytes).toBe(0);
    await until("the end", () => sink.endings > 0);
    expect(sink.received.equals(content)).toBe(true);
    expect(sink).toMatchObject({ endings: 1, stateNames: ["connecting", "receiving"], notes: [] });
    expect(input.statistics).toMatchObject({ state: "receiving", bytes: content.length, datagrams: 3, restarts: 0 });
    await input.stop();
    expect(sink.endings).toBe(1);
  });

  test("says nothing more once it is stopped", async () => {
    const input = openInput(parseInputUrl(file("stopped", bytes(20 * MiB))));
    const stops: Promise<void>[] = [];
    const sink = new (class extends RecordingSink {
      override data(bytes: Uint8Array): void {
        super.data(bytes);
        stops.push(input.stop());
      }
    })();
    input.start(sink);
    await until("a chunk", () => sink.bytes > 0);
    await Promise.all(stops);
    await input.stop();
    expect([stops.length, sink.pieces.length, sink.endings]).toEqual([1, 1, 0]);
  });

  test("may be stopped before it is started", async () => {
    await openInput(parseInputUrl(file("never", bytes(4)))).stop();
  });

  test.for([
    ["nobody writes to", "sleep 0"],
    ["somebody holds open", `exec 3>"$0"; sleep 5`],
  ])("stops while it is a pipe that %s", async ([, script]) => {
    const path = pipe(`silent-${script!.length}`);
    const writer = spawn("sh", ["-c", script!, path]);
    const input = openInput({ kind: "file", path });
    const sink = new RecordingSink();
    input.start(sink);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const start = performance.now();
    await input.stop();
    expect(performance.now() - start).toBeLessThan(500);
    expect(sink).toMatchObject({ bytes: 0, endings: 0 });
    writer.kill();
  });

  test("is lost, then ended, where it can no longer be read", async () => {
    const path = file("gone", bytes(4));
    const input = openInput(parseInputUrl(path));
    rmSync(path);
    const sink = new RecordingSink();
    input.start(sink);
    await until("the end", () => sink.endings > 0);
    expect(sink.stateNames).toEqual(["connecting", "lost"]);
    await input.stop();
  });
});
