import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { decodeCmsdStatic } from "@svta/cml-cmsd";
import { beforeAll, describe, expect, test } from "vitest";
import { lackingDashSchema, validateMpd } from "../support/dash-schema.ts";
import { readFragment } from "../support/fragment.ts";
import { freeUdpPort } from "../support/free-port.ts";
import { lacking, leftOut } from "../support/lacking.ts";
import { LivePackager, type LiveSegment } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter, type Running } from "../support/processes.ts";
import { ffmpeg } from "../support/run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { encodeTransportStream, h264, pictures, tone } from "../support/test-sources.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
const start = processStarter();
const noFfmpeg = lacking("ffmpeg");
const noSrt = lacking("ffmpeg", "srt-live-transmit") || lackingSrtInFfmpeg();
const noSchema = lackingDashSchema();

const TRACKS = ["v1", "v2", "v3", "a1", "a2"];
const PASSPHRASE = "correct horse battery staple";

function lackingSrtInFfmpeg(): string | false {
  const { stdout } = spawnSync("ffmpeg", ["-hide_banner", "-protocols"], { encoding: "utf8" });
  return /^ *srt$/m.test(stdout) ? false : leftOut("ffmpeg has no SRT");
}

/** Lets the simulator send; the passphrase is encoded as its URL wants it. */
function simulate(url: string): Running {
  return start(process.execPath, [PACKAGER, "simulate", "--out", url]);
}

/** Lets ffmpeg encode a small picture and a tone and send them in real time. */
function encode(...output: readonly string[]): Running {
  const sources = [...pictures("320x180", "25", 120), ...tone(440, 48_000, 120)].flatMap((word) =>
    word === "-f" ? ["-re", word] : [word],
  );
  return start("ffmpeg", [
    "-nostdin",
    "-v",
    "error",
    ...sources,
    ...h264(50, "repeat-headers=1"),
    "-c:a",
    "aac",
    ...output,
  ]);
}

/** Files written so far; tests run side by side. */
let decoded = 0;

/** What ffmpeg finds wrong with these segments, decoded after the init segment of the first. */
async function decodeFaults(packager: LivePackager, segments: readonly LiveSegment[]): Promise<string> {
  const paths = [segments[0]!.init, ...segments.map(({ path }) => path)];
  const file = join(folder, `decoded-${decoded++}.mp4`);
  writeFileSync(file, Buffer.concat(await Promise.all(paths.map((path) => packager.bytes(path)))));
  return ffmpeg("-i", file, "-f", "null", "-").catch(String);
}

/** Whether each of these segments starts with a key picture. */
async function startWithKeyPictures(packager: LivePackager, segments: readonly LiveSegment[]): Promise<boolean> {
  const fragments = await Promise.all(segments.map(async ({ path }) => readFragment(await packager.bytes(path))));
  expect(fragments.flatMap(({ faults }) => faults)).toEqual([]);
  return fragments.every(({ samples }) => samples[0]!.sync);
}

describe("fed by the simulator over UDP", () => {
  let packager: LivePackager;

  beforeAll(async () => {
    const port = await freeUdpPort();
    packager = await LivePackager.start(start, "--input", `udp://127.0.0.1:${port}`, "--segment", "1.92s");
    simulate(`udp://127.0.0.1:${port}`);
    await Promise.all(TRACKS.map((track) => packager.untilSegments(track, 4)));
  });

  test("is ready and live, and nothing is wrong", async () => {
    expect((await packager.get("/readyz")).status).toBe(200);
    const { channels } = (await (await packager.get("/api/channels")).json()) as {
      readonly channels: readonly { readonly name: string; readonly state: string; readonly status: unknown }[];
    };
    expect(channels).toMatchObject([{ name: "live", state: "live", status: { problems: {} } }]);
    expect(packager.faults()).toEqual([]);
  });

  test("cuts all tracks at the same numbers, and ffmpeg decodes what a client fetches", async () => {
    const byTrack = await Promise.all(TRACKS.map((track) => packager.untilSegments(track, 3)));
    const numbers = byTrack.map((segments) => segments.slice(0, 3).map(({ number }) => number));
    for (const of of numbers) expect(of).toEqual(numbers[0]);
    for (const segments of byTrack) expect(await decodeFaults(packager, segments.slice(0, 3))).toBe("");
    for (const segments of byTrack) expect(await startWithKeyPictures(packager, segments)).toBe(true);
  });

  test("numbers segments and dates them since 1970: the newest ended a moment ago", async () => {
    const [newest] = (await packager.untilSegments("v1", 1)).slice(-1);
    const { baseMediaDecodeTime } = readFragment(await packager.bytes(newest!.path));
    expect(newest!.number).toBe(Math.floor(baseMediaDecodeTime / 90_000 / 1.92));
    const playlist = await packager.playlist("v1");
    const { programDateTime, duration } = playlist!.segments.find((one) => one.mediaSequenceNumber === newest!.number)!;
    expect(programDateTime!.getTime()).toBe(Math.round(baseMediaDecodeTime / 90));
    const age = Date.now() / 1000 - (programDateTime!.getTime() / 1000 + duration);
    expect(age).toBeGreaterThan(-1);
    expect(age).toBeLessThan(10);
  });

  test("sends each segment's quality in CMSD-Static, with GET and HEAD alike", async () => {
    const [segment] = await packager.untilSegments("v1", 1);
    const response = await packager.get(segment!.path);
    const size = (await response.arrayBuffer()).byteLength;
    const cmsd = decodeCmsdStatic(response.headers.get("CMSD-Static")!) as Record<string, unknown>;
    expect(cmsd).toMatchObject({ ot: "v", st: "l", d: 1920, br: Math.round((size * 8) / 1920), n: "mqa-packager" });
    expect(cmsd["at"]).toBeGreaterThan(Date.now() - 120_000);
    // The simulator scores each of the 48 pictures.
    expect(cmsd["org.svta.mqa-n"]).toBe(48);
    for (const name of ["video", "vmaf", "psnr", "ssim"]) expect(cmsd[`org.svta.mqa-${name}`]).toBeGreaterThan(0);
    const head = await packager.get(segment!.path, { method: "HEAD" });
    expect(representationHeaders(head)).toEqual(representationHeaders(response));
  });

  test.skipIf(noSchema)("serves an MPD that is valid by the schema of ISO/IEC 23009-1", async () => {
    const file = join(folder, "live.mpd");
    writeFileSync(file, await packager.bytes("/live/manifest.mpd"));
    expect(await validateMpd(file)).toMatchObject({ code: 0 });
  });

  // Not the MPD: at times ffmpeg's reader takes a live one's segments twice. Players that do not are in test/browser.
  test.skipIf(noFfmpeg)("ffmpeg plays the multivariant playlist live", async () => {
    expect(await ffmpeg("-t", "4", "-i", `${packager.base}/live/index.m3u8`, "-f", "null", "-")).toBe("");
  });
});

describe.skipIf(noFfmpeg)("over UDP", () => {
  test.concurrent.for<[name: string, input: (port: number) => string, output: (port: number) => readonly string[]]>([
    [
      "unicast",
      (port) => `udp://127.0.0.1:${port}`,
      (port) => ["-f", "mpegts", `udp://127.0.0.1:${port}?pkt_size=1316`],
    ],
    ["RTP", (port) => `udp://127.0.0.1:${port}`, (port) => ["-f", "rtp_mpegts", `rtp://127.0.0.1:${port}`]],
    [
      "multicast on loopback",
      (port) => `udp://239.255.77.1:${port}?interface=127.0.0.1`,
      (port) => ["-f", "mpegts", `udp://239.255.77.1:${port}?pkt_size=1316&localaddr=127.0.0.1&ttl=0`],
    ],
    [
      "multicast of one source on loopback",
      (port) => `udp://232.255.77.1:${port}?interface=127.0.0.1&source=127.0.0.1`,
      (port) => ["-f", "mpegts", `udp://232.255.77.1:${port}?pkt_size=1316&localaddr=127.0.0.1&ttl=0`],
    ],
  ])("%s from ffmpeg comes out as segments that ffmpeg decodes", async ([, input, output]) => {
    const port = await freeUdpPort();
    const packager = await LivePackager.start(start, "--input", input(port));
    const sender = encode(...output(port));
    const segments = await packager.untilSegments("v1", 2);
    await packager.untilSegments("a1", 2);
    expect(await startWithKeyPictures(packager, segments)).toBe(true);
    expect(await decodeFaults(packager, segments)).toBe("");
    expect(packager.faults()).toEqual([]);
    await Promise.all([sender.end(), packager.running.end("SIGTERM")]);
  });
});

describe.skipIf(noSrt)("over SRT", () => {
  type Senders = { readonly input: string; readonly segment?: string; readonly send: (port: number) => Running };
  const secret = encodeURIComponent(PASSPHRASE);

  test.concurrent.for<[name: string, senders: Senders]>([
    [
      "ffmpeg calls, encrypted",
      {
        input: `?passphrase=${secret}&pbkeylen=32&latency=100ms`,
        send: (port) =>
          encode("-f", "mpegts", `srt://127.0.0.1:${port}?mode=caller&passphrase=${PASSPHRASE}&pbkeylen=32`),
      },
    ],
    [
      "srt-live-transmit calls, encrypted, for the simulator",
      {
        input: `?passphrase=${secret}&latency=100ms`,
        // Its GOPs; with timecodes the grid is what is asked for.
        segment: "1.92s",
        send: (port) => simulate(`srt://127.0.0.1:${port}?mode=caller&passphrase=${secret}`),
      },
    ],
    [
      "ffmpeg listens, in the clear",
      { input: "?mode=caller", send: (port) => encode("-f", "mpegts", `srt://127.0.0.1:${port}?mode=listener`) },
    ],
  ])(
    "%s: segments come, and again after the sender was killed and started again",
    async ([, { input, segment = "2s", send }]) => {
      const port = await freeUdpPort();
      const listens = !input.includes("mode=caller");
      const url = `srt://${listens ? "" : "127.0.0.1"}:${port}${input}`;
      const packager = await LivePackager.start(start, "--input", url, "--segment", segment);
      const first = send(port);
      const before = await packager.untilSegments("v1", 2);
      expect(await startWithKeyPictures(packager, before)).toBe(true);
      await first.end("SIGKILL");
      let second = send(port);
      const after = await until("segments after the restart", async () => {
        // A listener that still waits for the killed sender refuses another, so the encoder's operator starts it again.
        if (second.hasEnded) second = send(port);
        const segments = await packager.segments("v1", before.at(-1)!.number + 2);
        return segments.length >= 3 && segments;
      });
      const numbers = after.map(({ number }) => number);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(await startWithKeyPictures(packager, after.slice(-1))).toBe(true);
      expect(await decodeFaults(packager, after.slice(-1))).toBe("");
      expect(packager.faults()).toEqual([]);
      expect(packager.running.stdout + packager.running.stderr).not.toContain("horse");
      await Promise.all([second.end(), packager.running.end("SIGTERM")]);
    },
  );
});

describe("without any input", () => {
  test.concurrent("is healthy, not ready, answers nothing it does not have, and ends on SIGTERM with 0", async () => {
    const packager = await LivePackager.start(start, "--input", `udp://127.0.0.1:${await freeUdpPort()}`);
    const status = async (path: string): Promise<number> => (await packager.get(path)).status;
    expect(await status("/healthz")).toBe(200);
    expect(await status("/readyz")).toBe(503);
    for (const path of [
      "/live/index.m3u8",
      "/live/manifest.mpd",
      "/live/v1/index.m3u8",
      "/live/v1/1.m4s",
      "/other/index.m3u8",
    ]) {
      expect(await status(path)).toBe(404);
    }
    const { channels } = (await (await packager.get("/api/channels")).json()) as {
      readonly channels: readonly unknown[];
    };
    expect(channels).toMatchObject([{ name: "live", state: "starting" }]);
    packager.running.child.kill("SIGTERM");
    expect(await packager.running.ended).toEqual({ code: 0, signal: null });
    expect(packager.faults()).toEqual([]);
    expect(packager.running.stderr).toBe("");
  });

  test.concurrent.each(["SIGTERM", "SIGINT"] as const)(
    "ends on %s while an SRT caller finds nobody",
    async (signal) => {
      if (noSrt) return;
      const packager = await LivePackager.start(start, "--input", `srt://127.0.0.1:${await freeUdpPort()}?mode=caller`);
      await until("a first attempt", () => packager.log().some(({ code }) => code === "input-lost"));
      packager.running.child.kill(signal);
      expect(await packager.running.ended).toEqual({ code: 0, signal: null });
    },
  );
});

describe.skipIf(noFfmpeg)("with a file as input", () => {
  const input = join(folder, "large.m2ts");

  beforeAll(async () => {
    // Noise, unquantised: a segment is larger than what the buffers of a connection hold.
    const noise = ["-f", "lavfi", "-i", "nullsrc=size=640x360:rate=25:duration=4,geq=random(1)*255:128:128"];
    await encodeTransportStream(input, [...noise, ...h264(100, "qp=0:bframes=0")]);
  });

  test("serves it, ended, and finishes a slow client's download after SIGTERM, with exit code 0", async () => {
    const packager = await LivePackager.start(start, "--input", input, "--segment", "4s");
    const [segment] = await packager.untilSegments("v1", 1);
    expect((await packager.playlist("v1"))!.endlist).toBe(true);
    const download = await slowDownload(packager.base + segment!.path);
    expect(download.size).toBeGreaterThan(20e6);
    packager.running.child.kill("SIGTERM");
    await until("it to close", () => packager.log().some(({ msg }) => msg === "closing"));
    await expect(packager.get("/healthz")).rejects.toThrow();
    expect(packager.running.hasEnded).toBe(false);
    expect(await download.finish()).toBe(download.size);
    expect(await packager.running.ended).toEqual({ code: 0, signal: null });
    expect(packager.log().at(-1)).toMatchObject({ msg: "closed" });
  });
});

/** All headers but those of the connection and the moment. */
function representationHeaders({ headers }: Response): Record<string, string> {
  const { connection: _, "keep-alive": __, date: ___, ...rest } = Object.fromEntries(headers);
  return rest;
}

/** A response of which nothing is read until it is told to finish, which gives the number of bytes. */
async function slowDownload(url: string): Promise<{ readonly size: number; readonly finish: () => Promise<number> }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, resolve).on("error", reject).end();
  });
  const finish = async (): Promise<number> => {
    let size = 0;
    for await (const chunk of response) size += (chunk as Buffer).length;
    return size;
  };
  return { size: Number(response.headers["content-length"]), finish };
}
