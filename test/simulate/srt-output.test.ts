import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { openOutput } from "../../src/simulate/open-output.ts";
import { runSimulation } from "../../src/simulate/simulate.ts";
import { ffprobe } from "./ffprobe.ts";
import { readPackets } from "./packet-reader.ts";

const folder = mkdtempSync(join(tmpdir(), "srt-output-"));
afterAll(() => rmSync(folder, { recursive: true }));
const receivers: ChildProcess[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const receiver of receivers.splice(0)) {
    if (receiver.exitCode !== null || receiver.signalCode !== null) continue;
    receiver.kill("SIGKILL");
    await once(receiver, "exit");
  }
});

/** Receives into memory with the program of the SRT project. */
function receive(url: string): { readonly bytes: () => Buffer; readonly child: ChildProcess } {
  const child = spawn("srt-live-transmit", ["-q", url, "file://con"], { stdio: ["ignore", "pipe", "ignore"] });
  receivers.push(child);
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  return { bytes: () => Buffer.concat(parts), child };
}

async function until(condition: () => boolean, milliseconds: number): Promise<void> {
  for (let waited = 0; !condition() && waited < milliseconds; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(condition()).toBe(true);
}

/** SRT has no port that the system chooses. */
const port = (): number => 20_000 + Math.floor(Math.random() * 20_000);

/** A second of the sample, about. */
const SECOND_BYTES = 300_000;

test("a listener receives the stream, encrypted; the next one too when it is gone", { timeout: 60_000 }, async () => {
  const address = `srt://127.0.0.1:${port()}`;
  const first = receive(`${address}?mode=listener&passphrase=0123456789`);
  const stop = new AbortController();
  const said: string[] = [];
  const outputs = [`${address}?passphrase=0123456789`];
  const running = runSimulation({ outputs, report: (message) => said.push(message) }, stop.signal);
  await until(() => first.bytes().length > 2 * SECOND_BYTES, 20_000);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const second = receive(`${address}?mode=listener&passphrase=0123456789`);
  await until(() => second.bytes().length > 3 * SECOND_BYTES, 30_000);
  stop.abort();
  await running;
  for (const { bytes } of [first, second]) {
    const whole = bytes().subarray(0, bytes().length - (bytes().length % 188));
    expect(readPackets(whole).length).toBeGreaterThan(3000);
    const file = join(folder, "received.m2ts");
    writeFileSync(file, whole);
    const { streams } = ffprobe(file, "-show_entries", "stream=codec_name");
    expect(streams).toHaveLength(5);
  }
  expect(said.join()).not.toContain("0123456789");
});

test("as a listener it serves a caller", { timeout: 30_000 }, async () => {
  const number = port();
  const stop = new AbortController();
  const running = runSimulation({ outputs: [`srt://:${number}`], report: () => {} }, stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { bytes } = receive(`srt://127.0.0.1:${number}`);
  await until(() => bytes().length > SECOND_BYTES, 20_000);
  stop.abort();
  await running;
});

test("no child is left when it is closed, connected or not", { timeout: 30_000 }, async () => {
  const number = port();
  const output = await openOutput(`srt://127.0.0.1:${number}`, () => {});
  output.write(new Uint8Array(188 * 7));
  expect(children(number)).not.toBe("");
  await output.close();
  expect(children(number)).toBe("");
});

function children(number: number): string {
  return execFileSync("sh", ["-c", `ps -eo pid,args | grep '[s]rt-live-transmit.*:${number}' || true`], {
    encoding: "utf8",
  });
}

test("without srt-live-transmit it says at once what is missing", async () => {
  vi.stubEnv("PATH", folder);
  await expect(openOutput("srt://127.0.0.1:9000", expect.unreachable)).rejects.toThrow(
    expect.objectContaining({ name: "ConfigError", message: expect.stringContaining("srt-tools") }),
  );
});
