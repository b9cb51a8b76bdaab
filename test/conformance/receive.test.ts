import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { TrackReport } from "../../src/receive/tracks.ts";
import { freeTcpPort, freeUdpPort } from "../support/free-port.ts";
import { lacking } from "../support/lacking.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter, type Running } from "../support/processes.ts";
import { run } from "../support/run.ts";
import { parseMediaPlaylist } from "../support/strict-playlist.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
const start = processStarter();

/** The command `receive`. */
class LiveReceiver {
  readonly root: string;
  readonly base: string;
  readonly running: Running;

  private constructor(name: string, port: number) {
    this.root = join(folder, name);
    this.base = `http://127.0.0.1:${port}`;
    this.running = start(process.execPath, [PACKAGER, "receive", "--listen", `:${port}`, "--out", this.root]);
  }

  static async start(name: string): Promise<LiveReceiver> {
    const receiver = new LiveReceiver(name, await freeTcpPort());
    await until("the receiver to listen", () => receiver.running.stdout.includes('"receiving"'));
    return receiver;
  }

  async tracks(): Promise<readonly TrackReport[]> {
    const { tracks } = (await (await fetch(`${this.base}/api/tracks`)).json()) as { tracks: readonly TrackReport[] };
    return tracks;
  }
}

/** `br`, `d`, `n`, `ot`, `st` and the custom keys: all but when it could be had there, and what is not pushed. */
function quality(header: string | null): readonly string[] {
  return (header ?? "").split(", ").filter((member) => !/^(?:at|ht|sf)=/.test(member));
}

describe.for([
  ["plain", "2", "PUT"],
  ["streams", "1", "POST"],
] as const)("two packagers that push to one receiver, named %s, with CMCD %s and %s", ([naming, cmcd, method]) => {
  let receiver: LiveReceiver;
  let packagers: readonly [LivePackager, LivePackager];
  let simulation: Running;

  beforeAll(async () => {
    receiver = await LiveReceiver.start(`${naming}-${cmcd}`);
    const ports = [await freeUdpPort(), await freeUdpPort()] as const;
    const launch = (port: number): Promise<LivePackager> => {
      const config = join(folder, `${naming}-${cmcd}-${port}.yaml`);
      const push = `{ url: "${receiver.base}/in/news/", naming: ${naming}, cmcd: "${cmcd}", method: ${method} }`;
      writeFileSync(
        config,
        `listen: 127.0.0.1:0
channels: [{ name: live, inputs: ["udp://127.0.0.1:${port}"], segment: 1.92s, timecode: { wait: forever }, push: [${push}] }]
`,
      );
      return LivePackager.run(start, config);
    };
    packagers = await Promise.all([launch(ports[0]), launch(ports[1])]);
    const out = ports.map((port) => `udp://127.0.0.1:${port}`);
    simulation = start(process.execPath, [PACKAGER, "simulate", "--out", ...out]);
    await packagers[0].untilSegments("a2", 4);
  });

  test("leave there what they serve, with its quality, and break no rule", { timeout: 60_000 }, async () => {
    for (const track of ["v1", "v2", "v3", "a1", "a2"]) {
      const extension = track.startsWith("v") ? "cmfv" : "cmfa";
      for (const { number, path, init } of (await packagers[0].segments(track)).slice(0, 3)) {
        const place = `/in/news/${track}/${number}.${extension}`;
        await until(place, () => existsSync(join(receiver.root, place)));
        for (const packager of packagers) {
          await until(`${path} of both`, async () => (await packager.get(path, { method: "HEAD" })).ok);
          for (const [pulled, pushed] of [
            [path, place],
            [init, `/in/news/${track}/init.${extension}`],
          ] as const) {
            const response = await fetch(receiver.base + pushed);
            const served = await packager.get(pulled);
            expect(response.headers.get("cmsd-static")).toMatch(
              pulled === init ? /ot=i/ : /org\.svta\.mqa-(video|audio)=\d/,
            );
            expect(quality(response.headers.get("cmsd-static"))).toEqual(quality(served.headers.get("cmsd-static")));
            const bytes = Buffer.from(await response.arrayBuffer());
            expect(bytes.equals(readFileSync(join(receiver.root, pushed)))).toBe(true);
            expect(bytes.equals(Buffer.from(await served.arrayBuffer()))).toBe(true);
          }
        }
      }
    }
    await until("each track to be repeated", async () =>
      (await receiver.tracks()).every(({ problems }) => (problems.repeated ?? 0) > 1),
    );
    const tracks = await receiver.tracks();
    expect(tracks).toHaveLength(5);
    for (const { problems, score, init } of tracks) {
      expect(Object.keys(problems)).toEqual(["repeated"]);
      expect(init).toBe(true);
      expect(score).toEqual(expect.any(Number));
    }
    for (const packager of packagers) {
      expect(packager.faults()).toEqual([]);
      expect(packager.log().filter(({ msg }) => msg.startsWith("push"))).toEqual([]);
      await packager.running.end("SIGTERM");
    }
    await simulation.end();
    receiver.running.child.kill("SIGTERM");
    expect((await receiver.running.ended).code).toBe(0);
    const last = JSON.parse(receiver.running.stdout.trimEnd().split("\n").at(-1)!) as Record<string, unknown>;
    expect(last).toMatchObject({ msg: "received", tracks: 5, problems: { repeated: expect.any(Number) } });
  });
});

describe("a packager of low latency that pushes its tracks and a presentation", () => {
  let receiver: LiveReceiver;
  let packager: LivePackager;
  let config: string;

  beforeAll(async () => {
    receiver = await LiveReceiver.start("presentation");
    const port = await freeUdpPort();
    config = join(folder, "presentation.yaml");
    writeFileSync(
      config,
      `listen: 127.0.0.1:0
channels:
  - name: live
    inputs: ["udp://127.0.0.1:${port}"]
    segment: 1.92s
    window: 10s
    lowLatency: {}
    timecode: { wait: forever }
    push:
      - { url: "${receiver.base}/in/news/" }
      - { url: "${receiver.base}/out/news/", interface: 2, deletes: true }
`,
    );
    packager = await LivePackager.run(start, config);
    start(process.execPath, [PACKAGER, "simulate", "--out", `udp://127.0.0.1:${port}`]);
    await packager.untilSegments("a2", 5);
  });

  /** Segments of a track that have arrived under a folder. */
  const stored = (folder: string): readonly string[] =>
    readdirSync(join(receiver.root, folder)).filter((name) => /^\d+\./.test(name));

  test("sends segments while they are made, with the score of the one before", { timeout: 30_000 }, async () => {
    for (const track of ["v1", "a2"]) {
      const extension = track.startsWith("v") ? "cmfv" : "cmfa";
      const [, second] = await packager.segments(track);
      const { number, path } = second!;
      const place = `/in/news/${track}/${number}.${extension}`;
      await until(place, () => existsSync(join(receiver.root, place)));
      const { headers } = await fetch(receiver.base + place);
      expect(headers.get("cmsd-static")).toContain(`org.svta.mqa-prev-seg=${number - 1}`);
      expect(readFileSync(join(receiver.root, place))).toEqual(Buffer.from(await packager.bytes(path)));
    }
  });

  test("leaves a presentation there that players play, and removes what they cannot ask for", {
    timeout: 60_000,
  }, async () => {
    const base = `${receiver.base}/out/news`;
    const [oldest] = stored("out/news/v1").toSorted();
    await until("deletions", () => !stored("out/news/v1").includes(oldest!), 40_000);
    for (const track of ["v1", "v2", "v3", "a1", "a2"]) {
      const text = await (await fetch(`${base}/${track}/index.m3u8`)).text();
      expect(text).not.toContain("#EXT-X-PART");
      const { segments, targetDuration } = parseMediaPlaylist(text);
      expect([targetDuration, segments.length >= 5]).toEqual([2, true]);
      for (const { uri, map } of segments) {
        for (const one of [uri!, map!.uri!]) expect((await fetch(`${base}/${track}/${one}`)).status).toBe(200);
      }
      // Twice the window, and what is on its way.
      expect(stored(`out/news/${track}`).length).toBeLessThan(16);
    }
    const { stdout, stderr, code } = await run("ffprobe", [
      ...["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", "-read_intervals", "%+4"],
      `${base}/index.m3u8`,
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("h264");
    expect(await (await fetch(`${base}/manifest.mpd`)).text()).toContain("<SegmentTimeline>");
  });

  test("goes on with the segments of its time when it was killed and is started anew", {
    timeout: 60_000,
  }, async () => {
    const before = new Set(stored("in/news/v1"));
    await packager.running.end("SIGKILL");
    packager = await LivePackager.run(start, config);
    await packager.untilSegments("a2", 3);
    const [first] = await packager.segments("v1");
    const place = `in/news/v1/${first!.number}.cmfv`;
    await until(place, () => existsSync(join(receiver.root, place)));
    expect(readFileSync(join(receiver.root, place))).toEqual(Buffer.from(await packager.bytes(first!.path)));
    // What it sends belongs behind what was there.
    expect(first!.number).toBeGreaterThan(Math.max(...[...before].map((name) => Number.parseInt(name, 10))));
    await until("the playlist", async () =>
      (await (await fetch(`${receiver.base}/out/news/v1/index.m3u8`)).text()).includes(`\n${first!.number}.m4s`),
    );
    for (const { track, problems } of await receiver.tracks()) {
      const faults = Object.keys(problems).filter(
        (name) => !/^(number-not-next|time-not-next|request-broken|repeated|back-filled)$/.test(name),
      );
      // The manifests of another run, under the same names.
      expect([track, faults]).toEqual([
        track,
        track.endsWith(".m3u8") || track.endsWith(".mpd") ? expect.anything() : [],
      ]);
    }
  });
});

describe.skipIf(lacking("ffmpeg"))("ffmpeg as an encoder that is not ours", () => {
  test("sends, rewrites and removes what its DASH muxer makes", { timeout: 90_000 }, async () => {
    const receiver = await LiveReceiver.start("ffmpeg");
    const { ended } = start("ffmpeg", [
      ...["-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25"],
      ...["-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", "13", "-c:v", "libx264", "-preset", "ultrafast"],
      ...["-g", "50", "-keyint_min", "50", "-c:a", "aac", "-f", "dash", "-seg_duration", "2", "-window_size", "3"],
      ...["-extra_window_size", "0", "-method", "PUT", "-http_persistent", "1", `${receiver.base}/x/manifest.mpd`],
    ]);
    expect((await ended).code).toBe(0);
    const tracks = await receiver.tracks();
    expect(tracks.map(({ track }) => track).sort()).toEqual(["x/manifest.mpd", "x/stream0", "x/stream1"]);
    for (const { track, problems, newest } of tracks) {
      const isMedia = track.startsWith("x/stream");
      expect(Object.keys(problems)).toEqual(["ingest-header-missing", ...(isMedia ? ["prft-missing"] : [])]);
      expect(newest).toBe(isMedia ? 7 : undefined);
    }
    const chunks = readdirSync(join(receiver.root, "x")).filter((name) => name.startsWith("chunk-stream0"));
    expect(chunks.sort()).toEqual([5, 6, 7].map((number) => `chunk-stream0-0000${number}.m4s`));
    expect(await (await fetch(`${receiver.base}/x/manifest.mpd`)).text()).toContain("</MPD>");
  });
});
