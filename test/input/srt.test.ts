import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import type { Input } from "../../src/input/input.ts";
import { parseInputUrl } from "../../src/input/input-url.ts";
import { openInput } from "../../src/input/open-input.ts";
import { assertSrtAvailable, canLaunch, srtCommand } from "../../src/input/srt-command.ts";
import type { SrtInputUrl } from "../../src/input/srt-url.ts";
import { ConfigError } from "../../src/problem/config-error.ts";
import {
  expectTransportPackets,
  freePort,
  listening,
  missing,
  Peers,
  processesWith,
  RecordingSink,
  until,
  zombies,
} from "./peers.ts";

const peers = new Peers();
const opened: Input[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(opened.splice(0).map((input) => input.stop()));
});
afterAll(() => peers.close());

function start(url: string): [Input, RecordingSink] {
  const input = openInput(parseInputUrl(url));
  const sink = new RecordingSink();
  opened.push(input);
  input.start(sink);
  return [input, sink];
}

const noPeers = missing("ffmpeg", "srt-live-transmit");
const noFfmpegSrt =
  noPeers ??
  (/^ *srt$/m.test(spawnSync("ffmpeg", ["-protocols"], { encoding: "utf8" }).stdout) ? false : "ffmpeg has no SRT");

describe.skipIf(noFfmpegSrt)("from ffmpeg", () => {
  const send = (port: number, query: string): ChildProcess =>
    peers.ffmpeg("mpegts", `srt://127.0.0.1:${port}?${query}`);

  test.for([
    ["plain", "", ""],
    ["encrypted", "?passphrase=correct%20horse%20battery&pbkeylen=32", "&passphrase=correct horse battery&pbkeylen=32"],
  ])(
    "%s, to a listener: ended and started again, its data comes back",
    { timeout: 20_000 },
    async ([, ours, theirs]) => {
      const port = await freePort();
      const [input, sink] = start(`srt://127.0.0.1:${port}${ours === "" ? "?" : `${ours}&`}mode=listener&latency=50ms`);
      await listening(port);
      const first = send(port, `mode=caller${theirs}`);
      await until("100 kB", () => sink.bytes > 100_000);
      expectTransportPackets(sink.received);
      await peers.end(first, "SIGTERM");
      await until("lost", () => sink.stateNames.at(-1) === "lost", 1000);
      const before = sink.bytes;
      send(port, `mode=caller${theirs}`);
      const started = performance.now();
      await until("data again", () => sink.bytes > before + 10_000);
      // ffmpeg's own start included; SRT's part is a connection's 0.1 s and its latency.
      expect(performance.now() - started).toBeLessThan(3000);
      expectTransportPackets(sink.received);
      expect(sink.stateNames).toEqual(["connecting", "receiving", "lost", "receiving"]);
      expect(sink.states[2]).toMatchObject({ reason: "SRT source disconnected" });
      expect(input.statistics).toMatchObject({ state: "receiving", bytes: sink.bytes, restarts: 1 });
      expect(sink.notes.join()).not.toContain("horse");
    },
  );

  test("to a caller: not there at first, ended and started again", { timeout: 25_000 }, async () => {
    const port = await freePort();
    const [input, sink] = start(`srt://127.0.0.1:${port}?passphrase=correct-horse-battery`);
    await until("an attempt without an answer", () => sink.stateNames.includes("lost"));
    expect(sink.states[1]).toMatchObject({ reason: `no answer from 127.0.0.1:${port}` });
    const query = "mode=listener&passphrase=correct-horse-battery";
    const first = send(port, query);
    await until("100 kB", () => sink.bytes > 100_000);
    await peers.end(first, "SIGTERM");
    await until("lost", () => sink.stateNames.at(-1) === "lost", 1000);
    const before = sink.bytes;
    send(port, query);
    await until("data again", () => sink.bytes > before + 10_000);
    expectTransportPackets(sink.received);
    expect(input.statistics.state).toBe("receiving");
  });

  test.for([
    ["the wrong passphrase", "mode=caller&passphrase=wrong-horse-battery", "Incorrect passphrase"],
    ["no passphrase", "mode=caller", "Password required or unexpected"],
  ])("with %s is refused by a listener, which goes on listening", { timeout: 15_000 }, async ([, query, reason]) => {
    const port = await freePort();
    const [, sink] = start(`srt://127.0.0.1:${port}?mode=listener&passphrase=correct-horse-battery`);
    await listening(port);
    send(port, query!);
    await until("lost", () => sink.stateNames.includes("lost"));
    expect(sink.states.slice(1)).toMatchObject([
      { state: "lost", reason, problem: { code: "input-lost", count: 1, detail: reason } },
    ]);
    expect(sink.bytes).toBe(0);
    send(port, "mode=caller&passphrase=correct-horse-battery");
    await until("data", () => sink.bytes > 10_000);
    expect(sink.stateNames).toEqual(["connecting", "lost", "receiving"]);
    expect(sink.notes.join()).not.toMatch(/(correct|wrong)-horse/);
  });

  test("with the wrong passphrase is lost to a caller, which calls again and again", async () => {
    const port = await freePort();
    send(port, "mode=listener&passphrase=wrong-horse-battery");
    await listening(port);
    const [input, sink] = start(`srt://127.0.0.1:${port}?passphrase=correct-horse-battery`);
    // Left to itself, srt-live-transmit hangs in one of three such attempts.
    await until("six attempts", () => input.statistics.restarts >= 6);
    expect(sink.states.slice(1)).toMatchObject([{ state: "lost", reason: "Incorrect passphrase" }]);
  }, 10_000);
});

describe.skipIf(noPeers)("from srt-live-transmit", () => {
  /** Sends what comes on a UDP port, message by message. */
  const relay = (from: number, to: string): ChildProcess =>
    peers.run("srt-live-transmit", ["-q", `udp://127.0.0.1:${from}`, to]);

  test("each message arrives at once: nothing waits in a buffer for the next", { timeout: 15_000 }, async () => {
    expect(canLaunch()).toBe(true);
    const [port, from] = [await freePort(), await freePort()];
    const sink = start(`srt://127.0.0.1:${port}?mode=listener&latency=20ms`)[1];
    await listening(port);
    relay(from, `srt://127.0.0.1:${port}?mode=caller&latency=20`);
    const sender = createSocket("udp4");
    const message = new Uint8Array(188 * 7).fill(0x47);
    await until("the connection", () => sink.notes.some((note) => note.startsWith("Accepted")));
    for (let i = 1; i <= 5; i++) {
      await sleep(150);
      sender.send(message, from, "127.0.0.1");
      await until(`message ${i}`, () => sink.bytes === i * message.length, 1000);
    }
    sender.close();
    expect(sink.pieces.map((piece) => piece.length)).toEqual(Array(5).fill(1316));
    expect(sink.pieces.every((piece) => piece.constructor === Uint8Array && piece.byteOffset === 0)).toBe(true);
  });

  test("killed without a word: lost after 2 s, received again once SRT gives the connection up", {
    timeout: 25_000,
  }, async () => {
    const [port, from] = [await freePort(), await freePort()];
    const [, sink] = start(`srt://127.0.0.1:${port}?mode=listener&passphrase=correct-horse-battery`);
    await listening(port);
    const target = `srt://127.0.0.1:${port}?mode=caller&passphrase=correct-horse-battery`;
    const first = relay(from, target);
    await sleep(300);
    peers.ffmpeg("mpegts", `udp://127.0.0.1:${from}?pkt_size=1316`);
    await until("data", () => sink.bytes > 50_000);
    await peers.end(first, "SIGKILL");
    const killed = performance.now();
    relay(from, target);
    await until("silence", () => sink.stateNames.includes("lost"), 4000);
    const before = sink.bytes;
    await until("data again", () => sink.bytes > before + 10_000, 12_000);
    expect(performance.now() - killed).toBeLessThan(9000);
    expectTransportPackets(sink.received);
    expect(sink.stateNames.at(-1)).toBe("receiving");
  });
});

describe.skipIf(missing("srt-live-transmit"))("the child process", () => {
  test("is ended by stop, leaves nothing behind and is not started again", async () => {
    const port = await freePort();
    const [input, sink] = start(`srt://127.0.0.1:${port}?mode=listener`);
    await listening(port);
    expect(processesWith(`127.0.0.1:${port}`)).toHaveLength(1);
    await Promise.all([input.stop(), input.stop()]);
    await sleep(300);
    expect(processesWith(`127.0.0.1:${port}`)).toEqual([]);
    expect(zombies()).toEqual([]);
    expect(sink.stateNames).toEqual(["connecting"]);
  });

  test("that hangs is killed 2 s after it was asked to end", async () => {
    const port = await freePort();
    const [input] = start(`srt://127.0.0.1:${port}?mode=listener`);
    await listening(port);
    const [pid] = processesWith(`127.0.0.1:${port}`);
    process.kill(pid!, "SIGSTOP");
    const asked = performance.now();
    await input.stop();
    expect(performance.now() - asked).toBeGreaterThan(1900);
    expect(processesWith(`127.0.0.1:${port}`)).toEqual([]);
  });

  test("that dies is started again", async () => {
    const port = await freePort();
    const [input, sink] = start(`srt://127.0.0.1:${port}?mode=listener`);
    await listening(port);
    const [pid] = processesWith(`127.0.0.1:${port}`);
    process.kill(pid!, "SIGKILL");
    await until("another", () => {
      const now = processesWith(`127.0.0.1:${port}`);
      return now.length === 1 && now[0] !== pid;
    });
    expect(input.statistics.restarts).toBe(1);
    expect(sink.states.slice(1)).toMatchObject([{ state: "lost", reason: "srt-live-transmit ended with SIGKILL" }]);
  });

  test("ends when this process is killed", async () => {
    const port = await freePort();
    const url = parseInputUrl(`srt://127.0.0.1:${port}?mode=listener`) as SrtInputUrl;
    const [program, ...rest] = srtCommand(url, canLaunch());
    const script = `require("child_process").spawn(${JSON.stringify(program)}, ${JSON.stringify(rest)}, { stdio: ["ignore", "pipe", "pipe"] });
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    await listening(port);
    parent.kill("SIGKILL");
    const left = (): readonly number[] => processesWith(`srt://127.0.0.1:${port}?`);
    try {
      await until("its end", () => left().length === 0, 4000);
    } finally {
      for (const pid of left()) process.kill(pid);
    }
  });

  test("that is no longer installed is lost, not an exception", async () => {
    const input = openInput(parseInputUrl("srt://127.0.0.1:9000?mode=listener"));
    vi.stubEnv("PATH", peers.folder);
    const sink = new RecordingSink();
    input.start(sink);
    await until("two attempts", () => input.statistics.restarts >= 2);
    expect(sink.states[1]).toMatchObject({ reason: expect.stringContaining("ENOENT") });
    await input.stop();
  });

  test("that cannot open the pipe for its statistics is replaced by one that writes none", async () => {
    const script = `#!/bin/sh
      case "$*" in
        *-statsout:*) echo "ERROR: Can't open '/dev/fd/3' for writing stats. Fallback to stdout." >&2; exec sleep 60 ;;
        *) printf "%188s"; exec sleep 60 ;;
      esac`;
    writeFileSync(join(peers.folder, "srt-live-transmit"), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${peers.folder}:${process.env["PATH"]}`);
    const [input, sink] = start("srt://127.0.0.1:9000?mode=listener");
    await until("data", () => sink.bytes === 188);
    expect(input.statistics).toMatchObject({ restarts: 1 });
    expect(input.statistics).not.toHaveProperty("srt");
    expect(sink.states[1]).toMatchObject({ reason: "Can't open '/dev/fd/3' for writing stats" });
    await input.stop();
    rmSync(join(peers.folder, "srt-live-transmit"));
  });

  test("leaves no descriptor and no file behind, however it ends", async () => {
    vi.stubEnv("TMPDIR", mkdtempSync(join(peers.folder, "tmp-")));
    const descriptors = (): number => readdirSync("/proc/self/fd").length;
    const before = descriptors();
    const port = await freePort();
    const [input] = start(`srt://127.0.0.1:${port}?mode=listener`);
    for (let i = 1; i <= 3; i++) {
      await listening(port);
      process.kill(processesWith(`127.0.0.1:${port}`)[0]!, "SIGKILL");
      await until("another", () => input.statistics.restarts === i);
    }
    await listening(port);
    await input.stop();
    await until("everything closed", () => descriptors() <= before, 1000);
    expect(readdirSync(process.env["TMPDIR"]!)).toEqual([]);
  });

  test("whose port somebody else has says so", async () => {
    const port = await freePort();
    const other = createSocket("udp4");
    await new Promise<void>((resolve) => other.bind(port, "127.0.0.1", resolve));
    const [input, sink] = start(`srt://127.0.0.1:${port}?mode=listener`);
    await until("two attempts", () => input.statistics.restarts >= 2);
    expect(sink.states.slice(1)).toMatchObject([{ state: "lost", reason: expect.stringMatching(/^srt_bind: /) }]);
    await new Promise<void>((resolve) => other.close(resolve));
  });
});

test("without srt-live-transmit on the PATH an SRT input is a ConfigError", () => {
  vi.stubEnv("PATH", peers.folder);
  expect(() => assertSrtAvailable()).toThrow(ConfigError);
  expect(() => openInput(parseInputUrl("srt://:9000"))).toThrow(/Debian package srt-tools/);
  vi.stubEnv("PATH", undefined);
  expect(() => assertSrtAvailable()).toThrow(ConfigError);
});

test.for<[name: string, text: string, url: string]>([
  ["a listener", "srt://:9000", "srt://0.0.0.0:9000?mode=listener"],
  ["a listener for both families", "srt://[::]:9000", "srt://[::]:9000?mode=listener&ipv6only=0"],
  [
    "a caller",
    "srt://h:9000?passphrase=a%20b%20c%20d%20e%20f&pbkeylen=24&latency=1s&streamid=%23!::u=x",
    "srt://h:9000?mode=caller&passphrase=a b c d e f&pbkeylen=24&latency=1000&streamid=#!::u=x",
  ],
])("the command of %s", ([, text, url]) => {
  const input = parseInputUrl(text) as SrtInputUrl;
  const command = srtCommand(input, false);
  expect(command).toEqual(["srt-live-transmit", "-autoreconnect:no", "-loglevel:warn", url, "file://con"]);
  expect(srtCommand(input, true).slice(-command.length)).toEqual(command);
  expect(srtCommand(input, false, true)).toEqual([
    ...command.slice(0, 3),
    "-statsout:/dev/fd/3",
    "-statspf:json",
    "-stats:50",
    ...command.slice(3),
  ]);
});
