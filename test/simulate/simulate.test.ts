import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseFault } from "../../src/cli/fault-option.ts";
import { TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import { unwrap33 } from "../../src/mpegts/clock.ts";
import { DEFAULT_SAMPLE, DEFAULT_SAMPLE_30 } from "../../src/simulate/default-sample.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { runSimulation } from "../../src/simulate/simulate.ts";
import type { SimulationOptions } from "../../src/simulate/simulation-options.ts";
import { type Milliseconds, type Ticks, toTicks } from "../../src/time/units.ts";
import { decodeErrors } from "./ffprobe.ts";
import { record } from "./recording.ts";

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
  // Half a second of encoding and buffering, and the unit at the end that no other has closed; pictures are presented up to
  // 120 ms after they are decoded.
  expect(end - last).toBeGreaterThan(100);
  expect(end - last).toBeLessThan(1200);
});

/** Lets a simulation run to its end, and reads what it wrote to files. */
async function simulated(
  options: Omit<SimulationOptions, "report" | "outputs">,
  count = 1,
): Promise<readonly Buffer[]> {
  const files = Array.from({ length: count }, (_, i) => join(folder, `simulated-${i}.m2ts`));
  const outputs = files.map((path) => `file:${path}`);
  await runSimulation({ ...options, outputs, report: expect.unreachable }, new AbortController().signal);
  return files.map((path) => readFileSync(path));
}

const duration = 4000 as Milliseconds;
const start = Date.parse("2026-08-01T23:59:58Z") as Milliseconds;

test("fast, it gives the same bytes each time, and those it would give by the clock", { timeout: 30_000 }, async () => {
  const [fast] = await simulated({ duration, fast: true, start });
  const before = performance.now();
  const [byClock] = await simulated({ duration, start });
  expect(performance.now() - before).toBeGreaterThan(3900);
  expect(byClock!.equals(fast!)).toBe(true);
  const [fixed] = await simulated({ duration, fast: true });
  const [again] = await simulated({ duration, fast: true, start: 86_400_000 as Milliseconds });
  expect(again!.equals(fixed!)).toBe(true);
  expect(fixed!.equals(fast!)).toBe(false);
});

test("split, each output gets a rendition and the first sound, with a clock of its own", async () => {
  const ptsOrigins = [0, 5_000_000_000, 77];
  const files = await simulated({ duration, fast: true, start, split: true, ptsOrigins }, 3);
  const sample = readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE);
  for (const [i, bytes] of files.entries()) {
    const options = { renditions: [i + 1], audios: [1], ptsOrigin: ptsOrigins[i]! };
    expect(bytes.equals(record(sample, toTicks(start), 4, options).bytes)).toBe(true);
  }
});

test("with several clocks and without a split each output gets everything", async () => {
  const files = await simulated({ duration, fast: true, start, ptsOrigins: [0, 1] }, 2);
  expect(files.map(({ length }) => length)).toEqual([files[0]!.length, files[0]!.length]);
  expect(files[1]!.equals(files[0]!)).toBe(false);
});

test("at 30 pictures a second and their like another sample is played", async () => {
  const [bytes] = await simulated({ duration, fast: true, rate: { num: 30_000, den: 1001 } });
  const sample = readSample(readFileSync(DEFAULT_SAMPLE_30), DEFAULT_SAMPLE_30);
  const rate = { num: 30_000, den: 1001 };
  expect(bytes!.equals(record(sample, toTicks(86_400_000 as Milliseconds), 4, { rate }).bytes)).toBe(true);
});

test("fast, a slow reader of a pipe loses nothing, and the signal still ends it", { timeout: 30_000 }, async () => {
  const pipe = join(folder, "slow");
  execFileSync("mkfifo", [pipe]);
  const received = join(folder, "received");
  const reader = spawn("sh", ["-c", `exec <'${pipe}'; sleep 1; head -c 1000000; sleep 1; cat`], {
    stdio: ["ignore", openSync(received, "w"), "inherit"],
  });
  const closed = once(reader, "close");
  const options = { outputs: [`file:${pipe}`], fast: true, report: expect.unreachable, start };
  await runSimulation({ ...options, duration: 20_000 as Milliseconds }, new AbortController().signal);
  await closed;
  const [whole] = await simulated({ duration: 20_000 as Milliseconds, fast: true, start });
  expect(readFileSync(received).equals(whole!)).toBe(true);

  const stuck = spawn("sh", ["-c", `exec sleep 20 <'${pipe}'`]);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 500);
  await runSimulation({ ...options, report: () => {}, duration: 3_600_000 as Milliseconds }, stop.signal);
  stuck.kill();
  await once(stuck, "exit");
});

test.for([
  ["an output", { outputs: ["rtp://x:1"] }, "--out"],
  ["a live output without a clock", { outputs: ["udp://127.0.0.1:9"], fast: true, duration }, "--out"],
  ["no end without a clock", { outputs: ["-"], fast: true }, "--duration"],
  ["more outputs than renditions", { outputs: ["-", "-", "-", "-"], split: true }, "--split"],
  ["two origins of three outputs", { outputs: ["-", "-", "-"], ptsOrigins: [1, 2] }, "--pts-origin"],
  ["an origin of 34 bits", { outputs: ["-"], ptsOrigins: [2 ** 33] }, "--pts-origin"],
  ["pairs at 25 pictures a second", { outputs: ["-"], labels: { pairs: true } }, "--label-pairs"],
  ["a fault of a fourth rendition", { outputs: ["-"], faults: [parseFault("gap@1s/4")] }, "--fault"],
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
