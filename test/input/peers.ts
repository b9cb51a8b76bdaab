import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { InputSink, InputState } from "../../src/input/input.ts";

/** Keeps everything an input says. */
export class RecordingSink implements InputSink {
  readonly pieces: Uint8Array[] = [];
  readonly states: InputState[] = [];
  readonly notes: string[] = [];
  bytes = 0;
  endings = 0;

  data(bytes: Uint8Array): void {
    this.pieces.push(bytes.slice());
    this.bytes += bytes.length;
  }

  ended(): void {
    this.endings++;
  }

  state(event: InputState): void {
    this.states.push(event);
  }

  note(text: string): void {
    this.notes.push(text);
  }

  get stateNames(): readonly string[] {
    return this.states.map((event) => event.state);
  }

  get received(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

/** Waits until something is so; fails with what was waited for. */
export async function until(what: string, condition: () => boolean, milliseconds = 8000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms for: ${what}`);
    await sleep(10);
  }
}

/** All bytes are whole transport packets. */
export function expectTransportPackets(bytes: Uint8Array): void {
  expect(bytes.length).toBeGreaterThan(0);
  expect(bytes.length % 188).toBe(0);
  for (let i = 0; i < bytes.length; i += 188) if (bytes[i] !== 0x47) expect(`byte ${i}`).toBe("a sync byte");
}

/** A UDP port nobody has now. */
export async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** Waits until somebody has bound a UDP port. */
export async function listening(port: number): Promise<void> {
  const pattern = new RegExp(`:${port.toString(16).padStart(4, "0")} `, "i");
  await until(`port ${port} bound`, () => pattern.test(readFileSync("/proc/net/udp", "utf8")));
}

/** Why the tests of these programs cannot run here, printed; undefined where they can. */
export function missing(...programs: readonly string[]): string | undefined {
  const absent = programs.filter((program) => spawnSync("which", [program]).status !== 0);
  if (absent.length === 0) return undefined;
  const reason = `skipped: ${absent.join(", ")} not installed`;
  console.warn(reason);
  return reason;
}

/** Processes and files of one test file; `close` ends and removes them all. */
export class Peers {
  readonly folder: string = mkdtempSync(join(tmpdir(), "mqa-input-"));
  readonly #running = new Set<ChildProcess>();

  /** A transport stream of 4 s with a constant picture, made by ffmpeg. */
  sample(): string {
    const path = join(this.folder, "sample.m2ts");
    if (existsSync(path)) return path;
    const source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=4"];
    const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-b:v", "1M"];
    const made = spawnSync("ffmpeg", ["-v", "error", ...source, ...codec, "-f", "mpegts", path], { encoding: "utf8" });
    expect(made.stderr).toBe("");
    return path;
  }

  /** ffmpeg sending the sample in a loop, in real time. */
  ffmpeg(format: "mpegts" | "rtp_mpegts", url: string): ChildProcess {
    const input = ["-re", "-stream_loop", "-1", "-i", this.sample()];
    return this.run("ffmpeg", ["-v", "error", ...input, "-c", "copy", "-f", format, url]);
  }

  run(program: string, parameters: readonly string[]): ChildProcess {
    const child = spawn(program, parameters, { stdio: "ignore" });
    this.#running.add(child);
    child.once("exit", () => this.#running.delete(child));
    return child;
  }

  async end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await exited;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.end(child, "SIGKILL")));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Process ids, zombies too, whose command line holds a text (zombies have none: those that are our children). */
export function processesWith(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Zombies among the children of this process. */
export function zombies(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return new RegExp(`^\\d+ \\(.*\\) Z ${process.pid} `).test(readFileSync(`/proc/${pid}/stat`, "utf8"));
      } catch {
        return false;
      }
    })
    .map(Number);
}
