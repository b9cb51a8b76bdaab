import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { PushStatus } from "../../src/push/push-target.ts";
import { freeTcpPort, freeUdpPort } from "../support/free-port.ts";
import { lacking } from "../support/lacking.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter, type Running } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
const start = processStarter();

/** A receiver of PUT that is not ours: nginx with its WebDAV module. */
class Nginx {
  readonly root: string;
  readonly #config: string;
  readonly #port: number;
  #running: Running | undefined;

  constructor(name: string, port: number) {
    this.#port = port;
    this.root = join(folder, name);
    mkdirSync(join(this.root, "www"), { recursive: true });
    this.#config = join(this.root, "nginx.conf");
    writeFileSync(
      this.#config,
      `daemon off; master_process off; ${process.getuid?.() === 0 ? "user root;" : ""}
      pid ${this.root}/pid; error_log ${this.root}/error.log;
      events { worker_connections 64; }
      http {
        access_log ${this.root}/access.log; client_body_temp_path ${this.root}/body; proxy_temp_path ${this.root}/proxy;
        fastcgi_temp_path ${this.root}/fastcgi; uwsgi_temp_path ${this.root}/uwsgi; scgi_temp_path ${this.root}/scgi;
        server {
          listen 127.0.0.1:${port}; root ${this.root}/www; client_max_body_size 50m;
          location /live/ { dav_methods PUT DELETE; create_full_put_path on; }
        }
      }`,
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/live/news/`;
  }

  async start(): Promise<void> {
    this.#running = start("nginx", ["-c", this.#config]);
    await until(
      "nginx",
      async () => (await fetch(`http://127.0.0.1:${this.#port}/`).catch(() => undefined)) !== undefined,
    );
  }

  async stop(): Promise<void> {
    this.#running!.child.kill("SIGTERM");
    await this.#running!.ended;
  }

  /** Names of what has arrived of a track. */
  names(track: string): readonly string[] {
    const path = join(this.root, "www/live/news", track);
    return existsSync(path) ? readdirSync(path).sort() : [];
  }

  bytes(track: string, name: string): Buffer {
    return readFileSync(join(this.root, "www/live/news", track, name));
  }
}

/** What a packager says of its targets. */
async function pushesOf(packager: LivePackager): Promise<readonly PushStatus[]> {
  const { channels } = (await (await packager.get("/api/channels")).json()) as {
    readonly channels: readonly [{ readonly status: { readonly push: readonly PushStatus[] } }];
  };
  return channels[0].status.push;
}

/** The metrics of pushing of a packager, by name and target. */
async function metricsOf(packager: LivePackager): Promise<Record<string, number>> {
  const text = await (await packager.get("/metrics")).text();
  const lines = text.matchAll(/^mqa_packager_push_(\w+)\{channel="live",target="([^"]+)"\} (\S+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, name, , value]) => [name!, Number(value)]));
}

describe.skipIf(lacking("nginx"))(
  "two packagers that push to nginx, one of them to a second that comes and goes",
  () => {
    let shared: Nginx;
    let unsteady: Nginx;
    let packagers: readonly [LivePackager, LivePackager];

    beforeAll(async () => {
      shared = new Nginx("shared", await freeTcpPort());
      unsteady = new Nginx("unsteady", await freeTcpPort());
      await shared.start();
      const ports = [await freeUdpPort(), await freeUdpPort()] as const;
      const run = (index: 0 | 1, ...push: string[]): Promise<LivePackager> =>
        LivePackager.start(
          start,
          ...["--input", `udp://127.0.0.1:${ports[index]}`, "--segment", "1.92s"],
          ...["--timecode-wait", "forever", "--push", ...push],
        );
      packagers = await Promise.all([run(0, shared.url, unsteady.url), run(1, shared.url)]);
      start(process.execPath, [PACKAGER, "simulate", "--out", ...ports.map((port) => `udp://127.0.0.1:${port}`)]);
      await packagers[0].untilSegments("a2", 4);
    });

    test("deliver there what they serve, byte for byte, whoever came last", { timeout: 60_000 }, async () => {
      const [packager] = packagers;
      for (const track of ["v1", "v2", "v3", "a1", "a2"]) {
        const extension = track.startsWith("v") ? "cmfv" : "cmfa";
        const segments = (await packager.segments(track)).slice(0, 3);
        for (const { number, path, init } of segments) {
          await until(`${number}`, async () => shared.names(track).includes(`${number}.${extension}`));
          expect(shared.bytes(track, `${number}.${extension}`)).toEqual(Buffer.from(await packager.bytes(path)));
          expect(shared.bytes(track, `init.${extension}`)).toEqual(Buffer.from(await packager.bytes(init)));
        }
      }
      for (const own of packagers) {
        expect((await pushesOf(own))[0]).toMatchObject({
          url: shared.url,
          lastStatus: expect.any(Number),
          retried: 0,
          lost: 0,
        });
        expect(own.faults()).toEqual([]);
      }
    });

    test("lose nothing of what a receiver misses for less than the queue, and do not wait for it", {
      timeout: 90_000,
    }, async () => {
      const [packager] = packagers;
      const state = async (): Promise<PushStatus> => (await pushesOf(packager))[1]!;
      expect(await state()).toMatchObject({
        state: "retrying",
        sent: 0,
        lastError: expect.stringContaining("ECONNREFUSED"),
      });
      const before = await packager.segments("v1");
      await unsteady.start();
      await until("all that waited", async () => (await state()).behindSeconds < 2, 20_000);
      await unsteady.stop();
      await until("some more to wait", async () => (await state()).behindSeconds > 5, 20_000);
      await unsteady.start();
      await until("it to arrive", async () => (await state()).behindSeconds < 2, 20_000);
      const all = (await packager.segments("v1")).slice(0, -1);
      const names = unsteady.names("v1");
      for (const { number, path } of all.filter((one) => one.number >= before[0]!.number)) {
        expect(names).toContain(`${number}.cmfv`);
        expect(unsteady.bytes("v1", `${number}.cmfv`)).toEqual(Buffer.from(await packager.bytes(path)));
      }
      expect(await state()).toMatchObject({ lost: 0 });
      expect(await metricsOf(packager)).toMatchObject({ segments_lost_total: 0 });
      const warnings = packager.log().filter(({ msg }) => msg.startsWith("push"));
      expect(warnings.map(({ msg }) => msg)).toContain("push works again");
      // Each track says once that it fails, not with each attempt.
      expect(warnings.length).toBeLessThan(30);
    });

    test("send what waits before they end", { timeout: 30_000 }, async () => {
      const [packager] = packagers;
      const last = (await packager.segments("v1")).at(-1)!;
      packager.running.child.kill("SIGTERM");
      expect(await packager.running.ended).toMatchObject({ code: 0 });
      expect(unsteady.names("v1")).toContain(`${last.number}.cmfv`);
    });
  },
);
