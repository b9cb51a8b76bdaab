import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import { unwrap33 } from "../../src/mpegts/clock.ts";
import { runSimulation } from "../../src/simulate/simulate.ts";
import type { Ticks } from "../../src/time/units.ts";
import { decodeErrors } from "./ffprobe.ts";

const folder = mkdtempSync(join(tmpdir(), "simulate-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file and a UDP receiver get the same stream, by the clock, whole at the end", { timeout: 30_000 }, async () => {
  // A busy machine must not make the kernel drop what has arrived.
  const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20 });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const datagrams: Buffer[] = [];
  socket.on("message", (datagram) => datagrams.push(datagram));
  const file = join(folder, "out.m2ts");
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5000);
  const outputs = [`udp://127.0.0.1:${socket.address().port}`, `file:${file}`];
  const said: string[] = [];
  await runSimulation({ outputs, report: (message) => said.push(message) }, stop.signal);
  const end = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.close();

  expect(said).toEqual([]);
  expect(Buffer.concat(datagrams).equals(readFileSync(file))).toBe(true);
  expect(decodeErrors(file)).toBe("");
  const demuxer = new TransportDemuxer();
  const events = datagrams.flatMap((datagram) => [...demuxer.push(datagram)]);
  expect(events.filter(({ kind }) => kind === "problem")).toEqual([]);
  const times = events.flatMap((event) => (event.kind === "access-unit" ? [event.unit.pts] : []));
  const last = unwrap33(times.at(-1)! % 2 ** 33, (end * 90) as Ticks) / 90;
  // Half a second of encoding and buffering, and the unit at the end that no other has closed.
  expect(end - last).toBeGreaterThan(200);
  expect(end - last).toBeLessThan(1200);
});

test.for([
  ["an output", { outputs: ["rtp://x:1"] }, "--out"],
  ["a sample that is not there", { outputs: ["-"], sample: "/no/such.m2ts" }, "--sample"],
  ["a sample that is no transport stream", { outputs: ["-"], sample: import.meta.filename }, "--sample"],
] as const)("%s that cannot be used is refused before anything is sent", async ([, options, option]) => {
  const running = runSimulation({ ...options, report: expect.unreachable }, new AbortController().signal);
  await expect(running).rejects.toThrow(
    expect.objectContaining({ name: "ConfigError", message: expect.stringContaining(option) }),
  );
});

test("when the reader of a pipe goes, it ends in peace", { timeout: 30_000 }, async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const reader = spawn("head", ["-c", "20000", pipe], { stdio: "ignore" });
  await runSimulation({ outputs: [`file:${pipe}`], report: expect.unreachable }, new AbortController().signal);
  expect(reader.exitCode).toBe(0);
});
