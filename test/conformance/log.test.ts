import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { freeUdpPort } from "../support/free-port.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER, PROJECT } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { until } from "../support/until.ts";

const start = processStarter();

/** Seven packets. */
const DATAGRAM = 7 * 188;

test("a broken input makes a line a second for each kind of problem, with how often it came, not a flood", async () => {
  const port = await freeUdpPort();
  const packager = await LivePackager.start(start, "--input", `udp://127.0.0.1:${port}`);
  const recording = readFileSync(join(PROJECT, "samples/testcard-25.m2ts"));
  const socket = createSocket("udp4");
  const begun = performance.now();
  let at = 0;
  while (performance.now() - begun < 4000) {
    // A stream of which every fifth datagram is missing, and some are rubbish.
    for (let i = 0; i < 10; i++) {
      at = (at + DATAGRAM) % (recording.length - DATAGRAM);
      const datagram = i % 5 === 3 ? Buffer.alloc(DATAGRAM, 0x11) : recording.subarray(at, at + DATAGRAM);
      if (i % 5 !== 2) socket.send(datagram, port, "127.0.0.1");
    }
    await sleep(5);
  }
  socket.close();
  await sleep(1200);
  const seconds = (performance.now() - begun) / 1000;
  type Line = { readonly code: string; readonly count: number; readonly msg: string };
  const lines = (packager.log() as readonly unknown[] as readonly Line[]).filter(({ msg }) => msg === "problem");
  const codes = [...new Set(lines.map(({ code }) => code))];
  expect(codes.length).toBeGreaterThan(0);
  for (const code of codes) {
    const ofCode = lines.filter((line) => line.code === code);
    expect(ofCode.length).toBeLessThanOrEqual(seconds + 2);
  }
  // Nothing is left out: what the lines count is what the API counts.
  const { channels } = (await (await packager.get("/api/channels")).json()) as {
    readonly channels: readonly [{ readonly status: { readonly problems: Readonly<Record<string, number>> } }];
  };
  for (const [code, count] of Object.entries(channels[0].status.problems)) {
    const counted = lines.filter((line) => line.code === code).reduce((sum, line) => sum + line.count, 0);
    expect([code, counted]).toEqual([code, count]);
  }
  expect(Math.max(...Object.values(channels[0].status.problems))).toBeGreaterThan(500);
  expect(codes).toContain("continuity");
});

test("the log is text for people where that is asked for", async () => {
  const flags = ["run", "--listen", "127.0.0.1:0", "--input", `udp://127.0.0.1:${await freeUdpPort()}`];
  const running = start(process.execPath, [PACKAGER, ...flags, "--log-format", "pretty"]);
  await until("the line", () => running.stdout.includes("serving"));
  expect(running.stdout).toMatch(
    /^\[?\d\d:\d\d:\d\d\.\d{3}\]? INFO: serving \{"host":"127\.0\.0\.1","port":\d+,"channels":\["live"\]\}$/m,
  );
});

test("nothing below the level that is asked for is written", async () => {
  const flags = ["run", "--listen", "127.0.0.1:0", "--input", `udp://127.0.0.1:${await freeUdpPort()}`];
  const running = start(process.execPath, [PACKAGER, ...flags, "--log-level", "error"]);
  await sleep(1500);
  await running.end("SIGTERM");
  expect(running.stdout).toBe("");
});

test("an input that is no transport stream is told of, and one without a PAT", async () => {
  const ports = [await freeUdpPort(), await freeUdpPort()];
  const packager = await LivePackager.start(start, "--input", ...ports.map((port) => `udp://127.0.0.1:${port}`));
  const socket = createSocket("udp4");
  const rubbish = Buffer.alloc(DATAGRAM, 0x11);
  const unknown = Buffer.alloc(DATAGRAM);
  for (let at = 0; at < DATAGRAM; at += 188) unknown.set([0x47, 0x01, 0x00, 0x10], at);
  const told = await until("both to be told of", async () => {
    for (let i = 0; i < 100; i++)
      for (const [n, data] of [rubbish, unknown].entries()) socket.send(data, ports[n]!, "127.0.0.1");
    const codes = packager
      .log()
      .filter(({ msg }) => msg === "problem")
      .map(({ code }) => code);
    return codes.includes("sync-lost") && codes.includes("program-missing");
  });
  socket.close();
  expect(told).toBe(true);
});
